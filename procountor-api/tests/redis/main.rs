//! What several processes share, against a real Redis: the limit, the tokens, and two processes that have both.

mod limit;
mod processes;
mod server;
mod tokens;
