//! `cargo xtask demo`: shows the SDK at work on a sandbox in this process, or reads from a real server.

mod reading;
pub(crate) mod writing;

use std::env;

use procountor_api::{Environment, M2mCredentials, v2604};
use procountor_sandbox::Sandbox;

/// Show the SDK at work: read all invoices, find a customer, send an invoice, upload and download a file.
///
/// The demo starts a sandbox in this process and needs no setup. If PROCOUNTOR_BASE_URL, PROCOUNTOR_CLIENT_ID,
/// PROCOUNTOR_CLIENT_SECRET and PROCOUNTOR_API_KEY are set, it reads from that server instead and writes nothing.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// The rows of the table at the end: a step and its result.
type Results = Vec<(&'static str, String)>;

const VARIABLES: [&str; 4] = [
    "PROCOUNTOR_BASE_URL",
    "PROCOUNTOR_CLIENT_ID",
    "PROCOUNTOR_CLIENT_SECRET",
    "PROCOUNTOR_API_KEY",
];

pub(crate) fn run(_: &Arguments) -> Result<(), String> {
    let is_set = |name: &&&str| env::var(name).is_ok_and(|value| !value.is_empty());
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let results = match VARIABLES.iter().filter(is_set).count() {
        0 => runtime.block_on(run_on_sandbox()),
        4 => runtime.block_on(read_from_server()),
        _ => {
            return Err(format!(
                "set all of {}, or none of them",
                VARIABLES.join(", ")
            ));
        }
    };
    println!();
    for (step, result) in results.map_err(|error| error.to_string())? {
        println!("{step:<28} {result}");
    }
    println!("\ndemo: ok");
    Ok(())
}

type BoxError = Box<dyn std::error::Error>;

async fn run_on_sandbox() -> Result<Results, BoxError> {
    let sandbox = Sandbox::builder().seed(42).start().await?;
    println!("Started a sandbox at {}", sandbox.base_url());
    let credentials = M2mCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.api_key(),
    );
    let client = v2604::Client::builder()
        .environment(Environment::Custom(sandbox.base_url()))
        .m2m(credentials)
        .build()?;
    let mut results = reading::run(&client).await?;
    results.extend(writing::run(&client).await?);
    let ledger = sandbox.ledger();
    let requests = format!(
        "{}, {} of them for a token; {} over the rate limit",
        ledger.entries.len(),
        ledger.token_requests,
        ledger.rate_limit_violations
    );
    results.push(("requests", requests));
    sandbox.shutdown().await;
    Ok(results)
}

async fn read_from_server() -> Result<Results, BoxError> {
    let base_url = env::var("PROCOUNTOR_BASE_URL")?;
    println!("Reading from {base_url}; nothing is written");
    let client = v2604::Client::builder()
        .environment(Environment::Custom(base_url))
        .m2m(M2mCredentials::from_env()?)
        .build()?;
    reading::run(&client).await
}
