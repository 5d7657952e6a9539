//! A Procountor that runs on your machine, for tests: it is driven by the same model as the generator, checks every request
//! against it, keeps what it is given, and remembers what really happened.
//!
//! ```no_run
//! # async fn example() -> Result<(), procountor_sandbox::Error> {
//! use procountor_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::builder().seed(42).start().await?;
//! println!("{} for client {}", sandbox.base_url(), sandbox.client_id());
//! // … point an integration at it, then ask what it did:
//! assert_eq!(sandbox.ledger().of("saveInvoice").count(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! A request passes through here like this:
//!
//! ```text
//! server | exchange -> faults -> service -> (login | oauth | route -> token -> rate -> check -> acts) -> ledger
//! ```
//!
//! `server` has sockets, `exchange` is for callers in the same process. What can go wrong on purpose is a [`Fault`].

mod acts;
mod builder;
mod check;
mod clock;
mod credentials;
mod elsewhere;
mod embedded;
mod exchange;
mod faults;
mod filter;
mod generate;
mod json;
mod judge;
mod ledger;
mod login;
mod model;
mod oauth;
mod paging;
mod rate;
mod reply;
mod resource;
mod route;
mod sandbox;
mod seed;
mod server;
mod service;
mod shape;
mod store;
mod token;

pub use builder::Builder;
pub use elsewhere::Strayed;
pub use exchange::Broken;
pub use faults::{Fault, Faults, RetryAfter, Shift, Taken, UnknownRequests};
pub use judge::Judge;
pub use ledger::{AuthEvent, Change, Effect, Entry, Ledger, Token, Violation};
pub use sandbox::{Error, Sandbox};
pub use store::Decision;
