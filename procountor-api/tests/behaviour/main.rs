//! How the runtime behaves, against a server that follows a script. Time is virtual.

mod paging;
mod pipeline;
mod requests;
mod support;
mod wire;
