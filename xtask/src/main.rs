//! The commands of the house: `cargo xtask --help` lists them.

mod alone;
mod ci;
mod codegen;
mod conformance;
mod demo;
mod lock;
mod progress;
mod pull;
mod sandbox;
mod tree;
mod write;

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
    Pull(pull::Arguments),
    Codegen(codegen::Arguments),
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
        Command::Pull(arguments) => pull::run(&arguments),
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Sandbox(arguments) => sandbox::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Test => ci::test(),
        Command::Ci => ci::everything(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
