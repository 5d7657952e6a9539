//! `cargo xtask test` and `cargo xtask ci`: the checks of the house, in the order in which they fail fastest.

use std::process::Command;
use std::time::Instant;

use crate::feature;
use crate::tree::here;

/// A check: what it is called, the arguments of cargo, and a variable of the environment.
type Check<'a> = (&'a str, &'a [&'a str], Option<(&'a str, &'a str)>);

const TESTS: Check<'_> = ("test", &["test", "--workspace", "--all-features"], None);

const CHECKS: [Check<'_>; 4] = [
    ("format", &["fmt", "--all", "--check"], None),
    (
        "lints",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ],
        None,
    ),
    ("generated source", &["xtask", "codegen", "--check"], None),
    (
        "docs",
        &["doc", "--workspace", "--all-features", "--no-deps"],
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

/// What a program that names one version compiles: the crate without a warning with each of its features alone, and with
/// none. What stands behind `--` reaches this crate only, so nothing else is built anew.
fn each_feature() -> Result<(), String> {
    for features in feature::sets()? {
        let name = format!("features {features:?}");
        let arguments = [
            "rustc",
            "--quiet",
            "--package",
            feature::PACKAGE,
            "--lib",
            "--profile",
            "check",
            "--no-default-features",
            "--features",
            features.as_str(),
            "--",
            "-D",
            "warnings",
        ];
        run((&name, &arguments, None))?;
    }
    Ok(())
}

fn run((name, arguments, variable): Check<'_>) -> Result<(), String> {
    println!("== {name}: cargo {}", arguments.join(" "));
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).envs(variable).current_dir(here());
    let status = command
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !status.success() {
        return Err(format!(
            "{name} failed; run it alone with `cargo {}`",
            arguments.join(" ")
        ));
    }
    println!("== {name}: ok, {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
