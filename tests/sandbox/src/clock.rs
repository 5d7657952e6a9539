//! The sandbox's clock, which follows the runtime: real time, or virtual time in a test that paused it.

use std::time::Instant;

/// Returns the current time.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
