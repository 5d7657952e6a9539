//! How the runtime behaves, against a server that follows a script. Time is virtual.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod paging;
mod pipeline;
mod requests;
mod support;
mod wire;
