//! What must compile, outside the crates of the SDK, beside what must not: the macros refer to nothing that a user's crate
//! lacks. These are ordinary tests, since `trybuild` would build the whole SDK once more to run them.

mod endpoint;
mod schema;
