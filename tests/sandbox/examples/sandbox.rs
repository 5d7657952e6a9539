//! `cargo xtask sandbox`: a Procountor service on this machine.

use std::process::ExitCode;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use procountor_sandbox::Sandbox;

/// Run a Procountor service on this machine, with the books of a fictional company.
///
/// It listens on loopback only, checks every request strictly against the specification, and keeps no data after it stops.
/// It prints the environment variables that a client needs.
#[derive(Parser)]
#[command(name = "cargo xtask sandbox", bin_name = "cargo xtask sandbox")]
struct Arguments {
    /// API version.
    #[arg(long, default_value = newest(), value_parser = PossibleValuesParser::new(Sandbox::versions()))]
    version: String,
    /// Port; 0 selects a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Seed of the books; the same seed gives the same books.
    #[arg(long, default_value_t = 42)]
    seed: u64,
}

fn newest() -> &'static str {
    Sandbox::versions().last().unwrap_or_default()
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let builder = Sandbox::builder()
            .version(&arguments.version)
            .port(arguments.port)
            .seed(arguments.seed);
        let sandbox = builder
            .start()
            .await
            .map_err(|error| format!("the sandbox cannot start: {error}"))?;
        println!(
            "Procountor {} on this machine; stop it with Ctrl-C. For your program:\n",
            arguments.version
        );
        println!("export PROCOUNTOR_BASE_URL={}", sandbox.base_url());
        println!("export PROCOUNTOR_CLIENT_ID={}", sandbox.client_id());
        println!(
            "export PROCOUNTOR_CLIENT_SECRET={}",
            sandbox.client_secret()
        );
        println!("export PROCOUNTOR_API_KEY={}", sandbox.api_key());
        println!("\nAnd for `cargo xtask conformance --base-url $PROCOUNTOR_BASE_URL`:\n");
        println!("export PROCOUNTOR_TOKEN={}", sandbox.access_token());
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| error.to_string())?;
        let requests = sandbox.ledger().entries.len();
        println!("\n{requests} requests were served.");
        sandbox.shutdown().await;
        Ok(())
    })
}
