//! A Rust SDK for the Procountor accounting API.

extern crate self as procountor_api;

mod access;
mod call;
mod client;
mod credentials;
mod endpoint;
mod environment;
mod error;
#[expect(
    missing_docs,
    reason = "a field says by its name what it is; `spec/docs.yaml` speaks of those where it does not"
)]
mod generated;
mod macros;
mod multipart;
mod paging;
mod pipeline;
mod rate;
mod reply;
mod request;
mod retry;
mod token;
pub mod transport;
pub mod wire;

pub use access::{
    Access, AnyAccess, Grants, Has, M2m, NoCredentials, OnBehalf, TwoFactor, Version, Visitor,
};
pub use call::{Call, Response, Sending};
pub use client::{Builder, Client};
pub use credentials::{M2mCredentials, MissingVariables, OnBehalfCredentials};
pub use endpoint::{
    Endpoint, Keyset, Method, Operation, Paged, Paging, RateLimited, Retry, endpoint_from_json,
};
pub use environment::Environment;
pub use error::{ApiError, ApiMessage, Error, ErrorKind};
#[cfg(feature = "v2604")]
pub use generated::v2604;
pub use multipart::{Binary, FileUpload, Mixed};
pub use paging::{Page, Pages, Rows};
pub use rate::RateLimit;
pub use reply::{Answer, Batch, Reply};
pub use request::HeaderText;
pub use retry::RetryPolicy;
pub use rust_decimal::Decimal;
pub use wire::{Date, DateTime, Json, Patch, Secret, Violation};

/// What the generated source is written with.
mod generated_prelude {
    pub(crate) use std::collections::BTreeMap;

    pub(crate) use procountor_macros::{Schema, endpoint, open_enum};
    pub(crate) use rust_decimal::Decimal;

    pub(crate) use crate::access::M2m;
    pub(crate) use crate::call::Call;
    pub(crate) use crate::macros::{contents, id_copy, ids, version};
    pub(crate) use crate::multipart::{Binary, FileUpload, Mixed};
    pub(crate) use crate::reply::Batch;
    #[allow(unused_imports, reason = "not every version has a recursive schema")]
    pub(crate) use crate::wire::Boxed;
    pub(crate) use crate::wire::{Date, DateTime, Json, Patch, Secret, Unknown};
}

/// What the macros' output refers to. Not for use by hand.
#[doc(hidden)]
pub mod macro_support {
    pub use std::fmt;
    pub use std::hash::{Hash, Hasher};

    pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub use crate::access::{AnyAccess, TwoFactor};
    pub use crate::call::Call;
    pub use crate::endpoint::{
        Endpoint, Keyset, Method, Operation, Paged, Paging, RateLimited, Retry,
    };
    pub use crate::reply::{Answer, Reply};
    pub use crate::wire::*;
}
