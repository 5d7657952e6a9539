//! What several processes of one company share, in Redis: the rate limit and the tokens. Behind the feature `redis`.
//!
//! ```text
//! limit -> walk (when a request may leave) -> regime (spans of time) \
//!                                                                      > link (one connection) -> Redis
//! tokens                                                             /
//! ```

mod limit;
mod link;
mod regime;
mod tokens;
mod walk;

pub use limit::RedisLimit;
pub use tokens::RedisTokenStore;

/// What all keys begin with, unless set.
const PREFIX: &str = "procountor";
