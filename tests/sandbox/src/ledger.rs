//! The record of what really happened, so that a test can ask whether an invoice was created twice.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::faults::Fault;

/// Every request that the sandbox has seen, in order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ledger {
    /// The requests.
    pub entries: Vec<Entry>,
    /// How many of them asked for a token.
    pub token_requests: usize,
    /// How many of them broke the rate limit.
    pub rate_limit_violations: usize,
    /// Those that broke the rate limit, each with the requests before it that filled the second.
    pub violations: Vec<Violation>,
    /// What happened to logins and tokens, in order.
    pub auth: Vec<AuthEvent>,
}

/// What happened to a login or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthEvent {
    /// The login page was shown.
    LoginShown,
    /// The person approved; a code was given out.
    LoginApproved,
    /// The person said no.
    LoginDenied,
    /// A token was given out, for this `grant_type`.
    TokenGiven(&'static str),
    /// A token request was refused with this status.
    TokenRefused(u16),
    /// A refresh token was replaced by another.
    RefreshTokenRotated,
    /// A token was ended by `POST /logout`.
    LoggedOut,
    /// A key or tokens were ended from outside: by a test, in the place of a person.
    Revoked,
}

/// One request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Schedule it was taken, since the sandbox started.
    pub at: Duration,
    /// The operation it meant: `searchInvoice`; none for token and logout requests and unknown paths.
    pub operation: Option<String>,
    /// The method.
    pub method: String,
    /// The path as it came, without the query.
    pub path: String,
    /// The query as it came.
    pub query: Option<String>,
    /// Tells bodies apart: equal bodies have equal numbers; the same file in another multipart body does too.
    pub body_hash: u64,
    /// The bearer token that it carried.
    pub token: Option<Token>,
    /// The access token that it was given, when it asked for one.
    pub issued: Option<Token>,
    /// The status of the answer, even if a fault kept the answer back; 0 when the request was not read.
    pub status: u16,
    /// The fault that it met.
    pub fault: Option<Fault>,
    /// What it changed.
    pub effects: Vec<Effect>,
}

/// An access token of the sandbox. It opens nothing else; it is not printed all the same, so that a search for secrets in
/// what a test prints finds those of the client only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The token itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

/// A request too many.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Schedule it came, since the sandbox started.
    pub at: Duration,
    /// Schedule the requests came that had filled the second before it.
    pub window: Vec<Duration>,
}

/// A change that a request made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effect {
    /// What became of the resource.
    pub change: Change,
    /// The collection: `/invoices`, `/invoices/42/comments`.
    pub collection: String,
    /// The id within the collection; that of the transaction where a confirmation was started.
    pub id: String,
}

/// What can become of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is new.
    Created,
    /// It is not what it was.
    Updated,
    /// It is gone.
    Deleted,
    /// A person was asked to confirm it; nothing has become of it yet.
    Started,
}

impl Ledger {
    /// The requests that meant this operation.
    pub fn of(&self, operation: &str) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.operation.as_deref() == Some(operation))
    }

    /// The effects of this kind on a collection.
    pub fn effects(&self, change: Change, collection: &str) -> impl Iterator<Item = &Effect> {
        let effects = self.entries.iter().flat_map(|entry| &entry.effects);
        effects.filter(move |effect| effect.change == change && effect.collection == collection)
    }

    /// What equal requests created more than once: was this invoice created twice? Each item is the ids that requests with
    /// equal bodies created in a collection, in order. Two invoices that are meant to be alike are told too.
    pub fn created_twice(&self, collection: &str) -> Vec<Vec<&str>> {
        let mut equal: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        for entry in &self.entries {
            let created = entry.effects.iter().filter(|effect| {
                effect.change == Change::Created && effect.collection == collection
            });
            let ids = equal.entry(entry.body_hash).or_default();
            ids.extend(created.map(|effect| effect.id.as_str()));
        }
        equal.retain(|_, ids| ids.len() > 1);
        equal.into_values().collect()
    }

    /// The requests that met a fault.
    pub fn faults(&self) -> impl Iterator<Item = (&Entry, Fault)> {
        let met = |entry| -> Option<(&Entry, Fault)> { Some((entry, entry.fault?)) };
        self.entries.iter().filter_map(met)
    }

    /// The most requests that came within any one second, those for tokens too.
    pub fn busiest_second(&self) -> usize {
        let times: Vec<_> = self.entries.iter().map(|entry| entry.at).collect();
        let mut first = 0;
        let mut most = 0;
        for (last, time) in times.iter().enumerate() {
            while times
                .get(first)
                .is_some_and(|start| *time - *start >= SECOND)
            {
                first += 1;
            }
            most = most.max(last + 1 - first);
        }
        most
    }
}

const SECOND: Duration = Duration::from_secs(1);
