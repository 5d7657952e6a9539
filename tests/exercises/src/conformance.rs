//! `cargo xtask conformance`: every operation through its typed endpoint, over real HTTP.

use std::path::PathBuf;
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use procountor_api::{auth::Secret, rate::RateLimit};
use procountor_conformance::{Person, Record, Report, Summary, Target, Typed};
use procountor_sandbox::Sandbox;

use procountor_progress::Progress;

/// Send every operation of a version, or of all, through its typed endpoint: every parameter and every property, then the
/// required ones only, and check what comes back through the typed decoder.
///
/// The sandbox is the judge, or any server that --base-url names. Exits with 1 when anything failed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The API version.
    #[arg(long, default_value = newest(), value_parser = PossibleValuesParser::new(numbers()))]
    version: String,
    /// Every version, each against a sandbox of its own.
    #[arg(long, conflicts_with_all = ["version", "base_url"])]
    all: bool,
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
    match (arguments.json, &summary.reports[..]) {
        (true, [report]) if !arguments.all => println!("{}", report.to_json()),
        (true, _) => println!("{}", summary.to_json()),
        (false, _) => print(&summary),
    }
    match summary.failed() {
        0 => Ok(()),
        failed => Err(format!(
            "{failed} of {} requests failed",
            summary.requests()
        )),
    }
}

async fn send(arguments: &Arguments) -> Result<Summary, String> {
    let chosen = |version: &Typed| arguments.all || version.number == arguments.version;
    let mut versions = procountor_conformance::versions();
    versions.retain(chosen);
    if arguments.all {
        none_is_left_out()?;
    }
    let record = arguments.record.as_deref().map(Record::create).transpose();
    let record = record.map_err(|error| format!("the record cannot be written: {error}"))?;
    let mut summary = Summary::default();
    for version in versions {
        let report = send_version(arguments, version, record.clone()).await?;
        summary.reports.push(report);
    }
    Ok(summary)
}

/// A version that is in `spec/` but has no feature would be left out of "all".
fn none_is_left_out() -> Result<(), String> {
    let untyped: Vec<_> = Sandbox::versions()
        .filter(|known| !numbers().any(|typed| typed == *known))
        .collect();
    match untyped.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "spec has versions without typed endpoints: {}; run `cargo xtask codegen`, and list their features in \
             `all-versions` of procountor-api/Cargo.toml",
            untyped.join(", ")
        )),
    }
}

async fn send_version(
    arguments: &Arguments,
    version: Typed,
    record: Option<Record>,
) -> Result<Report, String> {
    let api = Sandbox::model(version.number).map_err(|error| error.to_string())?;
    // A sandbox of our own has no limit: the limit is not what is tried here, and it would take most of the time.
    let own = arguments.base_url.is_none();
    let sandbox;
    let (base_url, person) = match (&arguments.base_url, &arguments.token) {
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
    let what = format!("{} operations", version.number);
    let progress = Progress::new(what, Some(api.operations.len() as u64));
    let target = Target {
        base_url,
        person: Person::Token(person),
        record,
        rate_limit: own.then(RateLimit::unlimited),
        strict: own,
    };
    let report = version.run(&api, target, |_, _| progress.step()).await;
    progress.finish();
    report
}

/// A line for each version, a total where there are several, and everything that failed.
fn print(summary: &Summary) {
    let numbers = |operations, exercised, requests, failed| {
        format!(
            "{exercised} of {operations} operations exercised, {requests} requests, {failed} failed"
        )
    };
    for report in &summary.reports {
        println!(
            "API version {}: {}",
            report.version,
            numbers(
                report.operations,
                report.exercised,
                report.requests,
                report.failures.len()
            )
        );
    }
    if summary.reports.len() > 1 {
        println!(
            "{} versions: {}",
            summary.reports.len(),
            numbers(
                summary.operations(),
                summary.exercised(),
                summary.requests(),
                summary.failed()
            )
        );
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
