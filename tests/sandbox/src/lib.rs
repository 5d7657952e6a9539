//! A Procountor service for tests that runs on your machine.
//!
//! The sandbox is driven by the same model as the code generator. It checks every request strictly against the
//! specification, stores documents, and records in a [`Ledger`] what each request really did.
//!
//! ```no_run
//! # async fn example() -> Result<(), procountor_sandbox::Error> {
//! use procountor_sandbox::Sandbox;
//!
//! let sandbox = Sandbox::builder().seed(42).start().await?;
//! println!("{} for client {}", sandbox.base_url(), sandbox.client_id());
//! // … run an integration against it, then check its requests:
//! assert_eq!(sandbox.ledger().of("saveInvoice").count(), 0);
//! # Ok(())
//! # }
//! ```
//!
//! A request passes through these modules:
//!
//! ```text
//! server | exchange -> faults -> service -> (login | oauth | route -> token -> rate -> check -> handlers) -> ledger
//! ```
//!
//! `server` uses sockets; `exchange` serves callers in the same process. A [`Fault`] makes a request fail on purpose.

mod bookkeeping;
mod builder;
mod check;
mod clock;
mod credentials;
mod embedded;
mod exchange;
mod faults;
mod filter;
mod generate;
mod handlers;
mod json;
mod ledger;
mod login;
mod model;
mod oauth;
mod paging;
mod rate;
mod redirect_target;
mod resource;
mod response;
mod response_validator;
mod route;
mod sandbox;
mod seed;
mod server;
mod service;
mod shape;
mod store;
mod token;

pub use builder::Builder;
pub use exchange::ConnectionError;
pub use faults::{Applied, Fault, Faults, RetryAfter, Shift, UnknownRequests};
pub use ledger::{AuthEvent, Change, Effect, Entry, Ledger, Token, Violation};
pub use redirect_target::MisdirectedRequest;
pub use response_validator::ResponseValidator;
pub use sandbox::{Error, Sandbox};
pub use store::Decision;
