//! `cargo xtask bench`: what the generator and its output cost. Measurements, with the budgets of the house beside them;
//! no test fails by them, since a machine has other things to do.

mod check;
mod codegen;
mod copy;

use clap::Subcommand;
use serde_json::{Map, Value};

/// Measure what the generator and its output cost.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Time the generator in a release build: each version alone, and all of them together.
    Codegen(Options),
    /// Count the user seconds of `cargo check` of the crate: with the newest version, with all, and in a tree that has only
    /// the newest.
    Check(Options),
}

#[derive(clap::Args)]
struct Options {
    /// How often to measure; the median counts. [default: 5 for codegen, 3 for check]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    runs: Option<u16>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    match &arguments.what {
        What::Codegen(options) => codegen::run(options),
        What::Check(options) => check::run(options),
    }
}

/// A number, and how large it may be.
struct Row {
    /// What it is in JSON: `all_seconds`.
    key: &'static str,
    /// What it is.
    what: String,
    value: f64,
    /// `s`, or nothing for a ratio.
    unit: &'static str,
    budget: Option<f64>,
}

impl Row {
    fn seconds(key: &'static str, what: impl Into<String>, value: f64) -> Self {
        let (what, unit, budget) = (what.into(), " s", None);
        Self {
            key,
            what,
            value,
            unit,
            budget,
        }
    }

    fn ratio(key: &'static str, what: impl Into<String>, value: f64) -> Self {
        Self {
            unit: "",
            ..Self::seconds(key, what, value)
        }
    }

    fn below(self, budget: f64) -> Self {
        Self {
            budget: Some(budget),
            ..self
        }
    }
}

/// Prints the numbers.
fn print(rows: &[Row], json: bool) {
    if json {
        let rounded = |value: f64| Value::from((value * 1000.0).round() / 1000.0);
        let mut line = Map::new();
        for row in rows {
            line.insert(row.key.to_owned(), rounded(row.value));
            if let Some(budget) = row.budget {
                line.insert(format!("{}_budget", row.key), rounded(budget));
            }
        }
        println!("{}", Value::Object(line));
        return;
    }
    let width = rows.iter().map(|row| row.what.len()).max().unwrap_or(0);
    for row in rows {
        let verdict = match row.budget {
            None => String::new(),
            Some(budget) => format!(
                "   {} {budget}{}",
                if row.value < budget {
                    "within"
                } else {
                    "OVER the budget of"
                },
                row.unit
            ),
        };
        println!(
            "{:width$}  {:7.2}{}{verdict}",
            row.what, row.value, row.unit
        );
    }
}

/// The one in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        _ if values.is_empty() => 0.0,
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}
