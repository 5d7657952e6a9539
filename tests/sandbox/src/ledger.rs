//! The record of what requests really did, so that a test can check, for example, that an invoice was created only
//! once.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::faults::Fault;

/// All requests to the sandbox, in order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ledger {
    /// The requests.
    pub entries: Vec<Entry>,
    /// The number of requests for a token.
    pub token_requests: usize,
    /// The number of requests that exceeded the rate limit.
    pub rate_limit_violations: usize,
    /// The requests that exceeded the rate limit, each with the requests that filled the second before it.
    pub violations: Vec<Violation>,
    /// The events of logins and tokens, in order.
    pub auth: Vec<AuthEvent>,
}

/// An event of a login or a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthEvent {
    /// The login page was shown.
    LoginShown,
    /// The person approved the login, and a code was issued.
    LoginApproved,
    /// The person denied the login.
    LoginDenied,
    /// A token was issued for this `grant_type`.
    TokenGiven(&'static str),
    /// A token request was rejected with this status.
    TokenRefused(u16),
    /// A refresh token was replaced by a new one.
    RefreshTokenRotated,
    /// A token was revoked by `POST /logout`.
    LoggedOut,
    /// A key or tokens were revoked through the [`Sandbox`](crate::Sandbox).
    Revoked,
}

/// A request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// The time since the sandbox started.
    pub at: Duration,
    /// The id of the operation, such as `searchInvoice`; `None` for token and logout requests and unknown paths.
    pub operation: Option<String>,
    /// The method.
    pub method: String,
    /// The encoded path without the query.
    pub path: String,
    /// The encoded query.
    pub query: Option<String>,
    /// A hash of the body. A multipart body has the same hash with any boundary.
    pub body_hash: u64,
    /// The bearer token of the request.
    pub token: Option<Token>,
    /// The access token that was issued to a token request.
    pub issued: Option<Token>,
    /// The status of the response, even if a fault held it back; 0 if the request was not read.
    pub status: u16,
    /// The fault of the request.
    pub fault: Option<Fault>,
    /// The changes that the request made.
    pub effects: Vec<Effect>,
}

/// An access token of the sandbox.
///
/// Its `Debug` output hides the token, so that a search for secrets in a test's output finds only those of the client.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl Token {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the token.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

/// A request that exceeded the rate limit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The time since the sandbox started.
    pub at: Duration,
    /// The times of the requests that filled the second before it.
    pub window: Vec<Duration>,
}

/// A change that a request made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effect {
    /// The kind of change.
    pub change: Change,
    /// The collection: `/invoices`, `/invoices/42/comments`.
    pub collection: String,
    /// The id within the collection; for [`Change::Started`], the id of the transaction.
    pub id: String,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// A document was created.
    Created,
    /// A document was updated.
    Updated,
    /// A document was deleted.
    Deleted,
    /// A two-factor transaction was started; nothing else has changed yet.
    Started,
}

impl Ledger {
    /// Returns the requests that called this operation.
    pub fn of(&self, operation: &str) -> impl Iterator<Item = &Entry> {
        self.entries
            .iter()
            .filter(move |entry| entry.operation.as_deref() == Some(operation))
    }

    /// Returns the effects of this kind on a collection.
    pub fn effects(&self, change: Change, collection: &str) -> impl Iterator<Item = &Effect> {
        let effects = self.entries.iter().flat_map(|entry| &entry.effects);
        effects.filter(move |effect| effect.change == change && effect.collection == collection)
    }

    /// Returns the ids that requests with equal bodies created in a collection, for bodies that created more than one.
    ///
    /// Documents that are equal on purpose are reported, too.
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

    /// Returns the requests that had a fault.
    pub fn faults(&self) -> impl Iterator<Item = (&Entry, Fault)> {
        let met = |entry| -> Option<(&Entry, Fault)> { Some((entry, entry.fault?)) };
        self.entries.iter().filter_map(met)
    }

    /// Returns the maximum number of requests within one second, including token requests.
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
