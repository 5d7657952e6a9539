//! Starts the commands that depend on generated source, such as the SDK. They are separate programs so that the generator
//! still builds when the generated source does not compile.

use std::io;
use std::process::{Command, ExitCode};

use crate::checkout::project_root;

/// The arguments of `cargo run --package` that start a program.
type Program = &'static [&'static str];

pub(crate) const DEMO: Program = &["procountor-exercises", "--", "demo"];
pub(crate) const CONFORMANCE: Program = &["procountor-exercises", "--", "conformance"];
pub(crate) const FAULTS: Program = &["procountor-exercises", "--", "faults"];
pub(crate) const SOAK: Program = &["procountor-exercises", "--", "soak"];
/// Fuzzing has its own optimized profile, because it runs a million inputs.
pub(crate) const FUZZ: Program = &["procountor-fuzz", "--profile", "fuzz", "--"];
pub(crate) const SANDBOX: Program = &["procountor-sandbox", "--example", "sandbox", "--"];

/// Arguments that are passed to the program unchanged.
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
        .current_dir(project_root());
    execute(&mut command).map_err(|error| format!("cannot run cargo: {error}"))
}

/// Replaces this process, so that a signal to this process reaches the program.
#[cfg(unix)]
fn execute(command: &mut Command) -> io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;

    Err(command.exec())
}

#[cfg(not(unix))]
fn execute(command: &mut Command) -> io::Result<ExitCode> {
    let code = command.status()?.code();
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
