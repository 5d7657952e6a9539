//! `bench codegen`: what it takes to read each version alone and write it, and what it takes for all of them together,
//! with the catalogue of what they share.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use procountor_codegen::Sources;

use super::{Options, Row, median, print};
use crate::tree::{Tree, here};

const RUNS: u16 = 5;

/// All together may take this much of what each alone takes.
const RATIO: f64 = 1.5;
/// And so many seconds.
const SECONDS: f64 = 2.0;

pub(super) fn run(options: &Options) -> Result<(), String> {
    let runs = options.runs.unwrap_or(RUNS);
    if cfg!(debug_assertions) {
        return again(options, runs);
    }
    let tree = Tree(here());
    let sources = tree.sources()?;
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        alone.push(seconds(|| each(&sources))?);
        together.push(seconds(|| all(&tree, &sources))?);
    }
    let (alone, together) = (median(alone), median(together));
    let versions = sources.len();
    print(
        &[
            Row::seconds(
                "alone_seconds",
                format!("{versions} versions, each alone"),
                alone,
            ),
            Row::seconds(
                "together_seconds",
                format!("{versions} versions together"),
                together,
            )
            .below(SECONDS),
            Row::ratio("ratio", "together / alone", together / alone).below(RATIO),
        ],
        options.json,
    );
    Ok(())
}

fn seconds(work: impl FnOnce() -> Result<(), String>) -> Result<f64, String> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed().as_secs_f64())
}

fn each(sources: &[Sources]) -> Result<(), String> {
    for one in sources {
        let api = procountor_codegen::load(one).map_err(|wrong| wrong.to_string())?;
        let files = procountor_codegen::generate(&[api]).map_err(|wrong| wrong.to_string())?;
        black_box(files);
    }
    Ok(())
}

fn all(tree: &Tree, sources: &[Sources]) -> Result<(), String> {
    let apis = tree.load(sources)?;
    let files = procountor_codegen::generate(&apis).map_err(|wrong| wrong.to_string())?;
    black_box(files);
    Ok(())
}

/// What a debug build takes says nothing.
fn again(options: &Options, runs: u16) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args([
            "run",
            "--release",
            "--package",
            "xtask",
            "--",
            "bench",
            "codegen",
        ])
        .arg(format!("--runs={runs}"))
        .args(options.json.then_some("--json"))
        .current_dir(here());
    let status = command
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err("the release build of xtask did not measure".to_owned()),
    }
}
