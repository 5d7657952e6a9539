//! `cargo xtask faults`: every fault against every class of operation, thousands of times, in virtual time; the sandbox's
//! ledger says what really happened.

mod act;
mod case;
mod run;
mod secrets;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use procountor_progress::Progress;
use procountor_sandbox::{Fault, Sandbox};
use serde_json::json;

use case::Case;
use run::{End, Report};

/// Let everything go wrong that can, with every class of operation, and check what came of it.
///
/// Each run is a fault, a class of operation and a seed. The seed decides when the fault comes, how often in a row, how long
/// things take, how much is sent, and how much else the client does meanwhile. The sandbox's ledger is the judge:
///
/// - an effect happened at most once, and the caller knows what happened, or that it is unknown;
///
/// - every row of a search came exactly once, or the stream ended with an error;
///
/// - the limit was kept in every second, as the server saw it;
///
/// - every call ended in its time;
///
/// - no secret was shown in a log, an error, an address, or to another host.
///
/// Time is virtual: an hour of waiting takes no time. The same seed gives the same run. Exits with 1 when anything broke.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// How many runs of each fault with each operation.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    seeds: u64,
    /// One run only, with all that it did: reset-after/create/3.
    #[arg(long, value_name = "FAULT/OPERATION/SEED", conflicts_with_all = ["seeds", "json"])]
    replay: Option<Case>,
    /// End with one line of JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    secrets::take_down_logs();
    let books = Sandbox::builder().seed(42).without_sockets();
    let books = books.map_err(|error| format!("the sandbox cannot start: {error}"))?;
    if let Some(case) = arguments.replay {
        return replay(&run::run(&books, case));
    }
    let cases = Case::all(arguments.seeds);
    let reports = run_all(&books, &cases);
    let summary = Summary::new(&reports);
    summary.print();
    if arguments.json {
        println!("{}", summary.to_json());
    }
    match summary.broken {
        0 => Ok(()),
        broken => Err(format!(
            "{broken} of {} runs broke an invariant",
            reports.len()
        )),
    }
}

/// All cases, as many at a time as there are processors. No run knows of another.
fn run_all(books: &Sandbox, cases: &[Case]) -> Vec<Report> {
    let progress = Progress::new("faults", Some(cases.len() as u64));
    let next = AtomicUsize::new(0);
    let reports = Mutex::new(Vec::with_capacity(cases.len()));
    let workers = thread::available_parallelism().map_or(1, |count| count.get());
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let report = run::run(books, *case);
                    progress.step();
                    let mut reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
                    reports.push(report);
                }
            });
        }
    });
    progress.finish();
    let mut reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
    reports.sort_by_key(|report| {
        let place = |known: &Case| *known == report.case;
        cases.iter().position(place)
    });
    reports
}

struct Summary<'a> {
    reports: &'a [Report],
    broken: usize,
    ends: BTreeMap<End, usize>,
    /// Runs, and requests that met it, by fault.
    faults: BTreeMap<&'static str, (usize, u64)>,
}

impl<'a> Summary<'a> {
    fn new(reports: &'a [Report]) -> Self {
        let mut summary = Self {
            reports,
            broken: 0,
            ends: BTreeMap::new(),
            faults: BTreeMap::new(),
        };
        for report in reports {
            *summary.ends.entry(report.end).or_default() += 1;
            let (runs, met) = summary.faults.entry(report.case.fault.name()).or_default();
            *runs += 1;
            *met += report.met;
            summary.broken += usize::from(!report.broken.is_empty());
        }
        summary
    }

    fn print(&self) {
        for report in self.reports {
            for broken in &report.broken {
                println!(
                    "seed {}, fault {}, operation {}: not so: {}: {}\n  again: cargo xtask faults --replay {}",
                    report.case.seed,
                    report.case.fault,
                    report.case.class.name(),
                    broken.invariant.name(),
                    broken.how,
                    report.case
                );
            }
        }
        println!("{:<20} {:>8} {:>8}", "fault", "runs", "met");
        for fault in Fault::all() {
            if let Some((runs, met)) = self.faults.get(fault.name()) {
                println!("{:<20} {runs:>8} {met:>8}", fault.name());
            }
        }
        let ends = |end| self.ends.get(&end).copied().unwrap_or(0);
        println!(
            "\n{} runs: {} done, {} told to be unknown, {} failed; {} broke an invariant",
            self.reports.len(),
            ends(End::Done),
            ends(End::Unknown),
            ends(End::Failed),
            self.broken
        );
    }

    fn to_json(&self) -> String {
        let faults: BTreeMap<_, _> = self
            .faults
            .iter()
            .map(|(name, (runs, _))| (*name, *runs))
            .collect();
        let ends = |end| self.ends.get(&end).copied().unwrap_or(0);
        let line = json!({
            "runs": self.reports.len(),
            "invariants_broken": self.broken,
            "done": ends(End::Done),
            "outcome_unknown": ends(End::Unknown),
            "failed": ends(End::Failed),
            "faults": faults,
        });
        line.to_string()
    }
}

/// All that one run did.
fn replay(report: &Report) -> Result<(), String> {
    println!("{}: {:#?}", report.case, report.chance);
    let start = report
        .requests
        .first()
        .map(|entry| entry.at)
        .unwrap_or_default();
    for entry in &report.requests {
        let met = entry
            .fault
            .map(|fault| format!(", met {fault:?}"))
            .unwrap_or_default();
        let effects: Vec<_> = entry
            .effects
            .iter()
            .map(|effect| format!(", {:?} {}/{}", effect.change, effect.collection, effect.id))
            .collect();
        println!(
            "{:>10.3} s  {} {}: {}{met}{}",
            (entry.at - start).as_secs_f64(),
            entry.method,
            entry.path,
            entry.status,
            effects.concat()
        );
    }
    match &report.error {
        None => println!("ended: done"),
        Some(error) => println!("ended: {error}"),
    }
    let broken: Vec<_> = report
        .broken
        .iter()
        .map(|broken| format!("not so: {}: {}", broken.invariant.name(), broken.how))
        .collect();
    match broken.is_empty() {
        true => Ok(()),
        false => Err(broken.join("\n")),
    }
}
