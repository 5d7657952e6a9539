//! A Rust SDK for the [Procountor](https://dev.procountor.com) accounting API.
//!
//! One client is one company. Its methods are grouped as the vendor's manual groups them, and have the vendor's names:
//! `searchInvoice` is [`client.invoices().search_invoice()`](v2604::Invoices::search_invoice). What a call needs is an
//! argument, what it may have is a setter, and nothing happens until it is sent.
//!
//! # Connect
//!
//! ```no_run
//! use procountor_api::{Environment, M2mCredentials, v2604};
//!
//! let client = v2604::Client::builder()
//!     .environment(Environment::Test)
//!     .m2m(M2mCredentials::from_env()?)
//!     .build()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Without an account, start a Procountor on your machine with `cargo xtask sandbox`, and use
//! [`Environment::Custom`] with the address that it prints.
//!
//! ## For a person, in a web application
//!
//! What a person must confirm with a second factor needs the authorization code flow: the browser goes to the vendor's page
//! and comes back with a code, which is good once. Two requests of your application take part in it, and the [`Login`] is
//! kept in the session between them.
//!
//! ```
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
//! # let environment = Environment::Custom(sandbox.base_url());
//! # let (client_id, client_secret) = (sandbox.client_id(), sandbox.client_secret());
//! # let directory = tempfile::tempdir()?;
//! # let directory = directory.path().join("tokens");
//! # let redirect_uri = sandbox.redirect_uri();
//! use procountor_api::{Environment, FileTokenStore, Login, OnBehalfCredentials, v2604};
//!
//! // First request: "Connect with Procountor" was pressed.
//! let login = Login::new(&environment, client_id, redirect_uri)?;
//! let session = serde_json::to_string(&login)?;
//! let redirect_to = login.url();
//!
//! # let request_url = sandbox.approve_login(&redirect_to)?;
//! // Second request: the browser is back. Take the login out of the session, so that it is used once.
//! let login: Login = serde_json::from_str(&session)?;
//! let code = login.callback(&request_url)?;
//! let client = v2604::Client::builder()
//!     .environment(environment.clone())
//!     .login(code, client_secret)
//!     .token_store(FileTokenStore::new(&directory), "company 4711, user 42")
//!     .build()?;
//! client.authorise().await?;
//!
//! // Any day of the next six months, in any process: the tokens are in the store.
//! let client = v2604::Client::builder()
//!     .environment(environment)
//!     .on_behalf(OnBehalfCredentials::stored(client_id, client_secret))
//!     .token_store(FileTokenStore::new(&directory), "company 4711, user 42")
//!     .build()?;
//! match client.company().get_company_info().send().await {
//!     Ok(company) => println!("{}", company.name.unwrap_or_default()),
//!     Err(error) if error.needs_person() => println!("show the button again"),
//!     Err(error) => return Err(error.into()),
//! }
//!
//! // "Disconnect" was pressed: here, in the store, and at the server.
//! client.logout().await?;
//! # assert_eq!(sandbox.ledger().token_requests, 1);
//! # Ok(()) }
//! ```
//!
//! A [`TokenStore`] serves a machine as well: a program that starts again uses the token that lives. An API key comes from
//! the user interface of Procountor, or from a [`KeyLogin`].
//!
//! # Read
//!
//! ```
//! # use procountor_api::{Environment, M2mCredentials, v2604};
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
//! # let client = v2604::Client::builder()
//! #     .environment(Environment::Custom(sandbox.base_url()))
//! #     .m2m(M2mCredentials::new(sandbox.client_id(), sandbox.client_secret(), sandbox.api_key()))
//! #     .build()?;
//! use futures_util::TryStreamExt;
//! use procountor_api::v2604::{InvoiceStatus, InvoiceType};
//!
//! let search = client.invoices().search_invoice();
//! let mut rows = search.types([InvoiceType::SalesInvoice]).status([InvoiceStatus::Sent]).rows();
//! while let Some(row) = rows.try_next().await? {
//!     let Some(id) = row.id else { continue };
//!     let invoice = client.invoices().get_invoice(id).send().await?;
//!     println!("{id}: {:?}", invoice.sum);
//! #   break;
//! }
//! # Ok(()) }
//! ```
//!
//! Rows come page after page, within the rate limit. A row that cannot be read is an error of its own; the stream goes on
//! behind it. [`Rows`] tells what happens when rows are added and removed meanwhile; [`Rows::cursor`] lets a search go on
//! later.
//!
//! # Write
//!
//! What a request needs is a struct of its own, so the compiler names what is missing:
//!
//! ```
//! # use procountor_api::{Environment, M2mCredentials, v2604};
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
//! # let client = v2604::Client::builder()
//! #     .environment(Environment::Custom(sandbox.base_url()))
//! #     .m2m(M2mCredentials::new(sandbox.client_id(), sandbox.client_secret(), sandbox.api_key()))
//! #     .build()?;
//! use procountor_api::Decimal;
//! use procountor_api::v2604::{Currency, Product, ProductRequired, ProductType, Unit};
//!
//! let required = ProductRequired {
//!     r#type: ProductType::Sales,
//!     name: "Kahvi, 500 g".to_owned(),
//!     price: Decimal::new(650, 2),
//!     currency: Currency::Eur,
//!     discount: Decimal::ZERO,
//!     active: true,
//! };
//! let product = Product { unit: Some(Unit::Piece), ..required.into() };
//! let saved = client.products().add_product(product).send().await?;
//!
//! // Read, change, write: what this version does not know goes back as it came.
//! let id = saved.id.ok_or("no id")?;
//! let read = client.products().get_product(id).send().await?;
//! let changed = Product { price: Some("6.90".parse()?), ..read };
//! client.products().update_product(id, changed).send().await?;
//! # Ok(()) }
//! ```
//!
//! # When it fails
//!
//! An [`Error`] tells the operation, what happened, and what to do. [`ErrorKind`] says which kind of trouble it is:
//! [`Invalid`](ErrorKind::Invalid) was not sent, [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) may have taken effect and
//! must be looked up ([`LookUp`] says where), [`Unauthorised`](ErrorKind::Unauthorised) and
//! [`Reconnect`](ErrorKind::Reconnect) need a person. [`needs_person`](Error::needs_person) and
//! [`is_temporary`](Error::is_temporary) tell whether to ask somebody or to wait.
//!
//! What is sent again after what is one table: see [`retry`]. What can be relied on, and how that was tested, is
//! [`guide::reliability`]. What to tell the vendor's support about a call that failed is
//! [`Error::support_report`].
//!
//! # What a person confirms
//!
//! Payments, and a few other operations, take effect when a person confirms them in an app. [`Call::begin`] begins one, and
//! [`Confirmation::wait`] waits for the person.
//!
//! # What a client does meanwhile
//!
//! An [`Observer`] is told of requests, retries, waits, tokens, and of what was created (the vendor charges for it). With
//! the feature `tracing` there are spans with OpenTelemetry's names. A [transport] of your own can stand before
//! the network, or in its place.
//!
//! # Several at once
//!
//! A [`Client`] is cheap to clone, and clones share token, rate limit, retry budget and connections. Each call can have its
//! own [timeout](Call::timeout) and [retries](Call::retry). Several clients of one company share its limit by a
//! [`RateLimiter`].

extern crate self as procountor_api;

mod access;
mod auth;
mod call;
mod client;
mod clock;
mod codes;
mod endpoint;
mod environment;
mod error;
#[cfg(feature = "redis")]
mod fleet;
#[allow(
    missing_docs,
    reason = "a field says by its name what it is; `spec/docs.yaml` speaks of those where it does not"
)]
mod generated;
pub mod guide;
mod look_up;
#[allow(unused_macros, reason = "no version needs all of them")]
mod macros;
mod multipart;
pub mod observe;
mod outlet;
mod paging;
mod pipeline;
mod rate;
mod redact;
mod reply;
mod report;
mod request;
pub mod retry;
mod seams;
pub mod transport;
mod two_factor;
pub mod wire;

pub use access::{
    Access, AnyAccess, AnyVersion, Grants, Has, In, Lifecycle, M2m, NoCredentials, OnBehalf,
    TwoFactor, Version, VersionVisitor, Visitor,
};
pub use auth::{
    FileTokenStore, KeyCode, KeyExchange, KeyExchangeError, KeyExchanging, KeyLogin, Lease, Login,
    LoginCode, LoginError, M2mCredentials, MemoryTokenStore, MissingVariables, OnBehalfCredentials,
    StoreError, StoreFuture, StoreKey, StoredTokens, TokenNotice, TokenStore,
};
pub use call::{Call, Response, Sending};
pub use client::{Builder, Client};
pub use clock::{Clock, SystemClock, TokioClock};
pub use codes::{CODES, KnownCode};
pub use endpoint::{
    Endpoint, Keyset, Method, Operation, Paged, Paging, RateLimited, Retry, endpoint_from_json,
};
pub use environment::{ApiPath, Environment};
pub use error::{ApiError, ApiMessage, Error, ErrorKind};
#[cfg(feature = "redis")]
pub use fleet::{RedisLimit, RedisTokenStore};
pub use generated::*;
pub use look_up::LookUp;
pub use multipart::{Binary, FileUpload, Mixed};
pub use observe::Observer;
pub use paging::{Cursor, CursorError, Page, Pages, Rows};
pub use rate::{RateLimit, RateLimiter, SharedLimit, SlowDown, Turn};
pub use reply::{Answer, Batch, Reply};
pub use report::SupportReport;
pub use request::HeaderText;
pub use retry::{RetryBudget, RetryPolicy};
pub use rust_decimal::Decimal;
pub use two_factor::{Confirmation, StartsTwoFactor, TellsOutcome, TwoFactorOutcome, WaitPolicy};
pub use wire::{Date, DateTime, Json, Patch, Secret, Violation};

/// What the generated source is written with.
#[allow(
    unused_imports,
    reason = "no version needs all of it, and without a version nothing is needed"
)]
mod generated_prelude {
    pub(crate) use std::collections::BTreeMap;

    pub(crate) use procountor_macros::{Schema, endpoint, open_enum};
    pub(crate) use rust_decimal::Decimal;

    pub(crate) use crate::access::M2m;
    pub(crate) use crate::call::Call;
    pub(crate) use crate::client::Client;
    pub(crate) use crate::generated::versions::*;
    pub(crate) use crate::macros::{
        absent, absent_groups, id_copy, ids, optional, spans, version, versions,
    };
    pub(crate) use crate::multipart::{Binary, FileUpload, Mixed};
    pub(crate) use crate::reply::Batch;
    pub(crate) use crate::wire::{Boxed, Date, DateTime, Json, Patch, Secret, Unknown};
}

/// What the macros' output refers to. Not for use by hand.
#[doc(hidden)]
pub mod macro_support {
    pub use std::fmt;
    pub use std::hash::{Hash, Hasher};

    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::access::{AnyAccess, AnyVersion, Groups, Offers, Takes, TwoFactor};
    pub use crate::call::Call;
    pub use crate::endpoint::{
        Endpoint, Keyset, Method, Operation, Paged, Paging, RateLimited, Retry, copy_endpoint,
    };
    pub use crate::reply::{Answer, Reply};
    pub use crate::two_factor::TellsOutcome;
    pub use crate::wire::*;
}

/// The example in the README.
#[cfg(all(doctest, feature = "v2604"))]
#[doc = include_str!("../README.md")]
struct Readme;
