//! Code that must compile in a user's crate, where the macros can refer to `procountor_api` only. These are ordinary
//! tests, since `trybuild` would build the whole SDK once more to run them.

mod endpoint;
mod schema;
