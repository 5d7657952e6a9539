//! What was tried, and what was found: for people, and as JSON.

use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use crate::targets::Kind;
use crate::worker::{Finding, Measured};

#[derive(Debug)]
pub(crate) struct Report {
    seed: u64,
    inputs: u64,
    start: Instant,
    targets: Vec<OfTarget>,
}

#[derive(Debug)]
pub(crate) struct OfTarget {
    name: &'static str,
    found: Vec<Found>,
    measured: Measured,
    /// Inputs that were not tried, since enough was found.
    pub(crate) left: u64,
}

/// An input that breaks something.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) index: u64,
    pub(crate) finding: Finding,
    pub(crate) message: String,
    pub(crate) file: PathBuf,
}

/// How many findings of a target are shown.
const SHOWN: usize = 10;

impl Report {
    pub(crate) fn new(kinds: &[&'static Kind], seed: u64, inputs: u64) -> Self {
        let of = |kind: &&'static Kind| OfTarget {
            name: kind.name,
            found: Vec::new(),
            measured: Measured::default(),
            left: 0,
        };
        Self {
            seed,
            inputs,
            start: Instant::now(),
            targets: kinds.iter().map(of).collect(),
        }
    }

    pub(crate) fn of(&mut self, target: usize) -> &mut OfTarget {
        &mut self.targets[target]
    }

    /// In the order of the inputs, whichever process was faster.
    pub(crate) fn settle(&mut self) {
        for target in &mut self.targets {
            target
                .found
                .sort_by_key(|found| (found.index, found.finding));
        }
    }

    pub(crate) fn found(&self) -> u64 {
        self.targets.iter().map(OfTarget::found).sum()
    }

    fn tried(&self, target: &OfTarget) -> u64 {
        self.inputs - target.left
    }

    pub(crate) fn to_json(&self) -> String {
        let all = || self.targets.iter().flat_map(|target| &target.found);
        let count = |finding| all().filter(|found| found.finding == finding).count();
        let each = self.targets.iter().map(|target| {
            json!({
                "target": target.name,
                "inputs": self.tried(target),
                "found": target.found(),
                "inputs_per_second": target.speed(self.tried(target)),
                "peak_bytes": target.measured.peak,
                "slow": target.measured.slow,
                "slowest_microseconds": target.measured.slowest,
            })
        });
        json!({
            "targets": self.targets.len(),
            "inputs": self.targets.iter().map(|target| self.tried(target)).sum::<u64>(),
            "seed": self.seed,
            "panics": count(Finding::Panic),
            "memory_exceeded": count(Finding::Memory),
            "hangs": count(Finding::Hang),
            "deaths": count(Finding::Death),
            "broken": count(Finding::Broken),
            "slow": self.targets.iter().map(|target| target.measured.slow).sum::<u64>(),
            "seconds": self.start.elapsed().as_secs(),
            "each": each.collect::<Vec<_>>(),
        })
        .to_string()
    }
}

impl OfTarget {
    /// The same input may be told of twice, when a process died behind it.
    pub(crate) fn add(&mut self, new: Found) {
        let same = |found: &Found| (found.index, found.finding) == (new.index, new.finding);
        if !self.found.iter().any(same) {
            self.found.push(new);
        }
    }

    pub(crate) fn found(&self) -> u64 {
        self.found.len() as u64
    }

    pub(crate) fn measured(&mut self, more: &Measured) {
        let all = &mut self.measured;
        all.peak = all.peak.max(more.peak);
        all.slowest = all.slowest.max(more.slowest);
        all.slow += more.slow;
        all.time += more.time;
    }

    /// Inputs a second on one core, without the making of them.
    fn speed(&self, tried: u64) -> u64 {
        tried.saturating_mul(1_000_000) / self.measured.time.max(1)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for target in &self.targets {
            writeln!(
                f,
                "{:<12} {:>9} inputs, {:>7}/s, at most {} KiB, {} slow, {} found",
                target.name,
                self.tried(target),
                target.speed(self.tried(target)),
                target.measured.peak / 1024,
                target.measured.slow,
                target.found.len()
            )?;
            for found in target.found.iter().take(SHOWN) {
                let (Found { index, message, .. }, name) = (found, target.name);
                writeln!(f, "  {}: {message}", found.finding.name())?;
                writeln!(
                    f,
                    "    input {index} of seed {}; again: cargo xtask fuzz --target {name} --replay {}",
                    self.seed,
                    found.file.display()
                )?;
            }
            if let Some(more) = target.found.len().checked_sub(SHOWN + 1) {
                writeln!(f, "  and {} more", more + 1)?;
            }
            if target.left > 0 {
                writeln!(
                    f,
                    "  {} inputs were not tried: enough was found",
                    target.left
                )?;
            }
        }
        let seconds = self.start.elapsed().as_secs();
        writeln!(f, "seed {}, {} found, {seconds} s", self.seed, self.found())
    }
}
