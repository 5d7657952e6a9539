//! The reason why a failed request was not sent again.

use std::fmt;

/// Why a request that failed was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryStop {
    /// The [`TABLE`] says so.
    Rule,
    /// It was sent as often as the [`RetryPolicy`] allows.
    Attempts,
    /// The server asked for a longer wait than the [`RetryPolicy`] allows.
    RetryAfter,
    /// The wait would not have ended in the time for the whole call.
    Deadline,
    /// The [`RetryBudget`] of the client is spent.
    Budget,
}

/// Said behind the error, where it is not obvious.
impl fmt::Display for RetryStop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rule => "not sent again: see `retry::TABLE`",
            Self::Attempts => "sent as often as the retry policy allows",
            Self::RetryAfter => {
                "not sent again: the server asks for a longer wait than the retry policy allows"
            }
            Self::Deadline => {
                "not sent again: the wait would not have ended in the time for the whole call"
            }
            Self::Budget => "not sent again: too many calls of this client failed lately",
        })
    }
}
