//! `cargo xtask soak`: a million rows through the rate limit, in virtual time, and a minute of them over HTTP.

mod memory;
mod read;

use std::sync::Arc;
use std::time::Duration;

use procountor_api::v2604::Client;
use procountor_api::{Environment, Error, M2mCredentials};
use procountor_progress::Progress;
use procountor_sandbox::{Builder, Sandbox};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::inside::{Inside, Way};
use read::{Reading, Until};

/// Read a million rows through the rate limit, and see that nothing wears out.
///
/// First in virtual time, through a transport in this process, then for a while over HTTP. Both times the reading is killed
/// twice and goes on. What must hold:
///
/// - no row is lost, and none comes twice;
///
/// - at least 98 % of the allowed 60 requests a second are made, and never one more;
///
/// - behind the first 10,000 rows, memory does not grow by more than 5 %.
///
/// Rows are made up by the sandbox as they are asked for. Memory is the resident set of this process, with the sandbox in it,
/// where the system tells it (Linux). Exits with 1 when anything does not hold.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The rows of the search in virtual time.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    rows: u64,
    /// How long to read over HTTP, without the two restarts of a second each; 0 leaves it out.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    real_time: u32,
    /// End with one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Requests a second, as the vendor allows them.
const LIMIT: f64 = 60.0;
/// How much of that must be used.
const USED: f64 = 0.98;
/// By how much memory may grow.
const GROWTH: f64 = 0.05;
/// Rows of a page.
const SIZE: i64 = 200;

/// What a part came to.
struct Part {
    name: &'static str,
    reading: Reading,
    /// The rows that it should have read, if that is known.
    rows: Option<u64>,
    /// Requests over the limit.
    violations: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let mut parts = vec![virtual_time(arguments.rows)?];
    match arguments.real_time {
        0 => println!("real time: left out, since --real-time is 0"),
        seconds => parts.push(real_time(Duration::from_secs(u64::from(seconds)))?),
    }
    print(&parts);
    if arguments.json {
        let of_part = |part: &Part| (part.name.to_owned(), part.to_json());
        println!("{}", Value::Object(parts.iter().map(of_part).collect()));
    }
    let problems: Vec<_> = parts.iter().flat_map(Part::problems).collect();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems.join("; ")),
    }
}

fn sandbox(rows: u64) -> Builder {
    // The ledger would be what grows.
    Sandbox::builder()
        .synthetic_invoices(rows)
        .keep_requests(100)
}

fn credentials(sandbox: &Sandbox) -> M2mCredentials {
    M2mCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.api_key(),
    )
}

fn virtual_time(rows: u64) -> Result<Part, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let progress = Progress::new("virtual time", Some(rows));
    let part = runtime.map_err(|error| error.to_string())?.block_on(async {
        let sandbox = sandbox(rows).without_sockets();
        let sandbox = Arc::new(sandbox.map_err(|error| error.to_string())?);
        let way = Way {
            least: Duration::from_millis(2),
            more: Duration::from_millis(2),
        };
        let transport = Inside::new(Arc::clone(&sandbox), way, rows);
        let client = || {
            let builder = Client::builder().environment(Environment::Custom(sandbox.base_url()));
            builder
                .transport(transport.clone())
                .m2m(credentials(&sandbox))
                .build()
        };
        let mut reading = Reading::default();
        // Killed within a page, not at its end.
        for until in [rows / 3 + 7, rows / 3 * 2 + 11, u64::MAX] {
            let client = client().map_err(|error: Error| error.to_string())?;
            reading
                .stretch(&client, SIZE, Until::Rows(until), &progress)
                .await?;
        }
        Ok(Part {
            name: "virtual_time",
            reading,
            rows: Some(rows),
            violations: sandbox.ledger().rate_limit_violations,
        })
    });
    progress.finish();
    part
}

fn real_time(time: Duration) -> Result<Part, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    // More than can be read in that time.
    let rows = (time.as_secs() + 1) * LIMIT as u64 * SIZE as u64;
    let progress = Progress::new("real time", Some(rows));
    let part = runtime.block_on(async {
        let sandbox = sandbox(rows).start().await;
        let sandbox = sandbox.map_err(|error| format!("the sandbox cannot start: {error}"))?;
        let mut reading = Reading::default();
        for _ in 0..3 {
            let client = Client::builder()
                .environment(Environment::Custom(sandbox.base_url()))
                .m2m(credentials(&sandbox))
                .build()
                .map_err(|error| error.to_string())?;
            let restart = Duration::from_secs(u64::from(reading.rows > 0));
            let until = Until::Moment(Instant::now() + restart + time / 3);
            reading.stretch(&client, SIZE, until, &progress).await?;
        }
        let violations = sandbox.ledger().rate_limit_violations;
        sandbox.shutdown().await;
        Ok(Part {
            name: "real_time",
            reading,
            rows: None,
            violations,
        })
    });
    progress.finish();
    part
}

impl Part {
    /// What does not hold.
    fn problems(&self) -> Vec<String> {
        let Self { name, reading, .. } = self;
        let mut problems = Vec::new();
        if let Some(rows) = self.rows.filter(|rows| *rows != reading.rows) {
            problems.push(format!("{name}: {} of {rows} rows came", reading.rows));
        }
        if reading.resumed != 2 {
            problems.push(format!(
                "{name}: it went on {} times, not twice; there is too little to read",
                reading.resumed
            ));
        }
        if self.violations > 0 {
            problems.push(format!(
                "{name}: {} requests over the limit",
                self.violations
            ));
        }
        // Not a number when there was no more than a page.
        if reading.rate().partial_cmp(&(LIMIT * USED)) != Some(std::cmp::Ordering::Greater) {
            problems.push(format!(
                "{name}: {:.2} requests a second, which is less than {:.0} % of {LIMIT}",
                reading.rate(),
                USED * 100.0
            ));
        }
        if let Some(growth) = reading.memory.growth().filter(|growth| *growth > GROWTH) {
            problems.push(format!("{name}: memory grew by {:.1} %", growth * 100.0));
        }
        problems
    }

    fn to_json(&self) -> Value {
        json!({
            "rows": self.reading.rows,
            "requests": self.reading.pages,
            "seconds": self.reading.seconds(),
            "requests_per_second": self.reading.rate(),
            "rate_used": self.reading.rate() / LIMIT,
            "violations": self.violations,
            "resumed": self.reading.resumed,
            "memory_mb": self.reading.memory.megabytes(),
            "memory_growth": self.reading.memory.growth(),
            "holds": self.problems().is_empty(),
        })
    }
}

fn print(parts: &[Part]) {
    println!(
        "{:<14} {:>10} {:>9} {:>9} {:>8} {:>7} {:>9} {:>8} {:>9} {:>7}",
        "",
        "rows",
        "requests",
        "seconds",
        "rate",
        "used",
        "too many",
        "resumed",
        "memory",
        "growth"
    );
    for Part {
        name,
        reading,
        violations,
        ..
    } in parts
    {
        let told = |value: Option<f64>, unit: &str| {
            value.map_or_else(|| "?".to_owned(), |value| format!("{value:.1} {unit}"))
        };
        println!(
            "{:<14} {:>10} {:>9} {:>9.1} {:>8.2} {:>6.1}% {:>9} {:>8} {:>9} {:>7}",
            name.replace('_', " "),
            reading.rows,
            reading.pages,
            reading.seconds(),
            reading.rate(),
            reading.rate() / LIMIT * 100.0,
            violations,
            reading.resumed,
            told(reading.memory.megabytes(), "MB"),
            told(reading.memory.growth().map(|growth| growth * 100.0), "%"),
        );
    }
}
