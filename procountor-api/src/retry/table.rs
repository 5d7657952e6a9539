//! The decision table: which kind of operation is sent again after which failure, and why. The pipeline reads it here.

use std::fmt;

use crate::error::{Delivery, TransportError};
use crate::operation::Retry;

/// Why an attempt failed, as far as it matters for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// No token was to be had for the moment: the operation itself was not sent.
    NoToken,
    /// No connection could be made.
    NoConnection,
    /// The connection broke before anything of the request was sent.
    LostBefore,
    /// The connection broke after the request was sent, or while it was.
    LostAfter,
    /// The time for an attempt ran out after the request was sent, or while it was.
    TimedOut,
    /// 429: the server refused to take it now.
    TooMany,
    /// 5xx, from the server or from a gateway before it.
    Server,
    /// 401: the server refused the token.
    Unauthorized,
    /// Any other answer that says no.
    Rejected,
    /// The answer came, and cannot be taken: it is too long.
    Unusable,
}

/// What follows a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAction {
    /// It is sent again, after a delay.
    Again,
    /// It is sent again once, at once, with a new token.
    NewToken,
    /// It is not sent again.
    Stop,
}

/// One line of the [`TABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryRule {
    /// The kind of operation.
    pub class: Retry,
    /// How the attempt failed.
    pub failure: Failure,
    /// What follows.
    pub next: RetryAction,
    /// Whether it is then open what the operation did. When it stays so, the call ends as
    /// [`OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    pub open: bool,
    /// Why.
    pub why: &'static str,
}

/// The decision table: a rule for each kind of operation and each failure.
#[derive(Debug)]
pub struct Table([[RetryRule; FAILURES.len()]; CLASSES.len()]);

const CLASSES: [Retry; 4] = [Retry::Safe, Retry::Idempotent, Retry::Unsent, Retry::Never];

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

const fn rule(class: Retry, (failure, next, open, why): Cell) -> RetryRule {
    RetryRule {
        class,
        failure,
        next,
        open,
        why,
    }
}

const NOT_SENT: &str = "the server knows nothing of it";
const A_READ: &str = "a read changes nothing";
const TWICE_IS_ONCE: &str = "twice is once";
const MAY_HAVE: &str = "it may have taken effect, and twice is not once";
const NOT_STATED: &str = "should mean that nothing was done, but the vendor does not say so";
const BEFORE_ALL: &str = "a token is refused before anything is done";
const THE_SAME: &str = "the same request would get the same answer";
const ONCE: &str = "it is sent once, whatever comes";

/// What the pipeline does after a failed attempt. How often and after what delays is the [`RetryPolicy`](super::RetryPolicy);
/// how much of it all calls may do together is the [`RetryBudget`](super::RetryBudget).
///
/// ```
/// use procountor_api::operation::Retry;
/// use procountor_api::retry::{Failure, RetryAction, TABLE};
///
/// let rule = TABLE.rule(Retry::Unsent, Failure::LostAfter);
/// assert_eq!((rule.next, rule.open), (RetryAction::Stop, true));
/// println!("{TABLE}");
/// ```
#[rustfmt::skip]
pub static TABLE: Table = {
    use Failure::*;
    use RetryAction::*;
    Table([
        rules(Retry::Safe, [
            (NoToken,      Again,    false, NOT_SENT),
            (NoConnection, Again,    false, NOT_SENT),
            (LostBefore,   Again,    false, NOT_SENT),
            (LostAfter,    Again,    false, A_READ),
            (TimedOut,     Again,    false, A_READ),
            (TooMany,      Again,    false, A_READ),
            (Server,       Again,    false, A_READ),
            (Unauthorized, NewToken, false, BEFORE_ALL),
            (Rejected,     Stop,     false, THE_SAME),
            (Unusable,     Stop,     false, THE_SAME),
        ]),
        rules(Retry::Idempotent, [
            (NoToken,      Again,    false, NOT_SENT),
            (NoConnection, Again,    false, NOT_SENT),
            (LostBefore,   Again,    false, NOT_SENT),
            (LostAfter,    Again,    true,  TWICE_IS_ONCE),
            (TimedOut,     Again,    true,  TWICE_IS_ONCE),
            (TooMany,      Again,    false, TWICE_IS_ONCE),
            (Server,       Again,    true,  TWICE_IS_ONCE),
            (Unauthorized, NewToken, false, BEFORE_ALL),
            (Rejected,     Stop,     false, THE_SAME),
            (Unusable,     Stop,     true,  THE_SAME),
        ]),
        rules(Retry::Unsent, [
            (NoToken,      Again,    false, NOT_SENT),
            (NoConnection, Again,    false, NOT_SENT),
            (LostBefore,   Again,    false, NOT_SENT),
            (LostAfter,    Stop,     true,  MAY_HAVE),
            (TimedOut,     Stop,     true,  MAY_HAVE),
            (TooMany,      Stop,     false, NOT_STATED),
            (Server,       Stop,     true,  MAY_HAVE),
            (Unauthorized, NewToken, false, BEFORE_ALL),
            (Rejected,     Stop,     false, THE_SAME),
            (Unusable,     Stop,     true,  MAY_HAVE),
        ]),
        rules(Retry::Never, [
            (NoToken,      Stop,     false, ONCE),
            (NoConnection, Stop,     false, ONCE),
            (LostBefore,   Stop,     false, ONCE),
            (LostAfter,    Stop,     true,  ONCE),
            (TimedOut,     Stop,     true,  ONCE),
            (TooMany,      Stop,     false, ONCE),
            (Server,       Stop,     true,  ONCE),
            (Unauthorized, NewToken, false, BEFORE_ALL),
            (Rejected,     Stop,     false, THE_SAME),
            (Unusable,     Stop,     true,  ONCE),
        ]),
    ])
};

impl Table {
    /// What follows when an operation of this class fails in this way.
    pub fn rule(&self, class: Retry, failure: Failure) -> &RetryRule {
        &self.0[class as usize][failure as usize]
    }

    /// Every rule, class by class.
    pub fn rules(&self) -> impl Iterator<Item = &RetryRule> {
        self.0.iter().flatten()
    }
}

/// A line for each failure and a column for each class; the reasons stand below it.
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
        Retry::Unsent => "unsent",
        Retry::Never => "never",
    }
}

impl RetryRule {
    fn short(&self) -> String {
        let next = match self.next {
            RetryAction::Again => "again",
            RetryAction::NewToken => "new token, once",
            RetryAction::Stop => "no",
        };
        format!("{next}{}", if self.open { ", open" } else { "" })
    }
}

impl Failure {
    /// What an answer with this status that says no means.
    pub(crate) fn of_status(status: u16) -> Self {
        match status {
            401 => Self::Unauthorized,
            429 => Self::TooMany,
            500.. => Self::Server,
            _ => Self::Rejected,
        }
    }

    /// A short name that never changes, for metrics: `lost_after`.
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
            Self::NoToken => "no token for the moment",
            Self::NoConnection => "no connection",
            Self::LostBefore => "connection lost before sending",
            Self::LostAfter => "connection lost after sending",
            Self::TimedOut => "no answer in the time of an attempt",
            Self::TooMany => "429",
            Self::Server => "5xx",
            Self::Unauthorized => "401",
            Self::Rejected => "any other answer that says no",
            Self::Unusable => "an answer that is too long",
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
    fn every_rule_stands_where_it_is_looked_up() {
        for class in CLASSES {
            for failure in FAILURES {
                let rule = TABLE.rule(class, failure);
                assert_eq!((rule.class, rule.failure), (class, failure));
            }
        }
        assert_eq!(TABLE.rules().count(), CLASSES.len() * FAILURES.len());
    }

    /// What must hold whatever the table says in detail.
    #[test]
    fn nothing_that_may_have_taken_effect_is_repeated_unless_twice_is_once() {
        for rule in TABLE.rules() {
            let repeatable = matches!(rule.class, Retry::Safe | Retry::Idempotent);
            assert!(
                !rule.open || rule.next == RetryAction::Stop || repeatable,
                "{rule:?}"
            );
            assert!(!(rule.class == Retry::Safe && rule.open), "{rule:?}");
        }
    }

    /// The docs of the module show the table as it is. To write it again, run this test with `UPDATE_EXPECT=1`.
    #[test]
    fn the_docs_show_the_table() {
        expect_test::expect_file!["table.txt"].assert_eq(&TABLE.to_string());
    }
}
