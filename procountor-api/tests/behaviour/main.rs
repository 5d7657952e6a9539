//! Behavior of the runtime against a scripted server, in virtual time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod auth;
mod auth_http;
mod auth_login;
mod auth_store;
mod look_up;
mod network;
mod observing;
mod paging;
mod paging_ahead;
mod paging_cursor;
mod pipeline;
mod policies;
mod rate_limit;
mod reports;
mod requests;
mod sandbox;
mod support;
#[cfg(feature = "tracing")]
mod tracing_spans;
mod two_factor;
#[cfg(all(feature = "v2302", feature = "v2411", feature = "v2604"))]
mod versions;
mod wire;
