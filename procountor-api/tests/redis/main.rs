//! What several processes share, against a real Redis: the limit, the tokens, and two processes that have both.

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
