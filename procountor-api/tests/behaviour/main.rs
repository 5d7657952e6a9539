//! How the runtime behaves, against a server that follows a script. Time is virtual.

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
mod network;
mod observing;
mod paging;
mod pipeline;
mod policies;
mod reports;
mod requests;
mod support;
#[cfg(feature = "tracing")]
mod tracing_spans;
#[cfg(all(feature = "v2302", feature = "v2411", feature = "v2604"))]
mod versions;
mod wire;
