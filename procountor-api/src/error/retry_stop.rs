//! The end of retries.

use std::fmt;

/// The reason why a failed request was not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryStop {
    /// The retry [`TABLE`](crate::retry::TABLE) does not allow it.
    Rule,
    /// The [`RetryPolicy`](crate::retry::RetryPolicy) does not allow more attempts.
    Attempts,
    /// The server requested a longer wait than the [`RetryPolicy`](crate::retry::RetryPolicy) allows.
    RetryAfter,
    /// The wait would have exceeded the timeout of the whole call.
    Deadline,
    /// The [`RetryBudget`](crate::retry::RetryBudget) of the client is used up.
    Budget,
}

/// Appended to the error message.
impl fmt::Display for RetryStop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rule => "not sent again: see `retry::TABLE`",
            Self::Attempts => "not sent again: the retry policy does not allow more attempts",
            Self::RetryAfter => {
                "not sent again: the server requested a longer wait than the retry policy allows"
            }
            Self::Deadline => {
                "not sent again: the wait would have exceeded the timeout of the call"
            }
            Self::Budget => "not sent again: too many calls of this client failed recently",
        })
    }
}
