//! Who may call what, and which version has it: types, so that a mistake does not compile.

use std::fmt;

use crate::endpoint::Endpoint;
use crate::wire::Schema;

/// Machine to machine: client credentials with an API key. It cannot make two-factor operations.
#[derive(Clone, Copy, Debug)]
pub enum M2m {}

/// On behalf of a person who logged in (authorization code). The person can confirm two-factor operations.
#[derive(Clone, Copy, Debug)]
pub enum OnBehalf {}

/// No credentials yet: a builder in this state cannot build.
#[derive(Clone, Copy, Debug)]
pub enum NoCredentials {}

/// Every credential may call the operation.
#[derive(Clone, Copy, Debug)]
pub enum AnyAccess {}

/// A person must confirm the operation with a second factor.
#[derive(Clone, Copy, Debug)]
pub enum TwoFactor {}

/// A kind of access that a client can have.
#[diagnostic::on_unimplemented(
    message = "this builder has no credentials",
    label = "call `.m2m(…)` or `.on_behalf(…)` before this",
    note = "`M2mCredentials::from_env()` reads PROCOUNTOR_CLIENT_ID, PROCOUNTOR_CLIENT_SECRET and PROCOUNTOR_API_KEY"
)]
pub trait Access: sealed::Sealed + 'static {}

impl Access for M2m {}
impl Access for OnBehalf {}

/// A kind of access that is enough for the operation `E`, which asks for `Kind`.
#[diagnostic::on_unimplemented(
    message = "`{E}` needs two-factor confirmation by a person: an `{Self}` client cannot make it",
    label = "needs a client that acts for a person",
    note = "connect with `.on_behalf(OnBehalfCredentials::new(…))` instead of `.m2m(…)`"
)]
pub trait Grants<E, Kind> {}

impl<A, E> Grants<E, AnyAccess> for A {}
impl<E> Grants<E, TwoFactor> for OnBehalf {}

/// A version of the API that is enabled. Implemented by `version!`.
#[diagnostic::on_unimplemented(
    message = "API version `{Self}` is not enabled",
    label = "its feature is off",
    note = "enable the feature of the version in Cargo.toml, as in `features = [\"v2604\"]`"
)]
pub trait Version: fmt::Debug + Send + Sync + 'static {
    /// As the vendor writes it: `26.04`.
    const NUMBER: &'static str;
    /// Where it is reached, and for how long.
    const LIFECYCLE: Lifecycle;

    /// Shows every endpoint and every schema of this version to a visitor.
    fn visit(visitor: &mut impl Visitor<Self>)
    where
        Self: Sized;
}

/// Something that goes over the enabled versions: see [`visit_versions`](crate::visit_versions).
pub trait VersionVisitor {
    /// One version.
    fn version<V: Version>(&mut self);
}

/// Where a version is reached, and for how long. What the vendor has not said is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lifecycle {
    /// The path of the API below the host: `/v2405/api` for a quarterly version, of which the vendor keeps each for nine
    /// months; the monthly ones have no path of their own.
    pub path: &'static str,
    /// The day of the release.
    pub released: Option<&'static str>,
    /// Until when the vendor keeps it, in the vendor's precision: `mid-November 2023`.
    pub supported_until: Option<&'static str>,
}

impl Lifecycle {
    pub(crate) const fn new(
        path: &'static str,
        released: Option<&'static str>,
        supported_until: Option<&'static str>,
    ) -> Self {
        Self {
            path,
            released,
            supported_until,
        }
    }
}

/// Something that looks at everything in a version, such as a conformance test.
pub trait Visitor<V> {
    /// One schema.
    fn schema<S: Schema>(&mut self, name: &'static str) {
        let _ = name;
    }

    /// One endpoint. Every one of them can be called on behalf of a person.
    fn endpoint<E: Endpoint>(&mut self)
    where
        V: Has<E, E::Versions>,
        OnBehalf: Grants<E, E::Access>,
    {
    }
}

/// A version among those that `Span` stands for. Implemented by `version!`.
pub trait In<Span> {}

/// Every version: those that have an endpoint which says nothing about versions.
#[derive(Clone, Copy, Debug)]
pub enum AnyVersion {}

impl<V: Version> In<AnyVersion> for V {}

/// A version that has the operation `E`, which the versions in `Span` have.
#[diagnostic::on_unimplemented(
    message = "API version `{Self}` has no operation `{E}`",
    label = "not in this version",
    note = "it is in `{Span}`: use the client of one of these versions"
)]
pub trait Has<E, Span> {}

#[diagnostic::do_not_recommend]
impl<E, Span, V: In<Span>> Has<E, Span> for V {}

/// No version: a version's client has this method because the versions in `Span` have the operation `E`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "API version `{Self}` has no operation `{E}`",
    label = "not in this version",
    note = "it is in `{Span}`: use the client of one of these versions"
)]
pub trait Offers<E, Span> {
    /// Never called.
    fn absent<R>() -> R;
}

/// No version: a call of `E` has this setter because the versions in `Span` have the parameter.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{E}` has no such parameter in API version `{Self}`",
    label = "not in this version",
    note = "it is in `{Span}`: use the client of one of these versions"
)]
pub trait Takes<E, Span> {
    /// Never called.
    fn absent<R>() -> R;
}

/// Nothing: a version's client has this method because the versions in `Span` have the group.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "API version `{V}` has no group `{Group}`",
    label = "not in this version",
    note = "it is in `{Span}`: use the client of one of these versions"
)]
pub trait Groups<V, Group, Span> {
    /// Never called.
    fn absent<R>() -> R;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::M2m {}
    impl Sealed for super::OnBehalf {}
}
