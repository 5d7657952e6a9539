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
//! use procountor_api::{Environment, OnBehalfCredentials, auth::{FileTokenStore, Login}, v2604};
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
//! client.authorize().await?;
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
//! must be looked up ([`LookUp`] says where), [`Unauthorized`](ErrorKind::Unauthorized) and
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

// From the ground up: a module uses only those above it. `tests/layers.rs` checks this.
/// Credentials, logins, access tokens, and token stores.
pub mod auth;
/// The client, its builder, and calls.
pub mod client;
/// Time.
mod clock;
/// Servers.
mod environment;
/// Errors, and what to do about them.
pub mod error;
#[allow(
    missing_docs,
    reason = "the name of a field describes it; `spec/docs.yaml` documents those where it does not"
)]
mod generated;
pub mod guide;
/// The declarative macros of the generated source.
#[allow(unused_macros, reason = "a version does not need all of them")]
mod macros;
/// Metrics and spans.
pub mod observe;
/// Operations as data: endpoints, policies, requests, responses.
pub mod operation;
/// Searches: pages, rows, cursors.
pub mod paging;
/// The rate limit of a company.
pub mod rate;
/// A rate limit and tokens shared by several processes.
#[cfg(feature = "redis")]
pub mod redis;
/// The decision when a failed attempt is repeated.
pub mod retry;
/// The network, or a replacement for it.
pub mod transport;
/// Operations that a person confirms.
pub mod two_factor;
/// Values and their JSON.
pub mod wire;

pub use auth::{M2mCredentials, OnBehalfCredentials};
pub use client::{Call, Client, ClientBuilder, Response};
pub use environment::Environment;
pub use error::{Error, ErrorKind};
pub use generated::*;
pub use operation::{M2m, OnBehalf};
pub use rust_decimal::Decimal;
pub use wire::{Date, DateTime, FileUpload, Json, Patch};

/// Names that the generated source uses.
#[allow(
    unused_imports,
    reason = "a version does not need all of them, and without a version none is needed"
)]
mod generated_prelude {
    pub(crate) use std::collections::BTreeMap;

    pub(crate) use procountor_macros::{Schema, endpoint, open_enum};
    pub(crate) use rust_decimal::Decimal;

    pub(crate) use crate::client::{Call, Client};
    pub(crate) use crate::generated::versions::*;
    pub(crate) use crate::macros::{
        absent, absent_groups, id_copy, ids, optional, spans, version, versions,
    };
    pub(crate) use crate::operation::{Batch, Binary, M2m, Mixed};
    pub(crate) use crate::wire::{Boxed, Date, DateTime, FileUpload, Json, Patch, Secret, Unknown};
}

/// Names that the output of the macros and the test programs use. Not public API.
#[doc(hidden)]
pub mod __private {
    pub use std::fmt;
    pub use std::hash::{Hash, Hasher};

    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::client::Call;
    pub use crate::generated::visit_versions;
    pub use crate::operation::{
        AnyAccess, AnyVersion, Endpoint, FromResponse, Keyset, Method, MissingGroup,
        MissingOperation, MissingParameter, Operation, Paged, Paging, RateLimitPolicy, RawResponse,
        Retry, TwoFactor, VersionVisitor, Visitor, copy_endpoint, endpoint_from_json,
    };
    pub use crate::two_factor::ReportsOutcome;
    pub use crate::wire::__private::*;
}

/// The example in the README.
#[cfg(all(doctest, feature = "v2604"))]
#[doc = include_str!("../README.md")]
struct Readme;
