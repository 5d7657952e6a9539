//! What several processes of one company share, in Redis: the rate limit and the tokens. Behind the feature `redis`.
//!
//! ```text
//! limit -> walk (when a request may leave) -> regime (spans of time) \
//!                                                                      > link (one connection) -> Redis
//! tokens                                                             /
//! ```

mod connection;
mod coordinator;
mod limit;
mod timing;
mod token_store;

pub use limit::RedisRateLimit;
pub use token_store::RedisTokenStore;

/// What all keys begin with, unless set.
const PREFIX: &str = "procountor";
