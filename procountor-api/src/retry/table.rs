//! The decision table: the action for each retry class and failure.

use std::fmt;

use crate::error::{Delivery, TransportError};
use crate::operation::Retry;

/// The way in which an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// No access token was available for now; the request was not sent.
    NoToken,
    /// The connection could not be established.
    NoConnection,
    /// The connection was lost before any part of the request was sent.
    LostBefore,
    /// The connection was lost while or after the request was sent.
    LostAfter,
    /// The attempt timed out while or after the request was sent.
    TimedOut,
    /// Status 429: too many requests.
    TooMany,
    /// Status 5xx, from the server or from a gateway in front of it.
    Server,
    /// Status 401: the server rejected the access token.
    Unauthorized,
    /// Any other error response.
    Rejected,
    /// The response is larger than the transport accepts.
    Unusable,
}

/// The action after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAction {
    /// Send the request again after a delay.
    Again,
    /// Send the request again once, without a delay, with a new access token.
    NewToken,
    /// Do not send the request again.
    Stop,
}

/// An entry of the [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryRule {
    /// The retry class of the operation.
    pub class: Retry,
    /// The failure of the attempt.
    pub failure: Failure,
    /// The action that follows.
    pub action: RetryAction,
    /// Whether the operation may have taken effect. If no later attempt succeeds, the call fails with
    /// [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    pub may_have_applied: bool,
    /// The reason.
    pub why: &'static str,
}

/// A rule for each retry class and each failure.
#[derive(Debug)]
pub struct Table([[RetryRule; FAILURES.len()]; CLASSES.len()]);

const CLASSES: [Retry; 4] = [
    Retry::Safe,
    Retry::Idempotent,
    Retry::OnlyIfUnsent,
    Retry::Never,
];

const FAILURES: [Failure; 10] = [
    Failure::NoToken,
    Failure::NoConnection,
    Failure::LostBefore,
    Failure::LostAfter,
    Failure::TimedOut,
    Failure::TooMany,
    Failure::Server,
    Failure::Unauthorized,
    Failure::Rejected,
    Failure::Unusable,
];

type Cell = (Failure, RetryAction, bool, &'static str);

const fn rules(class: Retry, cells: [Cell; FAILURES.len()]) -> [RetryRule; FAILURES.len()] {
    let mut rules = [rule(class, cells[0]); FAILURES.len()];
    let mut index = 1;
    while index < cells.len() {
        rules[index] = rule(class, cells[index]);
        index += 1;
    }
    rules
}

const fn rule(class: Retry, (failure, action, may_have_applied, why): Cell) -> RetryRule {
    RetryRule {
        class,
        failure,
        action,
        may_have_applied,
        why,
    }
}

const NOT_RECEIVED: &str = "the server did not receive the request";
const READ: &str = "a read changes nothing";
const IDEMPOTENT: &str = "repeating it has no further effect";
const TWICE: &str = "it may have taken effect, and repeating it would act twice";
const UNDOCUMENTED: &str = "the vendor does not document that nothing was done";
const CHECKED_FIRST: &str = "the token is checked before anything is done";
const SAME_RESPONSE: &str = "the same request would get the same response";
const ONCE: &str = "the operation is sent only once";

/// The decision table that every client follows.
///
/// The number of attempts and their delays are in the [`RetryPolicy`](super::RetryPolicy), the bound for all calls together
/// in the [`RetryBudget`](super::RetryBudget).
///
/// ```
/// use procountor_api::operation::Retry;
/// use procountor_api::retry::{Failure, RetryAction, TABLE};
///
/// let rule = TABLE.rule(Retry::OnlyIfUnsent, Failure::LostAfter);
/// assert_eq!((rule.action, rule.may_have_applied), (RetryAction::Stop, true));
/// println!("{TABLE}");
/// ```
#[rustfmt::skip]
pub static TABLE: Table = {
    use Failure::*;
    use RetryAction::*;
    Table([
        rules(Retry::Safe, [
            (NoToken,      Again,    false, NOT_RECEIVED),
            (NoConnection, Again,    false, NOT_RECEIVED),
            (LostBefore,   Again,    false, NOT_RECEIVED),
            (LostAfter,    Again,    false, READ),
            (TimedOut,     Again,    false, READ),
            (TooMany,      Again,    false, READ),
            (Server,       Again,    false, READ),
            (Unauthorized, NewToken, false, CHECKED_FIRST),
            (Rejected,     Stop,     false, SAME_RESPONSE),
            (Unusable,     Stop,     false, SAME_RESPONSE),
        ]),
        rules(Retry::Idempotent, [
            (NoToken,      Again,    false, NOT_RECEIVED),
            (NoConnection, Again,    false, NOT_RECEIVED),
            (LostBefore,   Again,    false, NOT_RECEIVED),
            (LostAfter,    Again,    true,  IDEMPOTENT),
            (TimedOut,     Again,    true,  IDEMPOTENT),
            (TooMany,      Again,    false, IDEMPOTENT),
            (Server,       Again,    true,  IDEMPOTENT),
            (Unauthorized, NewToken, false, CHECKED_FIRST),
            (Rejected,     Stop,     false, SAME_RESPONSE),
            (Unusable,     Stop,     true,  SAME_RESPONSE),
        ]),
        rules(Retry::OnlyIfUnsent, [
            (NoToken,      Again,    false, NOT_RECEIVED),
            (NoConnection, Again,    false, NOT_RECEIVED),
            (LostBefore,   Again,    false, NOT_RECEIVED),
            (LostAfter,    Stop,     true,  TWICE),
            (TimedOut,     Stop,     true,  TWICE),
            (TooMany,      Stop,     false, UNDOCUMENTED),
            (Server,       Stop,     true,  TWICE),
            (Unauthorized, NewToken, false, CHECKED_FIRST),
            (Rejected,     Stop,     false, SAME_RESPONSE),
            (Unusable,     Stop,     true,  TWICE),
        ]),
        rules(Retry::Never, [
            (NoToken,      Stop,     false, ONCE),
            (NoConnection, Stop,     false, ONCE),
            (LostBefore,   Stop,     false, ONCE),
            (LostAfter,    Stop,     true,  ONCE),
            (TimedOut,     Stop,     true,  ONCE),
            (TooMany,      Stop,     false, ONCE),
            (Server,       Stop,     true,  ONCE),
            (Unauthorized, NewToken, false, CHECKED_FIRST),
            (Rejected,     Stop,     false, SAME_RESPONSE),
            (Unusable,     Stop,     true,  ONCE),
        ]),
    ])
};

impl Table {
    /// Returns the rule for an operation of this class after this failure.
    pub fn rule(&self, class: Retry, failure: Failure) -> &RetryRule {
        &self.0[class as usize][failure as usize]
    }

    /// Returns all rules, class by class.
    pub fn rules(&self) -> impl Iterator<Item = &RetryRule> {
        self.0.iter().flatten()
    }
}

/// A row for each failure and a column for each class, then the reasons.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = |f: &mut fmt::Formatter<'_>, cells: [String; 5]| {
            let [failure, safe, idempotent, unsent, never] = cells;
            let line = format!("{failure:<38} {safe:<17} {idempotent:<17} {unsent:<17} {never}");
            writeln!(f, "{}", line.trim_end())
        };
        let classes = CLASSES.map(|class| name(class).to_owned());
        let [safe, idempotent, unsent, never] = classes;
        columns(f, ["after".to_owned(), safe, idempotent, unsent, never])?;
        for failure in FAILURES {
            let [safe, idempotent, unsent, never] =
                CLASSES.map(|class| self.rule(class, failure).short());
            columns(f, [failure.to_string(), safe, idempotent, unsent, never])?;
        }
        writeln!(f)?;
        for rule in self.rules() {
            writeln!(
                f,
                "{}, {}: {}; {}",
                name(rule.class),
                rule.failure,
                rule.short(),
                rule.why
            )?;
        }
        Ok(())
    }
}

fn name(class: Retry) -> &'static str {
    match class {
        Retry::Safe => "safe",
        Retry::Idempotent => "idempotent",
        Retry::OnlyIfUnsent => "unsent",
        Retry::Never => "never",
    }
}

impl RetryRule {
    fn short(&self) -> String {
        let action = match self.action {
            RetryAction::Again => "retry",
            RetryAction::NewToken => "new token, once",
            RetryAction::Stop => "stop",
        };
        let outcome = if self.may_have_applied {
            ", unknown"
        } else {
            ""
        };
        format!("{action}{outcome}")
    }
}

impl Failure {
    /// Returns the failure of an error response with this status.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            429 => Self::TooMany,
            500.. => Self::Server,
            _ => Self::Rejected,
        }
    }

    /// Returns a short, stable name for metrics, such as `lost_after`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoToken => "no_token",
            Self::NoConnection => "no_connection",
            Self::LostBefore => "lost_before",
            Self::LostAfter => "lost_after",
            Self::TimedOut => "timed_out",
            Self::TooMany => "too_many",
            Self::Server => "server",
            Self::Unauthorized => "unauthorized",
            Self::Rejected => "rejected",
            Self::Unusable => "unusable",
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoToken => "no access token",
            Self::NoConnection => "no connection",
            Self::LostBefore => "connection lost before sending",
            Self::LostAfter => "connection lost after sending",
            Self::TimedOut => "attempt timed out",
            Self::TooMany => "429",
            Self::Server => "5xx",
            Self::Unauthorized => "401",
            Self::Rejected => "any other error response",
            Self::Unusable => "response too large",
        })
    }
}

impl From<Delivery> for Failure {
    fn from(delivery: Delivery) -> Self {
        match delivery {
            Delivery::NotConnected => Self::NoConnection,
            Delivery::NotSent => Self::LostBefore,
            Delivery::Possible => Self::LostAfter,
            Delivery::Responded => Self::Unusable,
        }
    }
}

impl From<&TransportError> for Failure {
    fn from(error: &TransportError) -> Self {
        match error.delivery().into() {
            Self::LostAfter if error.is_timeout() => Self::TimedOut,
            failure => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_is_found_by_its_class_and_failure() {
        for class in CLASSES {
            for failure in FAILURES {
                let rule = TABLE.rule(class, failure);
                assert_eq!((rule.class, rule.failure), (class, failure));
            }
        }
        assert_eq!(TABLE.rules().count(), CLASSES.len() * FAILURES.len());
    }

    #[test]
    fn an_operation_that_may_have_taken_effect_is_repeated_only_if_idempotent() {
        for rule in TABLE.rules() {
            let repeatable = matches!(rule.class, Retry::Safe | Retry::Idempotent);
            assert!(
                !rule.may_have_applied || rule.action == RetryAction::Stop || repeatable,
                "{rule:?}"
            );
            assert!(
                !(rule.class == Retry::Safe && rule.may_have_applied),
                "{rule:?}"
            );
        }
    }

    /// `UPDATE_EXPECT=1` writes the file again.
    #[test]
    fn the_docs_show_the_table() {
        expect_test::expect_file!["table.txt"].assert_eq(&TABLE.to_string());
    }
}
