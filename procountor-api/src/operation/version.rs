//! API versions as types, and the operations that each of them has.

use std::fmt;

use super::visit::Visitor;

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

/// A version among those that `Span` stands for. Implemented by `version!`.
pub trait InRange<Span> {}

/// Every version: those that have an endpoint which says nothing about versions.
#[derive(Clone, Copy, Debug)]
pub enum AnyVersion {}

impl<V: Version> InRange<AnyVersion> for V {}

/// A version that has the operation `E`, which the versions in `Span` have.
#[diagnostic::on_unimplemented(
    message = "API version `{Self}` has no operation `{E}`",
    label = "not in this version",
    note = "it is in `{Span}`: use the client of one of these versions"
)]
pub trait Supports<E, Span> {}

#[diagnostic::do_not_recommend]
impl<E, Span, V: InRange<Span>> Supports<E, Span> for V {}

/// No version: a version's client has this method because the versions in `Span` have the operation `E`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "API version `{Self}` has no operation `{E}`",
    label = "not in this version",
    note = "it is in `{Span}`: use the client of one of these versions"
)]
pub trait MissingOperation<E, Span> {
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
pub trait MissingParameter<E, Span> {
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
pub trait MissingGroup<V, Group, Span> {
    /// Never called.
    fn absent<R>() -> R;
}
