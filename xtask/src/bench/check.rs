//! `bench check`: the user seconds of `cargo check` for the crate alone, after its dependencies are built. Three cases are
//! measured in turn, so that other load on the machine affects all of them.

use std::fs::File;
use std::process::{Command, Output};
use std::time::SystemTime;

use super::workspace_copy::WorkspaceCopy;
use super::{Options, Row, median, print};
use crate::checkout::project_root;
use crate::features;

const ROUNDS: u16 = 3;

/// Budget of all versions, relative to the newest.
const MAX_ALL_RATIO: f64 = 2.5;
/// Budget of the newest version, relative to a workspace without the others.
const MAX_NEWEST_RATIO: f64 = 1.05;

/// A copy of the workspace, and the features to check there.
struct Case<'a> {
    copy: &'a WorkspaceCopy,
    features: &'a str,
    seconds: Vec<f64>,
}

pub(super) fn run(options: &Options) -> Result<(), String> {
    let versions = features::versions()?;
    let newest = versions.last().ok_or("the crate has no version")?;
    let (all, newest) = (
        format!("all-versions,{}", features::TLS),
        format!("{newest},{}", features::TLS),
    );
    let workspace = WorkspaceCopy::new("workspace")?;
    let only = WorkspaceCopy::with_only_the_newest("only-newest")?;
    let case = |copy, features| Case {
        copy,
        features,
        seconds: Vec::new(),
    };
    let mut cases = [
        case(&workspace, &newest),
        case(&workspace, &all),
        case(&only, &newest),
    ];
    for case in &cases {
        // The first check builds the dependencies.
        case.check()?;
    }
    for round in 1..=options.runs.unwrap_or(ROUNDS) {
        for case in &mut cases {
            case.touch()?;
            let seconds = case.check()?;
            case.seconds.push(seconds);
        }
        if !options.json {
            let seconds = cases.iter().filter_map(|case| case.seconds.last());
            let seconds: Vec<String> = seconds.map(|one| format!("{one:.2} s")).collect();
            println!("round {round}: {}", seconds.join(", "));
        }
    }
    let [newest, all, only] = cases.map(|case| median(case.seconds));
    print(
        &[
            Row::seconds("newest_seconds", "the newest version", newest),
            Row::seconds("all_seconds", format!("{} versions", versions.len()), all),
            Row::seconds(
                "only_seconds",
                "the newest, in a workspace without the others",
                only,
            ),
            Row::ratio("all_ratio", "all / newest", all / newest).with_budget(MAX_ALL_RATIO),
            Row::ratio("newest_ratio", "newest / without the others", newest / only)
                .with_budget(MAX_NEWEST_RATIO),
        ],
        options.json,
    );
    Ok(())
}

impl Case<'_> {
    /// Makes cargo check the crate again.
    fn touch(&self) -> Result<(), String> {
        let path = self.copy.folder().join("procountor-api/src/lib.rs");
        File::options()
            .append(true)
            .open(&path)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .map_err(|error| format!("cannot touch {}: {error}", path.display()))
    }

    /// Checks the crate and returns the user seconds of cargo and its child processes.
    fn check(&self) -> Result<f64, String> {
        // Bash's built-in `time` includes child processes and needs no extra package.
        let output = Command::new("bash")
            .args(["-c", "TIMEFORMAT=%3U; time \"$@\"", "bash", env!("CARGO")])
            .args(["check", "--quiet", "--offline", "--package"])
            .args([features::PACKAGE, "--no-default-features", "--features"])
            .arg(self.features)
            .arg("--target-dir")
            .arg(project_root().join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .env("LC_ALL", "C")
            .current_dir(self.copy.folder())
            .output()
            .map_err(|error| format!("cannot run bash, which measures the time: {error}"))?;
        let Output { status, stderr, .. } = output;
        let errors = String::from_utf8_lossy(&stderr);
        let seconds = errors.lines().last().and_then(|line| line.parse().ok());
        match seconds {
            Some(seconds) if status.success() => Ok(seconds),
            _ => Err(format!(
                "`cargo check` failed in {}\n{errors}",
                self.copy.folder().display()
            )),
        }
    }
}
