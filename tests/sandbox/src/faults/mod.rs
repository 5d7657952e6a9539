//! What can go wrong between a client and the sandbox: the faults, their names, and how a test asks for them.

mod asked;
mod pass;
mod plan;

pub use asked::{Faults, UnknownRequests};
pub(crate) use pass::{Delivery, Pace, pass};
pub(crate) use plan::{Plan, Seen};

use std::fmt;
use std::time::Duration;

/// Something that goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// 500 with an error in the API's form.
    ServerError(Taken),
    /// 502 with an HTML page, as a gateway sends it.
    BadGateway(Taken),
    /// 503; the request is not taken.
    Unavailable(RetryAfter),
    /// 429; the request is not taken.
    TooMany(RetryAfter),
    /// The connection is reset before the request is read.
    ResetBefore,
    /// The request takes effect, then the connection is reset.
    ResetAfter,
    /// The request takes effect, then nothing comes for so long.
    StallBeforeHeaders(Duration),
    /// The head and half of the body come, the rest only after so long.
    StallInBody(Duration),
    /// The head and half of the body come, then the connection ends: `Content-Length` promised more.
    Truncated,
    /// The answer is an HTML page with status 200.
    WrongContentType,
    /// The answer says that it is JSON: it begins as it should, and goes on with something else.
    Garbage,
    /// The connection is taken up so late: nothing of the request is read before, and nothing happens when the client has
    /// gone by then.
    SlowHandshake(Duration),
    /// The token of the request has expired. A token request is given one that expires at once.
    ExpiredToken,
    /// The API key is revoked, with its tokens, until [`Faults::restore`].
    RevokedKey,
    /// The user's password has changed: every token and refresh token given so far has ended.
    ChangedPassword,
    /// 307 to another host ([`Sandbox::elsewhere`](crate::Sandbox::elsewhere)); the request is not taken.
    Redirect,
    /// A page of a search has one row more: it begins with the row that the page before it ended with. A first page, and
    /// what is no search, is as ever.
    DuplicateRows,
    /// Before a page of a search is answered, somebody else changes what stands first in the search, so that pages that
    /// count rows move. What is no search is as ever.
    ShiftingPages(Shift),
}

/// What somebody else does to the first row of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shift {
    /// Deletes it: the rows behind it move up.
    Removed,
    /// Adds one like it, with the next id: where the newest row is the first, the others move down.
    Added,
}

/// Whether a request took effect before its answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Taken {
    /// Nothing happened.
    No,
    /// It happened all the same.
    Yes,
}

/// What a refusal says of when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RetryAfter {
    /// Nothing.
    Unsaid,
    /// In so many seconds.
    Seconds(u32),
    /// At a date, so many seconds from now.
    Date(u32),
}

impl Fault {
    /// Every kind of fault, with middling times.
    pub const ALL: [Self; 25] = [
        Self::ServerError(Taken::No),
        Self::ServerError(Taken::Yes),
        Self::BadGateway(Taken::No),
        Self::BadGateway(Taken::Yes),
        Self::Unavailable(RetryAfter::Unsaid),
        Self::Unavailable(RetryAfter::Seconds(3)),
        Self::Unavailable(RetryAfter::Date(3)),
        Self::TooMany(RetryAfter::Unsaid),
        Self::TooMany(RetryAfter::Seconds(3)),
        Self::TooMany(RetryAfter::Date(3)),
        Self::ResetBefore,
        Self::ResetAfter,
        Self::StallBeforeHeaders(Duration::from_secs(30)),
        Self::StallInBody(Duration::from_secs(30)),
        Self::Truncated,
        Self::WrongContentType,
        Self::Garbage,
        Self::SlowHandshake(Duration::from_secs(5)),
        Self::ExpiredToken,
        Self::RevokedKey,
        Self::ChangedPassword,
        Self::Redirect,
        Self::DuplicateRows,
        Self::ShiftingPages(Shift::Removed),
        Self::ShiftingPages(Shift::Added),
    ];

    /// What it is called, whatever its time: `reset-after`.
    pub fn name(self) -> &'static str {
        match self {
            Self::ServerError(Taken::No) => "500",
            Self::ServerError(Taken::Yes) => "500-after",
            Self::BadGateway(Taken::No) => "502-html",
            Self::BadGateway(Taken::Yes) => "502-html-after",
            Self::Unavailable(RetryAfter::Unsaid) => "503",
            Self::Unavailable(RetryAfter::Seconds(_)) => "503-seconds",
            Self::Unavailable(RetryAfter::Date(_)) => "503-date",
            Self::TooMany(RetryAfter::Unsaid) => "429",
            Self::TooMany(RetryAfter::Seconds(_)) => "429-seconds",
            Self::TooMany(RetryAfter::Date(_)) => "429-date",
            Self::ResetBefore => "reset-before",
            Self::ResetAfter => "reset-after",
            Self::StallBeforeHeaders(_) => "stall-headers",
            Self::StallInBody(_) => "stall-body",
            Self::Truncated => "truncated",
            Self::WrongContentType => "wrong-content-type",
            Self::Garbage => "garbage",
            Self::SlowHandshake(_) => "slow-handshake",
            Self::ExpiredToken => "expired-token",
            Self::RevokedKey => "revoked-key",
            Self::ChangedPassword => "changed-password",
            Self::Redirect => "redirect",
            Self::DuplicateRows => "duplicate-rows",
            Self::ShiftingPages(Shift::Removed) => "shift-removed",
            Self::ShiftingPages(Shift::Added) => "shift-added",
        }
    }

    /// The same fault with another time, for those that have one.
    #[must_use]
    pub fn lasting(self, time: Duration) -> Self {
        let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        let again = |after| match after {
            RetryAfter::Unsaid => RetryAfter::Unsaid,
            RetryAfter::Seconds(_) => RetryAfter::Seconds(seconds),
            RetryAfter::Date(_) => RetryAfter::Date(seconds),
        };
        match self {
            Self::Unavailable(after) => Self::Unavailable(again(after)),
            Self::TooMany(after) => Self::TooMany(again(after)),
            Self::StallBeforeHeaders(_) => Self::StallBeforeHeaders(time),
            Self::StallInBody(_) => Self::StallInBody(time),
            Self::SlowHandshake(_) => Self::SlowHandshake(time),
            other => other,
        }
    }

    /// Whether only searches can meet it.
    pub fn is_of_searches(self) -> bool {
        matches!(self, Self::DuplicateRows | Self::ShiftingPages(_))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
