//! The commands of the house: `cargo xtask --help` lists them.

mod ci;
mod codegen;
mod conformance;
mod demo;
mod diff;
mod lock;
mod progress;
mod sandbox;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The commands of the house. Each one explains itself with --help.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Codegen(codegen::Arguments),
    Diff(diff::Arguments),
    Sandbox(sandbox::Arguments),
    Demo(demo::Arguments),
    Conformance(conformance::Arguments),
    /// Run all tests: unit, snapshot, property, compile-fail, conformance, and the examples in the docs.
    Test,
    /// Run everything that must hold before a change lands: format, lints, generated source, docs, tests.
    Ci,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Diff(arguments) => return ended(diff::run(&arguments)),
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Sandbox(arguments) => sandbox::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Test => ci::test(),
        Command::Ci => ci::everything(),
    };
    ended(result.map(|()| ExitCode::SUCCESS))
}

fn ended(result: Result<ExitCode, String>) -> ExitCode {
    match result {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
