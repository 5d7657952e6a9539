//! `cargo xtask conformance`: every operation through its typed endpoint, over real HTTP.

use std::path::PathBuf;
use std::sync::Arc;

use procountor_api::Secret;
use procountor_api::v2604::V2604;
use procountor_conformance::{Person, Record, Report, Target};
use procountor_sandbox::Sandbox;

use procountor_progress::Progress;

/// The versions that have typed endpoints.
const TYPED: [&str; 1] = ["26.04"];

/// Send every operation of a version through its typed endpoint: every parameter and every property, then the required
/// ones only, and check what comes back through the typed decoder.
///
/// The sandbox is the judge, or any server that --base-url names. Exits with 1 when anything failed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The API version.
    #[arg(long, default_value = "26.04", value_parser = TYPED)]
    version: String,
    /// A server, up to and with /api. It is written to and deleted from: never name one with real books.
    #[arg(long, requires = "token", value_name = "URL")]
    base_url: Option<String>,
    /// An access token of a person at that server.
    #[arg(
        long,
        requires = "base_url",
        env = "PROCOUNTOR_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// End with one line of JSON.
    #[arg(long)]
    json: bool,
    /// Write each request and its answer as a line of JSON.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let report = runtime.block_on(send(arguments))?;
    if arguments.json {
        println!("{}", report.to_json());
    } else {
        print(&report);
    }
    match report.failures.len() {
        0 => Ok(()),
        failed => Err(format!("{failed} of {} requests failed", report.requests)),
    }
}

async fn send(arguments: &Arguments) -> Result<Report, String> {
    let api = Sandbox::model(&arguments.version).map_err(|error| error.to_string())?;
    let sandbox;
    let (base_url, person) = match (&arguments.base_url, &arguments.token) {
        (Some(base_url), Some(token)) => (base_url.clone(), Secret::new(token)),
        _ => {
            let started = Sandbox::builder().start_with(Arc::clone(&api)).await;
            sandbox = started.map_err(|error| format!("the sandbox cannot start: {error}"))?;
            (sandbox.base_url(), Secret::new(sandbox.access_token()))
        }
    };
    let person = Person::Token(person);
    let record = arguments.record.as_deref().map(Record::create).transpose();
    let record = record.map_err(|error| format!("the record cannot be written: {error}"))?;
    let progress = Progress::new("operations", Some(api.operations.len() as u64));
    let target = Target {
        base_url,
        person,
        record,
    };
    let report = procountor_conformance::run::<V2604>(&api, target, |_, _| progress.step()).await;
    progress.finish();
    report
}

fn print(report: &Report) {
    println!(
        "API version {}: {} of {} operations exercised, {} requests, {} failed",
        report.version,
        report.exercised,
        report.operations,
        report.requests,
        report.failures.len()
    );
    for failure in &report.failures {
        println!(
            "  {} with {}: {}",
            failure.operation, failure.extent, failure.problem
        );
    }
}
