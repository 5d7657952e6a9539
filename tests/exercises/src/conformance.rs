//! `cargo xtask conformance`: sends every operation through its typed endpoint, over HTTP.

use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use procountor_api::{auth::Secret, rate::RateLimit};
use procountor_conformance::{
    Recorder, Report, Summary, Target, Totals, TypedVersion, UserCredential,
};
use procountor_progress::Progress;
use procountor_sandbox::Sandbox;

/// Send every operation of an API version through its typed endpoint and check the responses.
///
/// Each operation is sent twice: with every parameter and property, and with the required ones only. The server is a
/// sandbox in this process, or the one given by --base-url. Exits with 1 if a request failed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The API version to test.
    #[arg(long, default_value = newest(), value_parser = PossibleValuesParser::new(numbers()))]
    version: String,
    /// Test every version, each against its own sandbox.
    #[arg(long, conflicts_with_all = ["version", "base_url"])]
    all: bool,
    /// The URL of a server, ending in /api. Data on it is changed and deleted: use a test company only.
    #[arg(long, requires = "token", value_name = "URL")]
    base_url: Option<String>,
    /// The access token of a user at that server.
    #[arg(
        long,
        requires = "base_url",
        env = "PROCOUNTOR_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,
    /// Print the result as one line of JSON.
    #[arg(long)]
    json: bool,
    /// Write each request and its response to FILE, one line of JSON each.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
}

fn numbers() -> impl Iterator<Item = &'static str> {
    let versions = procountor_conformance::versions();
    versions.into_iter().map(|version| version.number)
}

fn newest() -> &'static str {
    numbers().last().unwrap_or_default()
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let summary = runtime.block_on(send(arguments))?;
    match &summary.reports[..] {
        _ if !arguments.json => print(&summary),
        [report] if !arguments.all => println!("{}", report.to_json()),
        _ => println!("{}", summary.to_json()),
    }
    let Totals {
        requests, failed, ..
    } = summary.totals();
    if failed == 0 {
        Ok(())
    } else {
        Err(format!("{failed} of {requests} requests failed"))
    }
}

async fn send(arguments: &Arguments) -> Result<Summary, String> {
    let mut versions = procountor_conformance::versions();
    if arguments.all {
        check_every_version_is_typed()?;
    } else {
        versions.retain(|version| version.number == arguments.version);
    }
    let recorder = arguments
        .record
        .as_deref()
        .map(Recorder::create)
        .transpose();
    let recorder =
        recorder.map_err(|error| format!("cannot create the file given by --record: {error}"))?;
    let mut summary = Summary::default();
    for version in versions {
        let report = send_version(arguments, version, recorder.clone()).await?;
        summary.reports.push(report);
    }
    Ok(summary)
}

/// Returns an error if `spec/` has a version without a feature, which `--all` would miss.
fn check_every_version_is_typed() -> Result<(), String> {
    let untyped: Vec<_> = Sandbox::versions()
        .filter(|known| !numbers().any(|typed| typed == *known))
        .collect();
    if untyped.is_empty() {
        return Ok(());
    }
    Err(format!(
        "spec/ has versions without typed endpoints: {}; run `cargo xtask codegen` and add their features to \
         `all-versions` in procountor-api/Cargo.toml",
        untyped.join(", ")
    ))
}

async fn send_version(
    arguments: &Arguments,
    version: TypedVersion,
    recorder: Option<Recorder>,
) -> Result<Report, String> {
    let api = Sandbox::model(version.number).map_err(|error| error.to_string())?;
    // The sandbox runs without a rate limit: waiting for it would take most of the time, and other tests cover it.
    let uses_sandbox = arguments.base_url.is_none();
    let sandbox;
    let (base_url, token) = match (&arguments.base_url, &arguments.token) {
        (Some(base_url), Some(token)) => (base_url.clone(), Secret::new(token)),
        _ => {
            let started = Sandbox::builder()
                .rate_limit(None)
                .start_with(Arc::clone(&api))
                .await;
            sandbox = started.map_err(|error| format!("the sandbox cannot start: {error}"))?;
            (sandbox.base_url(), Secret::new(sandbox.access_token()))
        }
    };
    let label = format!("{} operations", version.number);
    let progress = Progress::new(label, Some(api.operations.len() as u64));
    let target = Target {
        base_url,
        credential: UserCredential::Token(token),
        recorder,
        rate_limit: uses_sandbox.then(RateLimit::unlimited),
        strict: uses_sandbox,
    };
    let report = version.run(&api, target, || progress.step()).await;
    progress.finish();
    report
}

/// Prints a line for each version, a total of several versions, and every failure.
fn print(summary: &Summary) {
    for report in &summary.reports {
        println!("API version {}: {}", report.version, report.totals);
    }
    if summary.reports.len() > 1 {
        println!("{} versions: {}", summary.reports.len(), summary.totals());
    }
    for report in &summary.reports {
        for failure in &report.failures {
            println!(
                "  {} {} with {}: {}",
                report.version, failure.operation, failure.extent, failure.problem
            );
        }
    }
}
