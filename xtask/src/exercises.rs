//! The commands that use what is generated (the SDK, and the sandbox's list of versions) are programs of their own, so
//! that the generator can be built when what it generates cannot. This starts them.

use std::io;
use std::process::{Command, ExitCode};

use crate::tree::here;

/// A program, as `cargo run --package` is told of it.
type Program = &'static [&'static str];

pub(crate) const DEMO: Program = &["procountor-exercises", "--", "demo"];
pub(crate) const CONFORMANCE: Program = &["procountor-exercises", "--", "conformance"];
pub(crate) const FAULTS: Program = &["procountor-exercises", "--", "faults"];
pub(crate) const SOAK: Program = &["procountor-exercises", "--", "soak"];
/// In a profile of its own: a million inputs need an optimiser.
pub(crate) const FUZZ: Program = &["procountor-fuzz", "--profile", "fuzz", "--"];
pub(crate) const SANDBOX: Program = &["procountor-sandbox", "--example", "sandbox", "--"];

/// What the other program reads.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(program: Program, arguments: &Arguments) -> Result<ExitCode, String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["run", "--quiet", "--package"])
        .args(program)
        .args(&arguments.arguments)
        .current_dir(here());
    start(&mut command).map_err(|error| format!("cargo cannot be run: {error}"))
}

/// Becomes the program: who stops this process stops that one.
#[cfg(unix)]
fn start(command: &mut Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

#[cfg(not(unix))]
fn start(command: &mut Command) -> io::Result<ExitCode> {
    let code = command.status()?.code();
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
