//! `bench check`: the user seconds of `cargo check` of the crate alone, its dependencies built before. The three ways to
//! have it are measured in turns, so that what else the machine does meets them all.

use std::fs::File;
use std::process::{Command, Output};
use std::time::SystemTime;

use super::copy::Copy;
use super::{Options, Row, median, print};
use crate::feature;
use crate::tree::here;

const ROUNDS: u16 = 3;

/// All versions may take this much of what the newest takes.
const ALL: f64 = 2.5;
/// And the newest this much of what it would take in a tree without the others.
const NEWEST: f64 = 1.05;

/// The crate in one of the copies, with these features.
struct Way<'a> {
    copy: &'a Copy,
    features: &'a str,
    seconds: Vec<f64>,
}

pub(super) fn run(options: &Options) -> Result<(), String> {
    let versions = feature::versions()?;
    let newest = versions.last().ok_or("the crate has no version")?;
    let (all, newest) = (
        format!("all-versions,{}", feature::TLS),
        format!("{newest},{}", feature::TLS),
    );
    let tree = Copy::new("tree")?;
    let only = Copy::with_only_the_newest("only-newest")?;
    let way = |copy, features| Way {
        copy,
        features,
        seconds: Vec::new(),
    };
    let mut ways = [way(&tree, &newest), way(&tree, &all), way(&only, &newest)];
    for way in &ways {
        // What others need is built now.
        way.check()?;
    }
    for round in 1..=options.runs.unwrap_or(ROUNDS) {
        for way in &mut ways {
            way.touch()?;
            let seconds = way.check()?;
            way.seconds.push(seconds);
        }
        if !options.json {
            let seconds = ways.iter().filter_map(|way| way.seconds.last());
            let seconds: Vec<String> = seconds.map(|one| format!("{one:.2} s")).collect();
            println!("round {round}: {}", seconds.join(", "));
        }
    }
    let [newest, all, only] = ways.map(|way| median(way.seconds));
    print(
        &[
            Row::seconds("newest_seconds", "the newest version", newest),
            Row::seconds("all_seconds", format!("{} versions", versions.len()), all),
            Row::seconds(
                "only_seconds",
                "the newest, in a tree without the others",
                only,
            ),
            Row::ratio("all_ratio", "all / newest", all / newest).below(ALL),
            Row::ratio(
                "newest_ratio",
                "newest / in a tree of its own",
                newest / only,
            )
            .below(NEWEST),
        ],
        options.json,
    );
    Ok(())
}

impl Way<'_> {
    /// Makes cargo think that the crate has changed.
    fn touch(&self) -> Result<(), String> {
        let path = self.copy.folder().join("procountor-api/src/lib.rs");
        File::options()
            .append(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .map_err(|error| format!("{} cannot be touched: {error}", path.display()))
    }

    /// Checks the crate: the user seconds that cargo and all that it starts took.
    fn check(&self) -> Result<f64, String> {
        // The shell's own `time` is everywhere and counts the whole tree of processes.
        let output = Command::new("bash")
            .args(["-c", "TIMEFORMAT=%3U; time \"$@\"", "bash", env!("CARGO")])
            .args(["check", "--quiet", "--offline", "--package"])
            .args([feature::PACKAGE, "--no-default-features", "--features"])
            .arg(self.features)
            .arg("--target-dir")
            .arg(here().join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("LC_ALL", "C")
            .current_dir(self.copy.folder())
            .output()
            .map_err(|error| format!("bash, which takes the time, cannot be run: {error}"))?;
        let Output { status, stderr, .. } = output;
        let said = String::from_utf8_lossy(&stderr);
        let seconds = said.lines().last().and_then(|line| line.parse().ok());
        match seconds {
            Some(seconds) if status.success() => Ok(seconds),
            _ => Err(format!(
                "the crate cannot be checked in {}\n{said}",
                self.copy.folder().display()
            )),
        }
    }
}
