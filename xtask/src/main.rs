//! The development commands of the workspace. `cargo xtask --help` lists them.

mod atomic_write;
mod bench;
mod checkout;
mod checkout_lock;
mod ci;
mod codegen;
mod diff;
mod features;
mod lockfile;
mod programs;
mod pull;
mod release;
mod rustfmt;
mod sandbox_versions;
mod source;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The development commands of this workspace. `cargo xtask COMMAND --help` describes a command.
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
    /// Run a local Procountor server with the accounts of a sample company.
    Sandbox(programs::Arguments),
    /// Show the SDK at work: read every invoice, find a customer, send an invoice, upload and download a file.
    Demo(programs::Arguments),
    /// Send every operation of one or all versions through its typed endpoint, and check the responses.
    Conformance(programs::Arguments),
    /// Inject every supported fault into every class of operation, and check the outcome.
    Faults(programs::Arguments),
    /// Read a million rows under the rate limit, and check for leaks and drift.
    Soak(programs::Arguments),
    /// Fuzz everything that parses external input: responses, tokens, headers, files, logins.
    Fuzz(programs::Arguments),
    Bench(bench::Arguments),
    /// Run all tests: unit, snapshot, property, compile-fail, conformance, and documentation examples.
    Test,
    /// Run every check that a change must pass: format, lints, generated source, documentation, tests.
    Ci,
}

fn main() -> ExitCode {
    let done = |result: Result<(), String>| result.map(|()| ExitCode::SUCCESS);
    let result = match Arguments::parse().command {
        Command::Pull(arguments) => done(pull::run(&arguments)),
        Command::Release(arguments) => done(release::run(&arguments)),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Codegen(arguments) => done(codegen::run(&arguments)),
        Command::Sandbox(arguments) => programs::run(programs::SANDBOX, &arguments),
        Command::Demo(arguments) => programs::run(programs::DEMO, &arguments),
        Command::Conformance(arguments) => programs::run(programs::CONFORMANCE, &arguments),
        Command::Faults(arguments) => programs::run(programs::FAULTS, &arguments),
        Command::Soak(arguments) => programs::run(programs::SOAK, &arguments),
        Command::Fuzz(arguments) => programs::run(programs::FUZZ, &arguments),
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
