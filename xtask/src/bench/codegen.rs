//! `bench codegen`: the time to generate each version separately, and to generate all of them with shared definitions.

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use procountor_codegen::Sources;

use super::{Options, Row, median, print};
use crate::checkout::{Checkout, project_root};

const RUNS: u16 = 5;

/// Budget of `together / separate`.
const MAX_RATIO: f64 = 1.5;
/// Budget of all versions together, in seconds.
const MAX_SECONDS: f64 = 2.0;

pub(super) fn run(options: &Options) -> Result<(), String> {
    let runs = options.runs.unwrap_or(RUNS);
    if cfg!(debug_assertions) {
        return run_release_build(options, runs);
    }
    let checkout = Checkout(project_root());
    let sources = checkout.sources()?;
    let (mut separate, mut together) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        separate.push(seconds(|| generate_each(&sources))?);
        together.push(seconds(|| generate_all(&checkout, &sources))?);
    }
    let (separate, together) = (median(separate), median(together));
    let versions = sources.len();
    print(
        &[
            Row::seconds(
                "alone_seconds",
                format!("{versions} versions, separately"),
                separate,
            ),
            Row::seconds(
                "together_seconds",
                format!("{versions} versions together"),
                together,
            )
            .with_budget(MAX_SECONDS),
            Row::ratio("ratio", "together / separate", together / separate).with_budget(MAX_RATIO),
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

fn generate_each(sources: &[Sources]) -> Result<(), String> {
    for one in sources {
        let api = procountor_codegen::load(one).map_err(|errors| errors.to_string())?;
        let files = procountor_codegen::generate(&[api]).map_err(|errors| errors.to_string())?;
        black_box(files);
    }
    Ok(())
}

fn generate_all(checkout: &Checkout, sources: &[Sources]) -> Result<(), String> {
    let apis = checkout.load(sources)?;
    let files = procountor_codegen::generate(&apis).map_err(|errors| errors.to_string())?;
    black_box(files);
    Ok(())
}

/// Measures in a release build, because timings of a debug build are not representative.
fn run_release_build(options: &Options, runs: u16) -> Result<(), String> {
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
        .current_dir(project_root());
    let status = command
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if status.success() {
        Ok(())
    } else {
        Err("the benchmark in the release build failed; see above".to_owned())
    }
}
