//! The commands of the house: `cargo xtask --help` lists them.

mod alone;
mod bench;
mod ci;
mod codegen;
mod diff;
mod embedded;
mod exercises;
mod feature;
mod lock;
mod pull;
mod release;
mod rustfmt;
mod source;
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
    Diff(diff::Arguments),
    Release(release::Arguments),
    /// Run a Procountor on this machine, with a company's books in it.
    Sandbox(exercises::Arguments),
    /// Show what the SDK does: read every invoice, find a customer, send an invoice, move a file there and back.
    Demo(exercises::Arguments),
    /// Send every operation of a version, or of all, through its typed endpoint, and check what comes back.
    Conformance(exercises::Arguments),
    /// Let everything go wrong that can, with every class of operation, and check what came of it.
    Faults(exercises::Arguments),
    /// Read a million rows through the rate limit, and see that nothing wears out.
    Soak(exercises::Arguments),
    /// Feed garbage to everything that reads what comes from outside: answers, tokens, headers, files, logins.
    Fuzz(exercises::Arguments),
    Bench(bench::Arguments),
    /// Run all tests: unit, snapshot, property, compile-fail, conformance, and the examples in the docs.
    Test,
    /// Run everything that must hold before a change lands: format, lints, generated source, docs, tests.
    Ci,
}

fn main() -> ExitCode {
    let done = |result: Result<(), String>| result.map(|()| ExitCode::SUCCESS);
    let result = match Arguments::parse().command {
        Command::Pull(arguments) => done(pull::run(&arguments)),
        Command::Release(arguments) => done(release::run(&arguments)),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Codegen(arguments) => done(codegen::run(&arguments)),
        Command::Sandbox(arguments) => exercises::run(exercises::SANDBOX, &arguments),
        Command::Demo(arguments) => exercises::run(exercises::DEMO, &arguments),
        Command::Conformance(arguments) => exercises::run(exercises::CONFORMANCE, &arguments),
        Command::Faults(arguments) => exercises::run(exercises::FAULTS, &arguments),
        Command::Soak(arguments) => exercises::run(exercises::SOAK, &arguments),
        Command::Fuzz(arguments) => exercises::run(exercises::FUZZ, &arguments),
        Command::Bench(arguments) => done(bench::run(&arguments)),
        Command::Test => done(ci::test()),
        Command::Ci => done(ci::everything()),
    };
    match result {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
