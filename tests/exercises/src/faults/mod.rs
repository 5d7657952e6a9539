//! `cargo xtask faults`: combines every fault with every class of operation, thousands of times, in virtual time. The
//! sandbox's ledger shows what really happened on the server.

mod case;
mod clients;
mod run;
mod secrets;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use procountor_progress::Progress;
use procountor_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use case::Case;
use run::{End, Report};

/// Inject every fault into every class of operation and check invariants.
///
/// A run consists of a fault, a class of operation and a seed. The seed determines when and how often the fault occurs,
/// the latency, the payload, and the number of concurrent calls. The sandbox's ledger shows whether the invariants
/// hold:
///
/// - an effect happens at most once, and the caller knows that it happened or that its outcome is unknown;
///
/// - every row of a search arrives exactly once, or the stream ends with an error;
///
/// - the server never sees more requests than the rate limit allows;
///
/// - every call ends before its timeout;
///
/// - no secret appears in a log, an error or a URL, or is sent to another host.
///
/// Waiting takes no real time, since time is virtual. A seed always gives the same run. Exits with 1 if an invariant is
/// violated.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The number of runs of each fault with each class of operation.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    seeds: u64,
    /// Repeat one run and print its requests, for example reset-after/create/3.
    #[arg(long, value_name = "FAULT/OPERATION/SEED", conflicts_with_all = ["seeds", "json"])]
    replay: Option<Case>,
    /// Print the result as one line of JSON at the end.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    secrets::capture_logs();
    let template = Sandbox::builder().seed(42).without_sockets();
    let template = template.map_err(|error| format!("the sandbox cannot start: {error}"))?;
    if let Some(case) = arguments.replay {
        return replay(&run::run(&template, case));
    }
    let cases = Case::all(arguments.seeds);
    let reports = run_all(&template, &cases);
    let summary = Summary::new(&reports);
    summary.print();
    if arguments.json {
        println!("{}", summary.to_json());
    }
    match summary.failed_runs {
        0 => Ok(()),
        failed => Err(format!(
            "{failed} of {} runs violated an invariant",
            reports.len()
        )),
    }
}

/// Runs all cases in parallel. The runs are independent: each one starts with a copy of `template`.
fn run_all(template: &Sandbox, cases: &[Case]) -> Vec<Report> {
    let progress = Progress::new("faults", Some(cases.len() as u64));
    let next = AtomicUsize::new(0);
    let reports = Mutex::new(Vec::with_capacity(cases.len()));
    let workers = thread::available_parallelism().map_or(1, |count| count.get());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = run::run(template, *case);
                    progress.step();
                    let mut reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
                    reports.push(report);
                }
            });
        }
    });
    progress.finish();
    let mut reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
    reports.sort_by_key(|report| cases.iter().position(|case| *case == report.case));
    reports
}

struct Summary<'a> {
    reports: &'a [Report],
    failed_runs: usize,
    ends: BTreeMap<End, usize>,
    /// The number of runs and of affected requests of each fault.
    faults: BTreeMap<&'static str, (usize, u64)>,
}

impl<'a> Summary<'a> {
    fn new(reports: &'a [Report]) -> Self {
        let mut summary = Self {
            reports,
            failed_runs: 0,
            ends: BTreeMap::new(),
            faults: BTreeMap::new(),
        };
        for report in reports {
            *summary.ends.entry(report.end).or_default() += 1;
            let (runs, hits) = summary.faults.entry(report.case.fault.name()).or_default();
            *runs += 1;
            *hits += report.hits;
            summary.failed_runs += usize::from(!report.violations.is_empty());
        }
        summary
    }

    fn count(&self, end: End) -> usize {
        self.ends.get(&end).copied().unwrap_or(0)
    }

    fn print(&self) {
        for report in self.reports {
            for violation in &report.violations {
                println!(
                    "{0}: {violation}\n  repeat with: cargo xtask faults --replay {0}",
                    report.case
                );
            }
        }
        println!("{:<20} {:>8} {:>8}", "fault", "runs", "requests");
        for fault in Fault::all() {
            if let Some((runs, hits)) = self.faults.get(fault.name()) {
                println!("{:<20} {runs:>8} {hits:>8}", fault.name());
            }
        }
        println!(
            "\n{} runs: {} succeeded, {} ended with an unknown outcome, {} failed; {} violated an invariant",
            self.reports.len(),
            self.count(End::Done),
            self.count(End::Unknown),
            self.count(End::Failed),
            self.failed_runs
        );
    }

    fn to_json(&self) -> Value {
        let faults: BTreeMap<_, _> = self
            .faults
            .iter()
            .map(|(name, (runs, _))| (name, runs))
            .collect();
        json!({
            "runs": self.reports.len(),
            "invariants_broken": self.failed_runs,
            "done": self.count(End::Done),
            "outcome_unknown": self.count(End::Unknown),
            "failed": self.count(End::Failed),
            "faults": faults,
        })
    }
}

/// Prints the requests and the end of one run.
fn replay(report: &Report) -> Result<(), String> {
    println!("{}: {:#?}", report.case, report.params);
    let start = report
        .requests
        .first()
        .map(|entry| entry.at)
        .unwrap_or_default();
    for entry in &report.requests {
        print!(
            "{:>10.3} s  {} {}: {}",
            (entry.at - start).as_secs_f64(),
            entry.method,
            entry.path,
            entry.status
        );
        if let Some(fault) = entry.fault {
            print!(", fault {fault:?}");
        }
        for effect in &entry.effects {
            print!(", {:?} {}/{}", effect.change, effect.collection, effect.id);
        }
        println!();
    }
    println!("result: {}", report.error.as_deref().unwrap_or("success"));
    let violations: Vec<_> = report.violations.iter().map(ToString::to_string).collect();
    if violations.is_empty() {
        Ok(())
    } else {
        Err(violations.join("\n"))
    }
}
