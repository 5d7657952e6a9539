//! One run of a case in virtual time, with its own sandbox and clients, and the checks of its invariants.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use procountor_api::{Error, ErrorKind};
use procountor_sandbox::{Change, Entry, Ledger, Sandbox};
use tokio::time::sleep;

use super::case::{Case, Class, Params};
use super::clients::{Clients, LIMIT, Outcome};
use super::secrets;

/// The result of a run.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) case: Case,
    pub(super) params: Params,
    pub(super) end: End,
    pub(super) error: Option<String>,
    /// The number of requests with the fault.
    pub(super) hits: u64,
    pub(super) violations: Vec<Violation>,
    /// The requests since the fault was installed.
    pub(super) requests: Vec<Entry>,
}

/// The end of a call as the caller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Done,
    Unknown,
    Failed,
}

/// A violated invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    invariant: Invariant,
    details: String,
}

/// The properties that every run must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Invariant {
    EffectOnce,
    EveryRowOnce,
    RateLimit,
    Deadline,
    NoSecret,
    ValidRun,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let invariant = match self.invariant {
            Invariant::EffectOnce => "an effect happens at most once, or its outcome is unknown",
            Invariant::EveryRowOnce => "every row arrives once, or the stream ends with an error",
            Invariant::RateLimit => "the rate limit is never exceeded",
            Invariant::Deadline => "a call ends before its timeout",
            Invariant::NoSecret => "no secret is revealed",
            Invariant::ValidRun => "the run is prepared and the fault occurs",
        };
        write!(f, "violated: {invariant}: {}", self.details)
    }
}

/// The tolerated delay of the end of a call: timers are exact to a millisecond.
const TOLERANCE: Duration = Duration::from_millis(20);

/// Runs a case on a copy of `template`.
pub(super) fn run(template: &Sandbox, case: Case) -> Report {
    let params = case.params();
    // The SDK takes the jitter of its retries from this generator.
    fastrand::seed(params.seed);
    secrets::take_log();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run_in_virtual_time(template, case, &params)),
        Err(error) => Err(format!("cannot start a runtime: {error}")),
    };
    result.unwrap_or_else(|details| Report {
        case,
        params,
        end: End::Failed,
        error: None,
        hits: 0,
        violations: vec![Violation {
            invariant: Invariant::ValidRun,
            details,
        }],
        requests: Vec::new(),
    })
}

async fn run_in_virtual_time(
    template: &Sandbox,
    case: Case,
    params: &Params,
) -> Result<Report, String> {
    let sandbox = Arc::new(template.with_same_books(Sandbox::builder().seed(params.seed)));
    let cannot = |error: Error| format!("cannot prepare the run: {error}");
    // These clients are separate, so that the clients under test start without a token.
    let preparing = Clients::new(&sandbox, params).map_err(cannot)?;
    let fixture = preparing.prepare(params.payload).await.map_err(cannot)?;
    let clients = Clients::new(&sandbox, params).map_err(cannot)?;
    if params.warm_up {
        clients.warm_up(case.class).await.map_err(cannot)?;
    }
    let rows_before = rows(&sandbox, case.class).await?;
    // A pause, so that the preparation does not count towards the rate limit.
    sleep(Duration::from_secs(2)).await;
    let start = sandbox.ledger().entries.len();

    let faults = sandbox.faults().matching(case.class.target());
    let faults = faults.map_err(|error| error.to_string())?;
    for nth in 0..params.repeats {
        faults.nth(params.first + nth, params.fault);
    }
    let outcome = clients.run(case.class, fixture, params).await;

    let ledger = sandbox.ledger();
    let requests = ledger.entries.get(start..).unwrap_or_default().to_vec();
    let hits = faults.hits();
    faults.clear();
    sleep(Duration::from_secs(2)).await;
    let rows_after = rows(&sandbox, case.class).await?;
    let mut violations = Vec::new();
    let mut check = |invariant, details: Option<String>| {
        violations.extend(details.map(|details| Violation { invariant, details }));
    };
    check(
        Invariant::EffectOnce,
        check_effects(case.class, &requests, outcome.error.as_ref()),
    );
    if case.class.is_paged() {
        let unchanged = rows_before.intersection(&rows_after).copied().collect();
        check(Invariant::EveryRowOnce, check_rows(&outcome, &unchanged));
    }
    check(Invariant::RateLimit, check_rate(&ledger));
    check(Invariant::Deadline, check_time(&outcome, params.timeout));
    check(
        Invariant::NoSecret,
        check_secrets(&sandbox, &clients, &outcome),
    );
    check(
        Invariant::ValidRun,
        (hits == 0).then(|| "the fault did not occur".to_owned()),
    );
    Ok(Report {
        case,
        params: *params,
        end: end(outcome.error.as_ref()),
        error: outcome.error.map(|error| error.to_string()),
        hits,
        violations,
        requests,
    })
}

fn end(error: Option<&Error>) -> End {
    match error {
        None => End::Done,
        Some(error) if error.is_outcome_unknown() => End::Unknown,
        Some(_) => End::Failed,
    }
}

/// Returns the ids of all rows on the server that a paged case reads; empty for other cases.
async fn rows(sandbox: &Sandbox, class: Class) -> Result<BTreeSet<i64>, String> {
    let mut ids = BTreeSet::new();
    let token = sandbox.access_token();
    while class.is_paged() {
        let last = ids.last().copied().unwrap_or(0);
        let uri = format!(
            "{}/businesspartners?size=200&orderById=ASC&previousId={last}",
            sandbox.base_url()
        );
        let request = http::Request::get(uri).header("authorization", format!("Bearer {token}"));
        let request = request
            .body(Bytes::new())
            .map_err(|error| error.to_string())?;
        let response = sandbox
            .exchange(request)
            .await
            .map_err(|error| error.to_string())?;
        let page: serde_json::Value =
            serde_json::from_slice(response.body()).map_err(|error| error.to_string())?;
        let rows = page["results"].as_array();
        let rows = rows.ok_or_else(|| format!("the page does not have rows: {page}"))?;
        ids.extend(rows.iter().filter_map(|row| row["id"].as_i64()));
        if rows.len() < 200 {
            break;
        }
    }
    Ok(ids)
}

/// Returns the intended change of a class and its collection.
fn effect(class: Class) -> Option<(Change, &'static str)> {
    match class {
        Class::Put => Some((Change::Updated, "/products")),
        Class::Delete => Some((Change::Deleted, "/products")),
        Class::Create => Some((Change::Created, "/invoices")),
        Class::TwoFactor => Some((Change::Started, "/payments")),
        Class::Upload => Some((Change::Created, "/attachments")),
        Class::Read | Class::PagedByKey | Class::PagedByNumber | Class::Download | Class::Token => {
            None
        }
    }
}

fn check_effects(class: Class, requests: &[Entry], error: Option<&Error>) -> Option<String> {
    let changes = requests
        .iter()
        .flat_map(|entry| entry.effects.iter().map(move |effect| (entry, effect)));
    let Some((change, collection)) = effect(class) else {
        let (_, effect) = changes.into_iter().next()?;
        return Some(format!(
            "a read changed {}/{}",
            effect.collection, effect.id
        ));
    };
    let intended =
        changes.filter(|(_, effect)| effect.change == change && effect.collection == collection);
    let contents: Vec<_> = intended.map(|(entry, _)| entry.body_hash).collect();
    // Repeating an identical replacement has no further effect.
    let count = match class {
        Class::Put => contents.iter().collect::<BTreeSet<_>>().len(),
        _ => contents.len(),
    };
    // A success status tells the caller the outcome even if the body cannot be decoded.
    let is_success = |error: &Error| matches!(error.kind(), ErrorKind::Decode { status, .. } if (200..300).contains(status));
    match error {
        _ if count > 1 => Some(format!("the change happened {count} times")),
        None if count == 0 => Some("the call succeeded, but the change did not happen".to_owned()),
        Some(error) if count == 1 && !error.is_outcome_unknown() && !is_success(error) => Some(
            format!("the change happened, but the caller received: {error}"),
        ),
        _ => None,
    }
}

fn check_rows(outcome: &Outcome, unchanged: &BTreeSet<i64>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let repeated: Vec<_> = outcome
        .rows
        .iter()
        .filter(|id| !seen.insert(**id))
        .collect();
    if !repeated.is_empty() {
        return Some(format!("repeated rows: {repeated:?}"));
    }
    let missing: Vec<_> = unchanged.difference(&seen).collect();
    let silent = outcome.error.is_none() && !missing.is_empty();
    silent.then(|| {
        format!(
            "{} rows are missing without an error: {missing:?}",
            missing.len()
        )
    })
}

fn check_rate(ledger: &Ledger) -> Option<String> {
    if let Some(violation) = ledger.violations.first() {
        return Some(format!(
            "the server counted too many requests at {:?}",
            violation.at
        ));
    }
    let count = ledger.busiest_second();
    (count > LIMIT as usize)
        .then(|| format!("the server received {count} requests within a second"))
}

fn check_time(outcome: &Outcome, timeout: Duration) -> Option<String> {
    let late = outcome.longest > timeout + TOLERANCE;
    late.then(|| {
        format!(
            "a call with a timeout of {timeout:?} took {:?}",
            outcome.longest
        )
    })
}

/// Looks for secrets in everything that can be printed, in URLs, and in requests to another host.
fn check_secrets(sandbox: &Sandbox, clients: &Clients, outcome: &Outcome) -> Option<String> {
    let ledger = sandbox.ledger();
    let tokens = ledger
        .entries
        .iter()
        .filter_map(|entry| entry.issued.as_ref());
    let mut secrets: Vec<String> = tokens.map(|token| token.expose().to_owned()).collect();
    let credentials = [
        sandbox.client_secret(),
        sandbox.api_key(),
        sandbox.refresh_token(),
    ];
    secrets.extend(credentials.map(str::to_owned));
    let mut texts = vec![
        ("a log line", secrets::take_log()),
        ("the Debug output of a client", format!("{clients:?}")),
        (
            "a request to another host",
            format!("{:?}", sandbox.misdirected_requests()),
        ),
    ];
    let errors = outcome.error.iter().chain(&outcome.background_errors);
    texts.extend(errors.map(|error| ("an error", error_texts(error))));
    texts.extend(ledger.entries.iter().map(|entry| {
        let query = entry.query.as_deref().unwrap_or_default();
        ("a URL", format!("{}?{query}", entry.path))
    }));
    let mut revealed = Vec::new();
    for (place, text) in &texts {
        let found = secrets::find(text, &secrets).into_iter().map(secrets::hint);
        revealed.extend(found.map(|secret| format!("{secret} in {place}")));
    }
    (!revealed.is_empty()).then(|| revealed.join("; "))
}

/// Formats an error and its sources in every possible way.
fn error_texts(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(&format!(" {inner} {inner:?} {inner:#?}"));
        source = inner.source();
    }
    text
}

#[cfg(test)]
mod tests;
