//! One run of a case: a sandbox and a client of its own, in virtual time, and what the ledger says afterwards.

use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use procountor_api::{Error, ErrorKind};
use procountor_sandbox::{Change, Entry, Ledger, Sandbox};
use tokio::time::sleep;

use super::act::{Clients, LIMIT, Outcome};
use super::case::{Case, Chance, Class};
use super::secrets;

/// What a run came to.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) case: Case,
    pub(super) chance: Chance,
    /// How it ended for the caller.
    pub(super) end: End,
    /// The error, if that is how.
    pub(super) error: Option<String>,
    /// How many requests met the fault.
    pub(super) met: u64,
    pub(super) broken: Vec<Broken>,
    /// The requests, from the moment the fault could come.
    pub(super) requests: Vec<Entry>,
}

/// How a call ended for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Done,
    Unknown,
    Failed,
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) invariant: Invariant,
    pub(super) how: String,
}

/// What must hold, whatever goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Invariant {
    /// An effect happened at most once, and the caller knows what happened, or that it is unknown.
    Once,
    /// Every row arrived exactly once, or the stream ended with an error.
    Rows,
    /// The limit was kept in every second, as the server saw it.
    Limit,
    /// Every call ended in its time.
    Deadline,
    /// No secret was shown.
    Secret,
    /// The run itself: it could be prepared, and its fault was met.
    Run,
}

impl Invariant {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Once => "an effect happens at most once, or is told to be unknown",
            Self::Rows => "every row comes exactly once, or an error does",
            Self::Limit => "the limit is kept in every second",
            Self::Deadline => "a call ends in its time",
            Self::Secret => "no secret is shown",
            Self::Run => "the run is a test",
        }
    }
}

/// What the end of a call may be late by: timers are exact to a millisecond.
const SLACK: Duration = Duration::from_millis(20);

/// Runs a case against books of its own.
pub(super) fn run(books: &Sandbox, case: Case) -> Report {
    let chance = case.chance();
    // What the SDK leaves to chance: the delays of its retries.
    fastrand::seed(chance.seed);
    secrets::logged();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(run_in_time(books, case, &chance)),
        Err(error) => Err(format!("no runtime: {error}")),
    };
    result.unwrap_or_else(|problem| Report {
        case,
        chance,
        end: End::Failed,
        error: None,
        met: 0,
        broken: vec![Broken {
            invariant: Invariant::Run,
            how: problem,
        }],
        requests: Vec::new(),
    })
}

async fn run_in_time(books: &Sandbox, case: Case, chance: &Chance) -> Result<Report, String> {
    let sandbox = Arc::new(books.with_same_books(Sandbox::builder().seed(chance.seed)));
    let told = |error: Error| format!("it could not be prepared: {error}");
    let others = Clients::new(&sandbox, chance).map_err(told)?;
    let scene = others.prepare(chance.payload).await.map_err(told)?;
    let clients = Clients::new(&sandbox, chance).map_err(told)?;
    if chance.warm {
        clients.warm(case.class).await.map_err(told)?;
    }
    let rows_before = rows(&sandbox, case.class).await?;
    // A second with nothing in it, so that what was prepared does not count.
    sleep(Duration::from_secs(2)).await;
    let start = sandbox.ledger().entries.len();

    let requests = case.class.requests();
    let faults = sandbox
        .faults()
        .matching(requests)
        .map_err(|error| error.to_string())?;
    for nth in 0..chance.in_a_row {
        faults.nth(chance.first + nth, chance.fault);
    }
    let outcome = clients.act(case.class, scene, chance).await;

    let ledger = sandbox.ledger();
    let requests = ledger.entries.get(start..).unwrap_or_default().to_vec();
    let met = faults.hits();
    faults.clear();
    sleep(Duration::from_secs(2)).await;
    let rows_after = rows(&sandbox, case.class).await?;
    let mut broken = Vec::new();
    let mut breaks = |invariant, how: Option<String>| {
        broken.extend(how.map(|how| Broken { invariant, how }));
    };
    breaks(
        Invariant::Once,
        once(case.class, &requests, outcome.error.as_ref()),
    );
    if case.class.is_paged() {
        let stayed = rows_before.intersection(&rows_after).copied().collect();
        breaks(Invariant::Rows, exactly_once(&outcome, &stayed));
    }
    breaks(Invariant::Limit, within_limit(&ledger));
    breaks(Invariant::Deadline, in_time(&outcome, chance.timeout));
    breaks(Invariant::Secret, hidden(&sandbox, &clients, &outcome));
    breaks(
        Invariant::Run,
        (met == 0).then(|| "no request met the fault".to_owned()),
    );
    Ok(Report {
        case,
        chance: *chance,
        end: end(outcome.error.as_ref()),
        error: outcome.error.map(|error| error.to_string()),
        met,
        broken,
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

/// The ids of all rows that a paged case reads, as the server has them.
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
        let answer = sandbox
            .exchange(request)
            .await
            .map_err(|error| error.to_string())?;
        let page: serde_json::Value =
            serde_json::from_slice(answer.body()).map_err(|error| error.to_string())?;
        let found = page["results"]
            .as_array()
            .ok_or_else(|| format!("no rows: {page}"))?;
        ids.extend(found.iter().filter_map(|row| row["id"].as_i64()));
        if found.len() < 200 {
            break;
        }
    }
    Ok(ids)
}

/// What a class is to change, and where.
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

fn once(class: Class, requests: &[Entry], error: Option<&Error>) -> Option<String> {
    let changed: Vec<_> = requests
        .iter()
        .flat_map(|entry| entry.effects.iter().map(move |effect| (entry, effect)))
        .collect();
    let Some((change, collection)) = effect(class) else {
        let what = changed.first()?.1;
        return Some(format!("a read changed {}/{}", what.collection, what.id));
    };
    let wanted = changed
        .iter()
        .filter(|(_, effect)| effect.change == change && effect.collection == collection);
    let contents: Vec<_> = wanted.map(|(entry, _)| entry.body_hash).collect();
    // The same replacement twice is one.
    let times = match class {
        Class::Put => contents.iter().collect::<BTreeSet<_>>().len(),
        _ => contents.len(),
    };
    // An answer that says that it was done, and cannot be read, leaves nothing open.
    let says_done = |error: &Error| matches!(error.kind(), ErrorKind::Decode { status, .. } if (200..300).contains(status));
    match error {
        _ if times > 1 => Some(format!("it happened {times} times")),
        None if times == 0 => Some("it was told to be done, and did not happen".to_owned()),
        Some(error) if times == 1 && !error.is_outcome_unknown() && !says_done(error) => {
            Some(format!("it happened, and the caller was told: {error}"))
        }
        _ => None,
    }
}

fn exactly_once(outcome: &Outcome, stayed: &BTreeSet<i64>) -> Option<String> {
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = outcome
        .rows
        .iter()
        .filter(|id| !seen.insert(**id))
        .collect();
    if !twice.is_empty() {
        return Some(format!("rows came twice: {twice:?}"));
    }
    let missing: Vec<_> = stayed.difference(&seen).collect();
    let silent = outcome.error.is_none() && !missing.is_empty();
    silent.then(|| {
        format!(
            "{} rows are missing, and no error: {missing:?}",
            missing.len()
        )
    })
}

fn within_limit(ledger: &Ledger) -> Option<String> {
    if let Some(violation) = ledger.violations.first() {
        return Some(format!(
            "the server counted a request too many at {:?}",
            violation.at
        ));
    }
    let most = ledger.busiest_second();
    (most > LIMIT as usize).then(|| format!("{most} requests came within a second"))
}

fn in_time(outcome: &Outcome, timeout: Duration) -> Option<String> {
    let late = outcome.longest > timeout + SLACK;
    late.then(|| {
        format!(
            "a call took {:?}, its time was {timeout:?}",
            outcome.longest
        )
    })
}

/// Everything that somebody may print or that stands in an address must be without secrets; the other host, too, has none.
fn hidden(sandbox: &Sandbox, clients: &Clients, outcome: &Outcome) -> Option<String> {
    let ledger = sandbox.ledger();
    let issued = ledger
        .entries
        .iter()
        .filter_map(|entry| entry.issued.as_ref());
    let mut secrets: Vec<String> = issued.map(|token| token.expose().to_owned()).collect();
    secrets.extend(
        [
            sandbox.client_secret(),
            sandbox.api_key(),
            sandbox.refresh_token(),
        ]
        .map(str::to_owned),
    );
    let mut places = vec![
        ("a log line", secrets::logged()),
        ("Debug of a client", format!("{clients:?}")),
        (
            "what the other host was sent",
            format!("{:?}", sandbox.misdirected_requests()),
        ),
    ];
    places.extend(
        outcome
            .error
            .iter()
            .chain(&outcome.others)
            .map(|error| ("an error", printed(error))),
    );
    places.extend(ledger.entries.iter().map(|entry| {
        let query = entry.query.as_deref().unwrap_or_default();
        ("a URL", format!("{}?{query}", entry.path))
    }));
    let mut shown = Vec::new();
    for (place, text) in &places {
        let found = secrets::found(text, &secrets)
            .into_iter()
            .map(secrets::hint);
        shown.extend(found.map(|secret| format!("{secret} in {place}")));
    }
    (!shown.is_empty()).then(|| shown.join("; "))
}

/// An error in every way in which it can be printed, with its sources.
fn printed(error: &Error) -> String {
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
