//! Optimistic locking: a change is rejected unless it is based on the current version.

use crate::json::Json;
use crate::response::Problem;

/// The paths with their own rules: prefix, whether the version is required, and the status for a stale version.
/// Elsewhere the version is optional, and a stale version is a bad request.
const LOCKS: &[(&str, bool, u16)] = &[("/invoices", true, 400), ("/payrolls", true, 409)];

/// Compares the version in the request with that of the document.
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
