//! Operations as data: endpoints, policies, requests and responses.
//!
//! An *operation* is a method and a path of the API, such as `searchInvoice` (`GET /invoices`). An [`Endpoint`] is a struct
//! with the parameters of one operation. Its constant [`Endpoint::OPERATION`] has the *policies* of the operation: when it is
//! retried, what limits its rate, and whether a person must confirm it.
//!
//! The client reads these policies at run time, and the parameters through [`Reflect`](crate::wire::Reflect). So only a few
//! lines of a call are generic, and code is generated only for operations that a program calls. Policies can be printed,
//! tested and overridden.
//!
//! The access that an operation requires, and the versions that have it, are types. They are checked by the compiler with
//! bounds that name the operation: `A: CanCall<E, E::Access>` and `V: Supports<E, E::Versions>`. So an error message can
//! name it too, and code that is generic over the access `A` can call every operation that requires [`AnyAccess`].

mod access;
mod context;
mod endpoint;
mod multipart;
mod policy;
mod request;
mod response;
mod version;
mod visit;

pub use access::{Access, AnyAccess, CanCall, M2m, NoCredentials, OnBehalf, TwoFactor};
pub use context::Attempt;
pub(crate) use context::{ClientInfo, ErrorContext};
pub use endpoint::{Endpoint, Paged, copy_endpoint};
pub use multipart::{Binary, Mixed};
pub use policy::{Keyset, Method, Operation, Paging, RateLimitPolicy, Retry};
pub use request::HeaderEncoding;
pub(crate) use request::{Prepared, bearer, prepare, secrets_of};
pub use response::{Batch, FromResponse, RawResponse};
pub use version::{
    AnyVersion, Between, Except, HasGroup, HasOperation, HasParameter, InRange, Lifecycle, Only,
    Since, Supports, Version,
};
pub(crate) use version::{Differs, NotBefore};
pub use visit::{VersionVisitor, Visitor, endpoint_from_json};
