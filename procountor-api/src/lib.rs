//! A Rust SDK for the [Procountor](https://dev.procountor.com) accounting API.
//!
//! A [`Client`] accesses the data of one company. Its methods are grouped and named as in the vendor's manual:
//! `searchInvoice` is [`client.invoices().search_invoice()`](v2604::Invoices::search_invoice). Required parameters are
//! arguments, optional ones are setters, and a request is sent by `.send().await`.
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
//! Without an account, start a local sandbox with `cargo xtask sandbox`, and use [`Environment::Custom`] with the address
//! that it prints.
//!
//! ## On behalf of a user, in a web application
//!
//! Operations that a user confirms with a second factor need the authorization code flow: the application sends the browser
//! to the vendor's login page, and the browser returns with a code that can be used once. The [`Login`](auth::Login) is kept
//! in the user's session between the two requests.
//!
//! ```
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
//! # let environment = Environment::Custom(sandbox.base_url());
//! # let (client_id, client_secret) = (sandbox.client_id(), sandbox.client_secret());
//! # let directory = tempfile::tempdir()?;
//! # let directory = directory.path().join("tokens");
//! # let redirect_uri = sandbox.redirect_uri();
//! use procountor_api::auth::{FileTokenStore, Login};
//! use procountor_api::{Environment, OnBehalfCredentials, v2604};
//!
//! // First request: the user clicked "Connect with Procountor".
//! let login = Login::new(&environment, client_id, redirect_uri)?;
//! let session = serde_json::to_string(&login)?;
//! let redirect_to = login.url();
//!
//! # let request_url = sandbox.approve_login(&redirect_to)?;
//! // Second request: the browser has returned. Remove the login from the session, so that it is used once.
//! let login: Login = serde_json::from_str(&session)?;
//! let code = login.callback(&request_url)?;
//! let client = v2604::Client::builder()
//!     .environment(environment.clone())
//!     .login(code, client_secret)
//!     .token_store(FileTokenStore::new(&directory), "company 4711, user 42")
//!     .build()?;
//! client.authorize().await?;
//!
//! // Later, in any process, for up to six months: the tokens are in the store.
//! let client = v2604::Client::builder()
//!     .environment(environment)
//!     .on_behalf(OnBehalfCredentials::stored(client_id, client_secret))
//!     .token_store(FileTokenStore::new(&directory), "company 4711, user 42")
//!     .build()?;
//! match client.company().get_company_info().send().await {
//!     Ok(company) => println!("{}", company.name.unwrap_or_default()),
//!     Err(error) if error.needs_person() => println!("ask the user to connect again"),
//!     Err(error) => return Err(error.into()),
//! }
//!
//! // The user clicked "Disconnect": delete the tokens here, in the store, and on the server.
//! client.logout().await?;
//! # assert_eq!(sandbox.ledger().token_requests, 1);
//! # Ok(()) }
//! ```
//!
//! A [`TokenStore`](auth::TokenStore) also lets a restarted machine client reuse its access token. An API key comes from the
//! user interface of Procountor, or from a [`KeyLogin`](auth::KeyLogin).
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
//! The stream requests page after page, within the rate limit. [`Rows`](paging::Rows) documents the order of rows, changes
//! during a search, and errors; a [`Cursor`](paging::Cursor) continues a search later.
//!
//! # Write
//!
//! The required fields of a request are a struct, so the compiler names a missing one:
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
//! // Read, change, write. Fields that this version does not know are written back unchanged.
//! let id = saved.id.ok_or("no id")?;
//! let read = client.products().get_product(id).send().await?;
//! let changed = Product { price: Some("6.90".parse()?), ..read };
//! client.products().update_product(id, changed).send().await?;
//! # Ok(()) }
//! ```
//!
//! # Handle errors
//!
//! An [`Error`] contains the operation, the cause, and the number of attempts. Its [`ErrorKind`] determines what to do:
//!
//! | kind | meaning |
//! |---|---|
//! | [`Invalid`](ErrorKind::Invalid) | The request violates the specification. It was not sent. |
//! | [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) | The request may have taken effect. [`Error::look_up`] returns where to check. |
//! | [`Unauthorized`](ErrorKind::Unauthorized), [`Reconnect`](ErrorKind::Reconnect) | The credentials are wrong, or a user must connect again. |
//! | the others | [`Error::is_temporary`] returns whether to try again later. |
//!
//! [`retry`] documents which requests are sent again, [`guide::reliability`] what is guaranteed and how it was tested.
//! [`Error::support_report`] returns the facts that the vendor's support asks for.
//!
//! # Confirm with a second factor
//!
//! Payments and some other operations take effect when a user confirms them in an app. [`Call::begin`] begins one, and
//! [`Confirmation::wait`](two_factor::Confirmation::wait) waits for the user.
//!
//! # Observe
//!
//! An [`Observer`](observe::Observer) receives events about requests, retries, waits, tokens, and created documents, which
//! the vendor charges for. The feature `tracing` adds spans with OpenTelemetry's names. A custom
//! [`Transport`](transport::Transport) wraps or replaces the network.
//!
//! # Share
//!
//! A [`Client`] is cheap to clone. Clones share the token, the rate limit, the retry budget and the connections. A call can
//! have its own [timeout](Call::timeout) and [retry policy](Call::retry). Several clients of one company share its limit
//! with a [`RateLimiter`](rate::RateLimiter), several processes with the feature `redis`.

extern crate self as procountor_api;

// The modules are layers, listed from the ground up: a module imports only from those listed before it. A test checks this
// (`xtask/tests/structure.rs`).

// The wall clock, and deadlines.
mod clock;

// Values and their JSON, without HTTP.
pub mod wire;

// Servers and their addresses.
mod environment;

// Operations as data: endpoints, policies, version and access bounds, requests, responses.
pub mod operation;

// Errors: kinds, context, look-up, support reports.
pub mod error;

// The decision to send a failed request again.
pub mod retry;

// Metrics and spans.
pub mod observe;

// The rate limit of a company.
pub mod rate;

// The network, and the sender that every request passes.
pub mod transport;

// Credentials, logins, access tokens, token stores.
pub mod auth;

// The client: builder, calls, session, and the pipeline of a call.
pub mod client;

// Searches: pages, rows, cursors.
pub mod paging;

// Operations that a person confirms.
pub mod two_factor;

// A rate limit and a token store that several processes share.
#[cfg(feature = "redis")]
pub mod redis;

// The declarative macros of the generated source.
#[allow(unused_macros, reason = "a version does not need all of them")]
mod macros;

// The API versions, written by `cargo xtask codegen`.
#[allow(
    missing_docs,
    reason = "the name of a field describes it; `spec/docs.yaml` documents those where it does not"
)]
mod generated;

// Guides, which are documentation only.
pub mod guide;

pub use auth::{M2mCredentials, OnBehalfCredentials};
pub use client::{Call, Client, ClientBuilder, Response};
pub use environment::Environment;
pub use error::{Error, ErrorKind};
#[allow(
    unused_imports,
    unreachable_pub,
    reason = "no version needs to be enabled"
)]
pub use generated::public::*;
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
        id_copy, ids, optional, unavailable, unavailable_groups, unavailable_names,
        unavailable_parameters, version, version_order, versions,
    };
    pub(crate) use crate::operation::{Batch, Between, Binary, Except, M2m, Mixed, Only, Since};
    pub(crate) use crate::wire::{Boxed, Date, DateTime, FileUpload, Json, Patch, Secret, Unknown};
}

/// Names that the output of the macros and the test programs use. Not public API.
#[doc(hidden)]
pub mod __private {
    pub use std::fmt;
    pub use std::hash::{Hash, Hasher};

    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::client::Call;
    pub use crate::generated::visit::visit_versions;
    pub use crate::generated::{unavailable, versions};
    pub use crate::operation::{
        AnyAccess, AnyVersion, Endpoint, FromResponse, Keyset, Method, Operation, Paged, Paging,
        RateLimitPolicy, RawResponse, Retry, TwoFactor, VersionVisitor, Visitor, copy_endpoint,
        endpoint_from_json,
    };
    pub use crate::two_factor::ReportsOutcome;
    pub use crate::wire::__private::*;
}

/// The example in the README.
#[cfg(all(doctest, feature = "v2604"))]
#[doc = include_str!("../README.md")]
struct Readme;
