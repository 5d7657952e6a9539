//! `cargo xtask test` and `cargo xtask ci`: the checks of the workspace, fastest first.

use std::process::Command;
use std::time::Instant;

use crate::checkout::project_root;
use crate::features;

/// The name of a check, the arguments of cargo, and an optional environment variable.
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

/// Compiles the crate without warnings for each feature alone, as applications do. Arguments after `--` apply to this crate
/// only, so its dependencies are not rebuilt.
fn each_feature() -> Result<(), String> {
    for features in features::sets()? {
        let name = format!("features {features:?}");
        let arguments = [
            "rustc",
            "--quiet",
            "--package",
            features::PACKAGE,
            "--lib",
            "--profile",
            "check",
        ];
        let features = [
            "--no-default-features",
            "--features",
            features.as_str(),
            "--",
            "-D",
            "warnings",
        ];
        run((&name, &[&arguments[..], &features].concat(), None))?;
    }
    Ok(())
}

fn run((name, arguments, variable): Check<'_>) -> Result<(), String> {
    println!("== {name}: cargo {}", arguments.join(" "));
    let start = Instant::now();
    let mut command = Command::new(env!("CARGO"));
    command
        .args(arguments)
        .envs(variable)
        .current_dir(project_root());
    let status = command
        .status()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if !status.success() {
        return Err(format!(
            "{name} failed; repeat it with `cargo {}`",
            arguments.join(" ")
        ));
    }
    println!("== {name}: ok, {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}
