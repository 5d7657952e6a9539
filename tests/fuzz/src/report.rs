//! The result of a run, as text and as JSON.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use crate::targets::Kind;
use crate::worker::{Finding, Stats};

#[derive(Debug)]
pub(crate) struct Report {
    seed: u64,
    inputs: u64,
    start: Instant,
    targets: Vec<TargetReport>,
}

#[derive(Debug)]
pub(crate) struct TargetReport {
    name: &'static str,
    failures: Vec<Failure>,
    stats: Stats,
    /// The number of inputs that were skipped after too many failures.
    pub(crate) skipped: u64,
}

/// An input that failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) index: u64,
    pub(crate) finding: Finding,
    pub(crate) details: String,
    pub(crate) file: PathBuf,
}

/// The number of failures of a target that are printed.
const MAX_PRINTED: usize = 10;

impl Report {
    pub(crate) fn new(kinds: &[&'static Kind], seed: u64, inputs: u64) -> Self {
        let target = |kind: &&'static Kind| TargetReport {
            name: kind.name,
            failures: Vec::new(),
            stats: Stats::default(),
            skipped: 0,
        };
        Self {
            seed,
            inputs,
            start: Instant::now(),
            targets: kinds.iter().map(target).collect(),
        }
    }

    pub(crate) fn target(&mut self, target: usize) -> &mut TargetReport {
        &mut self.targets[target]
    }

    /// Sorts the failures by input, so that the report does not depend on the speed of the workers.
    pub(crate) fn sort(&mut self) {
        for target in &mut self.targets {
            target
                .failures
                .sort_by_key(|failure| (failure.index, failure.finding));
        }
    }

    pub(crate) fn failed(&self) -> u64 {
        self.targets.iter().map(TargetReport::failed).sum()
    }

    fn completed(&self, target: &TargetReport) -> u64 {
        self.inputs - target.skipped
    }

    pub(crate) fn to_json(&self) -> String {
        let all = || self.targets.iter().flat_map(|target| &target.failures);
        let count = |finding| all().filter(|failure| failure.finding == finding).count();
        let by_target = self.targets.iter().map(|target| {
            json!({
                "target": target.name,
                "inputs": self.completed(target),
                "failed": target.failed(),
                "inputs_per_second": target.speed(self.completed(target)),
                "peak_bytes": target.stats.peak_bytes,
                "slow": target.stats.slow,
                "slowest_microseconds": target.stats.max_micros,
            })
        });
        json!({
            "targets": self.targets.len(),
            "inputs": self.targets.iter().map(|target| self.completed(target)).sum::<u64>(),
            "seed": self.seed,
            "panics": count(Finding::Panic),
            "memory_exceeded": count(Finding::Memory),
            "hangs": count(Finding::Hang),
            "crashes": count(Finding::Crash),
            "violations": count(Finding::Violation),
            "slow": self.targets.iter().map(|target| target.stats.slow).sum::<u64>(),
            "seconds": self.start.elapsed().as_secs(),
            "by_target": by_target.collect::<Vec<_>>(),
        })
        .to_string()
    }
}

impl TargetReport {
    /// Adds a failure, unless it was reported before its worker crashed and is reported again by the rerun.
    pub(crate) fn add(&mut self, new: Failure) {
        let same = |known: &Failure| (known.index, known.finding) == (new.index, new.finding);
        if !self.failures.iter().any(same) {
            self.failures.push(new);
        }
    }

    pub(crate) fn failed(&self) -> u64 {
        self.failures.len() as u64
    }

    pub(crate) fn add_stats(&mut self, more: &Stats) {
        let all = &mut self.stats;
        all.peak_bytes = all.peak_bytes.max(more.peak_bytes);
        all.max_micros = all.max_micros.max(more.max_micros);
        all.slow += more.slow;
        all.total_micros += more.total_micros;
    }

    /// Returns the inputs per second on one core, without the time to generate them.
    fn speed(&self, completed: u64) -> u64 {
        completed.saturating_mul(1_000_000) / self.stats.total_micros.max(1)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for target in &self.targets {
            let TargetReport {
                name,
                failures,
                stats,
                skipped,
            } = target;
            let completed = self.completed(target);
            writeln!(
                f,
                "{name:<14} {completed:>9} inputs, {:>7}/s, at most {} KiB, {} slow, {} failed",
                target.speed(completed),
                stats.peak_bytes / 1024,
                stats.slow,
                failures.len()
            )?;
            for failure in failures.iter().take(MAX_PRINTED) {
                let Failure {
                    index,
                    finding,
                    details,
                    file,
                } = failure;
                writeln!(f, "  {}: {details}", finding.name())?;
                writeln!(
                    f,
                    "    input {index} of seed {}; repeat with: cargo xtask fuzz --target {name} --replay {}",
                    self.seed,
                    file.display()
                )?;
            }
            if let Some(more) = failures.len().checked_sub(MAX_PRINTED + 1) {
                writeln!(f, "  and {} more", more + 1)?;
            }
            if *skipped > 0 {
                writeln!(f, "  {skipped} inputs were skipped after too many failures")?;
            }
        }
        let seconds = self.start.elapsed().as_secs();
        writeln!(
            f,
            "seed {}, {} failed, {seconds} s",
            self.seed,
            self.failed()
        )
    }
}
