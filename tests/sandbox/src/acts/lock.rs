//! Optimistic locking: a change is refused when the caller has not seen the last one.

use crate::json::Json;
use crate::reply::Problem;

/// Where the version must be sent, and the status that says it is stale: path prefix, required, status.
/// Elsewhere the version may be left out, and a stale one is a bad request.
const LOCKS: &[(&str, bool, u16)] = &[("/invoices", true, 400), ("/payrolls", true, 409)];

/// Checks the version that was sent against the document.
pub(super) fn check(path: &str, sent: Option<&str>, document: &Json) -> Result<(), Problem> {
    let lock = LOCKS.iter().find(|(prefix, ..)| path.starts_with(prefix));
    let (required, status) =
        lock.map_or((false, 400), |(_, required, status)| (*required, *status));
    let Some(current) = document.text_at("version") else {
        return Ok(());
    };
    match sent {
        None if required => Err(Problem::at("version", "is required")),
        None => Ok(()),
        Some(sent) if sent == current => Ok(()),
        Some(sent) => {
            let message =
                format!("modified by another client: the version is {current}, sent was {sent}");
            Err(Problem {
                status,
                field: Some("version".to_owned()),
                message,
            })
        }
    }
}
