//! Faults between a client and the sandbox: their kinds, and how a test schedules them.

mod asked;
mod pass;
mod plan;

pub use asked::{Faults, UnknownRequests};
pub(crate) use pass::{Delivery, Pace, pass};
pub(crate) use plan::{Plan, RequestInfo};

use std::fmt;
use std::time::Duration;

/// A fault that affects one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// Status 500 with an error in the API's format.
    ServerError(Applied),
    /// Status 502 with an HTML page, as a gateway sends it.
    BadGateway(Applied),
    /// Status 503; the request has no effect.
    Unavailable(RetryAfter),
    /// Status 429; the request has no effect.
    TooMany(RetryAfter),
    /// The connection is reset before the request is read.
    ResetBefore,
    /// The connection is reset after the request has taken effect.
    ResetAfter,
    /// The request takes effect, and the response is delayed by this time.
    StallBeforeHeaders(Duration),
    /// The head and half of the body arrive, and the rest after this time.
    StallInBody(Duration),
    /// The head and half of the body arrive, then the connection is closed before `Content-Length` is reached.
    Truncated,
    /// An HTML page with status 200.
    WrongContentType,
    /// A response whose content type is JSON, but whose body stops being JSON halfway.
    Garbage,
    /// The request is read only after this time. It has no effect if the client has disconnected by then.
    SlowHandshake(Duration),
    /// The access token of the request has expired. A token request receives a token that has expired already.
    ExpiredToken,
    /// The API key and its access tokens are revoked until [`Faults::restore`] is called.
    RevokedKey,
    /// The user's password has changed: all access tokens and refresh tokens are revoked.
    ChangedPassword,
    /// Status 307 to another host, which records the requests that follow
    /// ([`Sandbox::misdirected_requests`](crate::Sandbox::misdirected_requests)); the request has no effect.
    Redirect,
    /// A page of a search repeats the last row of the previous page as its first row. First pages and other operations are
    /// not affected.
    DuplicateRows,
    /// Another client changes the first row of a search before a page of it is read, so that page numbers shift. Other
    /// operations are not affected.
    ShiftingPages(Shift),
}

/// A change by another client to the first row of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shift {
    /// The row is deleted; the rows after it move up.
    Removed,
    /// A copy of the row is added with the next id; if the newest row is first, the others move down.
    Added,
}

/// States if a request took effect before its response was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applied {
    /// The request had no effect.
    No,
    /// The request took effect.
    Yes,
}

/// The `Retry-After` header of an error response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryAfter {
    /// No header.
    Absent,
    /// A number of seconds.
    Seconds(u32),
    /// The date that is this number of seconds away.
    Date(u32),
}

impl Fault {
    /// Returns every kind of fault, with typical durations.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::successors(Some(Self::ServerError(Applied::No)), |fault| fault.row().1)
    }

    /// Returns the name of the kind, such as `reset-after`, which does not depend on the duration.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// Returns the name of a kind and the kind that follows in [`Fault::all`]. The match is exhaustive, so that a new variant
    /// does not compile before it has a place in this list.
    fn row(self) -> (&'static str, Option<Self>) {
        use RetryAfter::{Absent, Date, Seconds};
        use Shift::{Added, Removed};
        let half_minute = Duration::from_secs(30);
        let (name, next) = match self {
            Self::ServerError(Applied::No) => ("500", Self::ServerError(Applied::Yes)),
            Self::ServerError(Applied::Yes) => ("500-after", Self::BadGateway(Applied::No)),
            Self::BadGateway(Applied::No) => ("502-html", Self::BadGateway(Applied::Yes)),
            Self::BadGateway(Applied::Yes) => ("502-html-after", Self::Unavailable(Absent)),
            Self::Unavailable(Absent) => ("503", Self::Unavailable(Seconds(3))),
            Self::Unavailable(Seconds(_)) => ("503-seconds", Self::Unavailable(Date(3))),
            Self::Unavailable(Date(_)) => ("503-date", Self::TooMany(Absent)),
            Self::TooMany(Absent) => ("429", Self::TooMany(Seconds(3))),
            Self::TooMany(Seconds(_)) => ("429-seconds", Self::TooMany(Date(3))),
            Self::TooMany(Date(_)) => ("429-date", Self::ResetBefore),
            Self::ResetBefore => ("reset-before", Self::ResetAfter),
            Self::ResetAfter => ("reset-after", Self::StallBeforeHeaders(half_minute)),
            Self::StallBeforeHeaders(_) => ("stall-headers", Self::StallInBody(half_minute)),
            Self::StallInBody(_) => ("stall-body", Self::Truncated),
            Self::Truncated => ("truncated", Self::WrongContentType),
            Self::WrongContentType => ("wrong-content-type", Self::Garbage),
            Self::Garbage => ("garbage", Self::SlowHandshake(Duration::from_secs(5))),
            Self::SlowHandshake(_) => ("slow-handshake", Self::ExpiredToken),
            Self::ExpiredToken => ("expired-token", Self::RevokedKey),
            Self::RevokedKey => ("revoked-key", Self::ChangedPassword),
            Self::ChangedPassword => ("changed-password", Self::Redirect),
            Self::Redirect => ("redirect", Self::DuplicateRows),
            Self::DuplicateRows => ("duplicate-rows", Self::ShiftingPages(Removed)),
            Self::ShiftingPages(Removed) => ("shift-removed", Self::ShiftingPages(Added)),
            Self::ShiftingPages(Added) => return ("shift-added", None),
        };
        (name, Some(next))
    }

    /// Returns the same kind with another duration; kinds without a duration are not changed.
    #[must_use]
    pub fn with_duration(self, time: Duration) -> Self {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        let with_seconds = |after| match after {
            RetryAfter::Absent => RetryAfter::Absent,
            RetryAfter::Seconds(_) => RetryAfter::Seconds(seconds),
            RetryAfter::Date(_) => RetryAfter::Date(seconds),
        };
        match self {
            Self::Unavailable(after) => Self::Unavailable(with_seconds(after)),
            Self::TooMany(after) => Self::TooMany(with_seconds(after)),
            Self::StallBeforeHeaders(_) => Self::StallBeforeHeaders(time),
            Self::StallInBody(_) => Self::StallInBody(time),
            Self::SlowHandshake(_) => Self::SlowHandshake(time),
            other => other,
        }
    }

    /// Returns `true` if the fault affects searches only.
    pub fn is_search_only(self) -> bool {
        matches!(self, Self::DuplicateRows | Self::ShiftingPages(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
