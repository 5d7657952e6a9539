//! The record of what really happened, so that a test can ask whether an invoice was created twice.

use std::time::Duration;

/// Every request that the sandbox has answered, in order.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Ledger {
    /// The requests.
    pub entries: Vec<Entry>,
    /// How many of them asked for a token.
    pub token_requests: usize,
    /// How many of them broke the rate limit.
    pub rate_limit_violations: usize,
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
    /// When it was taken, since the sandbox started.
    pub at: Duration,
    /// The operation it meant: `searchInvoice`; none for token and logout requests and unknown paths.
    pub operation: Option<String>,
    /// The method.
    pub method: String,
    /// The path as it came, without the query.
    pub path: String,
    /// The query as it came.
    pub query: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// What it changed.
    pub effects: Vec<Effect>,
}

/// A change that a request made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effect {
    /// What became of the resource.
    pub change: Change,
    /// The collection: `/invoices`, `/invoices/42/comments`.
    pub collection: String,
    /// The id within the collection.
    pub id: String,
}

/// What can become of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Created,
    /// It is not what it was.
    Updated,
    /// It is gone.
    Deleted,
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
}
