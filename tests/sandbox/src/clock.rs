//! The sandbox's clock: real time, or the virtual time of a test whose runtime has stopped the clock.

use std::time::Instant;

/// Now.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
