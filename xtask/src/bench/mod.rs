//! `cargo xtask bench`: measures the cost of the generator and of its output, and compares it with budgets. A budget never
//! fails a test, because timings depend on the load of the machine.

mod check;
mod codegen;
mod workspace_copy;

use clap::Subcommand;
use serde_json::{Map, Value};

/// Measure the cost of the generator and of the generated source.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    benchmark: Benchmark,
}

#[derive(Subcommand)]
enum Benchmark {
    /// Time the generator in a release build, for each version separately and for all together.
    Codegen(Options),
    /// Measure the user seconds of `cargo check` with the newest version, with all versions, and in a workspace that contains
    /// only the newest.
    Check(Options),
}

#[derive(clap::Args)]
struct Options {
    /// Number of measurements; the result is their median. [default: 5 for codegen, 3 for check]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    runs: Option<u16>,
    /// Print one line of JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    match &arguments.benchmark {
        Benchmark::Codegen(options) => codegen::run(options),
        Benchmark::Check(options) => check::run(options),
    }
}

/// A measurement, and an optional upper limit.
struct Row {
    /// The key in JSON, such as `all_seconds`.
    key: &'static str,
    label: String,
    value: f64,
    /// `s`, or empty for a ratio.
    unit: &'static str,
    budget: Option<f64>,
}

impl Row {
    fn seconds(key: &'static str, label: impl Into<String>, value: f64) -> Self {
        let (label, unit, budget) = (label.into(), " s", None);
        Self {
            key,
            label,
            value,
            unit,
            budget,
        }
    }

    fn ratio(key: &'static str, label: impl Into<String>, value: f64) -> Self {
        Self {
            unit: "",
            ..Self::seconds(key, label, value)
        }
    }

    fn with_budget(self, budget: f64) -> Self {
        Self {
            budget: Some(budget),
            ..self
        }
    }
}

/// Prints the measurements.
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
    let width = rows.iter().map(|row| row.label.len()).max().unwrap_or(0);
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
            row.label, row.value, row.unit
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        _ if values.is_empty() => 0.0,
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}
