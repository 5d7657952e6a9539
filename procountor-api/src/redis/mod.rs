//! A rate limit and tokens that several processes of a company share, in Redis.
//!
//! ```text
//! limit -> coordinator (when a request can be sent) -> timing (durations) \
//!                                                                          > connection -> Redis
//! token_store                                                            /
//! ```

mod connection;
mod coordinator;
mod limit;
mod timing;
mod token_store;

pub use limit::RedisRateLimit;
pub use token_store::RedisTokenStore;

/// The default prefix of all keys.
const PREFIX: &str = "procountor";
