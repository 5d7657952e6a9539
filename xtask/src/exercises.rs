//! The commands that use the SDK are a program of their own, so that the generator can be built when what it generates
//! cannot. This starts it.

use std::process::{Command, ExitCode};

use crate::tree::here;

/// What the other program reads.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Arguments {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(command: &str, arguments: &Arguments) -> Result<ExitCode, String> {
    let status = Command::new(env!("CARGO"))
        .args([
            "run",
            "--quiet",
            "--package",
            "procountor-exercises",
            "--",
            command,
        ])
        .args(&arguments.arguments)
        .current_dir(here())
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
