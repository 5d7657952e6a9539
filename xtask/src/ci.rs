//! `cargo xtask test` and `cargo xtask ci`: the checks of the workspace, fastest first.

use std::process::Command;
use std::time::Instant;

use crate::checkout::project_root;
use crate::features;

/// The name of a check, the arguments of cargo, and an optional environment variable.
type Check<'a> = (&'a str, &'a str, Option<(&'a str, &'a str)>);

const TESTS: Check<'_> = ("test", "test --workspace --all-features", None);

const CHECKS: [Check<'_>; 4] = [
    ("format", "fmt --all --check", None),
    (
        "lints",
        "clippy --workspace --all-targets --all-features -- -D warnings",
        None,
    ),
    ("generated source", "xtask codegen --check", None),
    (
        "docs",
        "doc --workspace --all-features --no-deps",
        Some(("RUSTDOCFLAGS", "-D warnings")),
    ),
];

pub(crate) fn test() -> Result<(), String> {
    run(TESTS)
}

pub(crate) fn everything() -> Result<(), String> {
    CHECKS.into_iter().try_for_each(run)?;
    each_feature()?;
    run(TESTS)
}

/// Compiles the crate without warnings for each feature alone, as applications do. Arguments after `--` apply to this crate
/// only, so its dependencies are not rebuilt.
fn each_feature() -> Result<(), String> {
    for set in features::sets()? {
        let name = format!("features {set:?}");
        let arguments = format!(
            "rustc --quiet --package {} --lib --profile check --no-default-features --features={set} -- -D warnings",
            features::PACKAGE
        );
        run((&name, &arguments, None))?;
    }
    Ok(())
}

fn run((name, arguments, variable): Check<'_>) -> Result<(), String> {
    println!("== {name}: cargo {arguments}");
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO"));
    command
        .args(arguments.split(' '))
        .envs(variable)
        .current_dir(project_root());
    let status = command
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !status.success() {
        return Err(format!("{name} failed; repeat it with `cargo {arguments}`"));
    }
    println!("== {name}: ok, {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
