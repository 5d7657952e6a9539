//! `cargo xtask diff`: compares two API versions.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use procountor_codegen::diff::{self, Diff, Side};
use serde_json::Value;

use crate::checkout::{Checkout, project_root};

/// Compare two API versions, for a program that moves from A to B.
///
/// Compares the wire format, the generated Rust source and the vendor's document, and lists breaking changes first: those
/// that break programs that write (they send parameters and bodies, and use names) and those that break programs that read
/// (they decode responses). New members and enum values in responses are not breaking: members are kept, and enums are
/// open. A change that is visible in more than one place is listed once.
///
/// A can be newer than B, for a downgrade.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask diff 24.11 26.04                     the changes, breaking ones first
  cargo xtask diff 24.11 26.04 --format markdown   the same for a changelog or a pull request
  cargo xtask diff 24.11 26.04 --format json       every change, with a stable id,
                                                   the Rust items that it affects, and counts
  cargo xtask diff 24.11 26.04 --exit-code         for a script: fail on a breaking change")]
pub(crate) struct Arguments {
    /// The version that the program uses now: a folder in spec/, such as 24.11.
    #[arg(value_name = "A")]
    from: String,
    /// The version that the program moves to.
    #[arg(value_name = "B")]
    to: String,
    /// The output format.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with status 1 if there is a breaking change.
    #[arg(long)]
    exit_code: bool,
    /// Use another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = project_root())]
    root: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Plain text, 100 columns wide.
    Text,
    /// Headings, lists and code spans, for a changelog or a pull request.
    Markdown,
    /// Every change, and counts at the end.
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, String> {
    let diff = compare(arguments)?;
    match arguments.format {
        Format::Text => print!("{}", diff::text(&diff)),
        Format::Markdown => print!("{}", diff::markdown(&diff)),
        Format::Json => println!("{}", diff::json(&diff)),
    }
    Ok(if arguments.exit_code && diff.breaks() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn compare(arguments: &Arguments) -> Result<Diff, String> {
    let checkout = Checkout(arguments.root.clone());
    let versions = checkout.versions()?;
    let requested = [&arguments.from, &arguments.to];
    let mut missing = requested
        .into_iter()
        .filter(|version| !versions.contains(version))
        .peekable();
    if missing.peek().is_some() {
        let missing: Vec<&str> = missing.map(String::as_str).collect();
        return Err(format!(
            "spec/ does not contain {}; available versions: {}",
            missing.join(" or "),
            versions.join(", ")
        ));
    }
    let sources = checkout.sources()?;
    let apis = checkout.load(&sources)?;
    let find = |version: &str| {
        let index = versions.iter().position(|one| one == version)?;
        Some((sources.get(index)?, apis.get(index)?))
    };
    let (Some((old, before)), Some((new, after))) = (find(&arguments.from), find(&arguments.to))
    else {
        return Err("spec/ changed while it was being read; try again".to_owned());
    };
    let parse = |source: &procountor_codegen::Source| -> Result<Value, String> {
        serde_json::from_str(&source.text).map_err(|error| format!("{}: {error}", source.name))
    };
    let (old, new) = (parse(&old.openapi)?, parse(&new.openapi)?);
    let side = |document, api| Side { document, api };
    Ok(diff::diff(side(&old, before), side(&new, after)))
}
