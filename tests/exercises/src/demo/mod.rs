//! `cargo xtask demo`: what the SDK does, against a sandbox in this process, or reading from the real thing.

mod reading;
pub(crate) mod writing;

use std::env;

use procountor_api::{Environment, M2mCredentials, v2604};
use procountor_sandbox::Sandbox;

/// Show what the SDK does: read every invoice, find a customer, send an invoice, move a file there and back.
///
/// Needs nothing: it starts a sandbox in this process. With PROCOUNTOR_BASE_URL, PROCOUNTOR_CLIENT_ID,
/// PROCOUNTOR_CLIENT_SECRET and PROCOUNTOR_API_KEY set, the part that only reads runs against that server instead, and
/// nothing is written.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// What was done, for the table at the end.
type Done = Vec<(&'static str, String)>;

const VARIABLES: [&str; 4] = [
    "PROCOUNTOR_BASE_URL",
    "PROCOUNTOR_CLIENT_ID",
    "PROCOUNTOR_CLIENT_SECRET",
    "PROCOUNTOR_API_KEY",
];

pub(crate) fn run(_: &Arguments) -> Result<(), String> {
    let given = VARIABLES
        .iter()
        .filter(|name| env::var(name).is_ok_and(|value| !value.is_empty()));
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let work = match given.count() {
        0 => runtime.block_on(sandbox()),
        4 => runtime.block_on(real()),
        _ => {
            return Err(format!(
                "set all of {}, or none of them",
                VARIABLES.join(", ")
            ));
        }
    };
    let done = work.map_err(|error| error.to_string())?;
    println!();
    for (what, result) in done {
        println!("{what:<28} {result}");
    }
    println!("\ndemo: ok");
    Ok(())
}

type Failed = Box<dyn std::error::Error>;

async fn sandbox() -> Result<Done, Failed> {
    let sandbox = Sandbox::builder().seed(42).start().await?;
    println!("A Procountor was started at {}", sandbox.base_url());
    let credentials = M2mCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.api_key(),
    );
    let client = v2604::Client::builder()
        .environment(Environment::Custom(sandbox.base_url()))
        .m2m(credentials)
        .build()?;
    let mut done = reading::everything(&client).await?;
    done.extend(writing::an_invoice(&client).await?);
    let ledger = sandbox.ledger();
    let requests = format!(
        "{}, with {} token; {} over the limit",
        ledger.entries.len(),
        ledger.token_requests,
        ledger.rate_limit_violations
    );
    done.push(("requests", requests));
    sandbox.shutdown().await;
    Ok(done)
}

async fn real() -> Result<Done, Failed> {
    let base_url = env::var("PROCOUNTOR_BASE_URL")?;
    println!("Reading from {base_url}; nothing is written");
    let client = v2604::Client::builder()
        .environment(Environment::Custom(base_url))
        .m2m(M2mCredentials::from_env()?)
        .build()?;
    reading::everything(&client).await
}
