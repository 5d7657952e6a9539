//! `cargo xtask diff`: what changed between two API versions.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use procountor_codegen::diff::{self, Diff, Side};
use serde_json::Value;

use crate::tree::{Tree, here};

/// Say what changed between two API versions, for a program that moves from A to B.
///
/// It compares what goes over the line, what the generated source offers, and what the vendor's document says, and tells
/// first what breaks: for programs that write (parameters and bodies they send, items they name) and for programs that
/// read (answers they decode). New members of answers break nobody, since they are kept; nor do new values of enums,
/// since enums are open. What two of the three say is told once.
///
/// A may be newer than B: then it is the way back.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask diff 24.11 26.04                     what a program must change
  cargo xtask diff 24.11 26.04 --format markdown   the same for a changelog or a pull request
  cargo xtask diff 24.11 26.04 --format json       every change, with an id that stays the same,
                                                   the Rust items it concerns, and counts
  cargo xtask diff 24.11 26.04 --exit-code         fails if anything breaks, for a script")]
pub(crate) struct Arguments {
    /// The version that the program uses now, such as 24.11: a folder in spec/.
    #[arg(value_name = "A")]
    from: String,
    /// The version that it moves to.
    #[arg(value_name = "B")]
    to: String,
    /// How to write it.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Exit with 1 if anything breaks, and with 0 if not.
    #[arg(long)]
    exit_code: bool,
    /// Work on another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = here())]
    root: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For a person at a terminal, in 100 columns.
    Text,
    /// With headings, lists and code spans.
    Markdown,
    /// For a program: every change, and counts at the end.
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
    let tree = Tree(arguments.root.clone());
    let versions = tree.versions()?;
    let asked = [&arguments.from, &arguments.to];
    let missing: Vec<String> = asked
        .into_iter()
        .filter(|version| !versions.contains(version))
        .map(|version| format!("there is no version {version} in spec/"))
        .collect();
    if !missing.is_empty() {
        return Err(format!(
            "{}; there are {}",
            missing.join(", and "),
            versions.join(", ")
        ));
    }
    let sources = tree.sources()?;
    let apis = tree.load(&sources)?;
    let find = |version: &str| {
        let index = versions.iter().position(|one| one == version)?;
        Some((sources.get(index)?, apis.get(index)?))
    };
    let (Some((old, before)), Some((new, after))) = (find(&arguments.from), find(&arguments.to))
    else {
        return Err("spec/ changed while it was read; try again".to_owned());
    };
    let parse = |source: &procountor_codegen::Source| -> Result<Value, String> {
        serde_json::from_str(&source.text).map_err(|error| format!("{}: {error}", source.name))
    };
    let (one, other) = (parse(&old.openapi)?, parse(&new.openapi)?);
    Ok(diff::diff(
        Side {
            document: &one,
            api: before,
        },
        Side {
            document: &other,
            api: after,
        },
    ))
}
