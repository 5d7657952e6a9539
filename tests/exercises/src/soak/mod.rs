//! `cargo xtask soak`: reads a million rows at the rate limit in virtual time, then for a minute over HTTP.

mod memory;
mod reader;

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use procountor_api::v2604::{Client, V2604};
use procountor_api::{ClientBuilder, Environment, M2m, M2mCredentials};
use procountor_progress::Progress;
use procountor_sandbox::{Builder, Sandbox};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::transport::{InProcessTransport, Latency};
use reader::{Reader, Until};

/// Read a million rows at the rate limit and check that nothing degrades.
///
/// The first part runs in virtual time without a network, the second one over HTTP. Each part stops twice and resumes
/// from its cursor. The checks are:
///
/// - no row is missing or repeated;
///
/// - the client uses at least 98 % of the allowed 60 requests per second, and never exceeds them;
///
/// - memory does not grow by more than 5 % after the first 10,000 rows.
///
/// The sandbox generates the rows on demand. Memory is the resident set of this process, including the sandbox, and is
/// measured on Linux only. Exits with 1 if a check fails.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The number of rows to read in virtual time.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    rows: u64,
    /// The time to read over HTTP, plus two restarts of one second each; 0 skips this part.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    real_time: u32,
    /// Print the result as one line of JSON at the end.
    #[arg(long)]
    json: bool,
}

/// The vendor's limit, in requests per second.
const LIMIT: f64 = 60.0;
/// The fraction of the limit that must be used.
const MIN_USED: f64 = 0.98;
/// The fraction by which memory may grow.
const MAX_GROWTH: f64 = 0.05;
const PAGE_SIZE: i64 = 200;

/// The result of one part.
struct Part {
    name: &'static str,
    reader: Reader,
    /// The number of rows to read, if the part has a fixed number.
    rows: Option<u64>,
    /// The number of requests over the limit.
    violations: usize,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let mut parts = vec![virtual_time(arguments.rows)?];
    match arguments.real_time {
        0 => println!("real time: skipped, since --real-time is 0"),
        seconds => parts.push(real_time(Duration::from_secs(u64::from(seconds)))?),
    }
    print(&parts);
    if arguments.json {
        let entry = |part: &Part| (part.name.to_owned(), part.to_json());
        println!("{}", Value::Object(parts.iter().map(entry).collect()));
    }
    let problems: Vec<_> = parts.iter().flat_map(Part::problems).collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("; "))
    }
}

fn sandbox(rows: u64) -> Builder {
    // A full ledger would count as memory growth of the client.
    Sandbox::builder()
        .synthetic_invoices(rows)
        .keep_requests(100)
}

fn client(sandbox: &Sandbox) -> ClientBuilder<V2604, M2m> {
    Client::builder()
        .environment(Environment::Custom(sandbox.base_url()))
        .m2m(M2mCredentials::new(
            sandbox.client_id(),
            sandbox.client_secret(),
            sandbox.api_key(),
        ))
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
        let latency = Latency {
            min: Duration::from_millis(2),
            jitter: Duration::from_millis(2),
        };
        let transport = InProcessTransport::new(Arc::clone(&sandbox), latency, rows);
        let mut reader = Reader::default();
        // The sessions stop within a page, not at its end.
        for until in [rows / 3 + 7, rows / 3 * 2 + 11, u64::MAX] {
            let client = client(&sandbox).transport(transport.clone()).build();
            let client = client.map_err(|error| error.to_string())?;
            reader
                .run_session(&client, PAGE_SIZE, Until::Rows(until), &progress)
                .await?;
        }
        Ok(Part {
            name: "virtual_time",
            reader,
            rows: Some(rows),
            violations: sandbox.ledger().rate_limit_violations,
        })
    });
    progress.finish();
    part
}

fn real_time(time: Duration) -> Result<Part, String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    // More rows than the limit allows to read in that time.
    let rows = (time.as_secs() + 1) * LIMIT as u64 * PAGE_SIZE as u64;
    let progress = Progress::new("real time", Some(rows));
    let part = runtime.block_on(async {
        let sandbox = sandbox(rows).start().await;
        let sandbox = sandbox.map_err(|error| format!("the sandbox cannot start: {error}"))?;
        let mut reader = Reader::default();
        for _ in 0..3 {
            let client = client(&sandbox)
                .build()
                .map_err(|error| error.to_string())?;
            let restart = Duration::from_secs(u64::from(reader.rows > 0));
            let until = Until::Deadline(Instant::now() + restart + time / 3);
            reader
                .run_session(&client, PAGE_SIZE, until, &progress)
                .await?;
        }
        let violations = sandbox.ledger().rate_limit_violations;
        sandbox.shutdown().await;
        Ok(Part {
            name: "real_time",
            reader,
            rows: None,
            violations,
        })
    });
    progress.finish();
    part
}

impl Part {
    /// Returns the checks that failed.
    fn problems(&self) -> Vec<String> {
        let Self { name, reader, .. } = self;
        let mut problems = Vec::new();
        if let Some(rows) = self.rows.filter(|rows| *rows != reader.rows) {
            problems.push(format!("{name}: {} of {rows} rows were read", reader.rows));
        }
        if reader.resumed != 2 {
            problems.push(format!(
                "{name}: expected 2 resumed sessions, found {}; use more rows or a longer time",
                reader.resumed
            ));
        }
        if self.violations > 0 {
            let count = self.violations;
            problems.push(format!("{name}: {count} requests exceeded the limit"));
        }
        let rate = reader.rate();
        // The rate is not a number if there was only one page.
        if rate.partial_cmp(&(LIMIT * MIN_USED)) != Some(std::cmp::Ordering::Greater) {
            let percent = MIN_USED * 100.0;
            problems.push(format!(
                "{name}: {rate:.2} requests per second, less than {percent:.0} % of {LIMIT}"
            ));
        }
        if let Some(growth) = reader.memory.growth().filter(|growth| *growth > MAX_GROWTH) {
            problems.push(format!("{name}: memory grew by {:.1} %", growth * 100.0));
        }
        problems
    }

    fn to_json(&self) -> Value {
        json!({
            "rows": self.reader.rows,
            "requests": self.reader.pages,
            "seconds": self.reader.seconds(),
            "requests_per_second": self.reader.rate(),
            "rate_used": self.reader.rate() / LIMIT,
            "violations": self.violations,
            "resumed": self.reader.resumed,
            "memory_mb": self.reader.memory.peak_megabytes(),
            "memory_growth": self.reader.memory.growth(),
            "passed": self.problems().is_empty(),
        })
    }
}

fn print(parts: &[Part]) {
    print_line(
        "",
        [
            "rows", "requests", "seconds", "rate", "used", "over", "resumed", "memory", "growth",
        ],
    );
    let measured = |value: Option<f64>, unit: &str| {
        value.map_or_else(|| "?".to_owned(), |value| format!("{value:.1} {unit}"))
    };
    for part in parts {
        let reader = &part.reader;
        let cells = [
            reader.rows.to_string(),
            reader.pages.to_string(),
            format!("{:.1}", reader.seconds()),
            format!("{:.2}", reader.rate()),
            format!("{:.1}%", reader.rate() / LIMIT * 100.0),
            part.violations.to_string(),
            reader.resumed.to_string(),
            measured(reader.memory.peak_megabytes(), "MB"),
            measured(reader.memory.growth().map(|growth| growth * 100.0), "%"),
        ];
        print_line(&part.name.replace('_', " "), cells);
    }
}

fn print_line<T: Display>(name: &str, cells: [T; 9]) {
    print!("{name:<14}");
    for cell in cells {
        print!(" {cell:>9}");
    }
    println!();
}
