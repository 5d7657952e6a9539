//! The rate limit and the tokens that several processes share, against a real Redis.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod limit;
mod processes;
mod server;
mod tokens;
