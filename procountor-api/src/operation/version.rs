//! API versions as types, and the operations that each of them has.

use std::fmt;
use std::marker::PhantomData;

use super::visit::Visitor;

/// A version of the API that is enabled. Implemented by `version!`.
#[diagnostic::on_unimplemented(
    message = "API version `{Self}` is not enabled",
    label = "its feature is off",
    note = "enable the feature of the version in Cargo.toml, as in `features = [\"v2604\"]`"
)]
pub trait Version: fmt::Debug + Send + Sync + 'static {
    /// The number, as the vendor writes it: `26.04`.
    const NUMBER: &'static str;
    /// The path and the dates of the version.
    const LIFECYCLE: Lifecycle;

    /// Visits every endpoint and every schema of this version.
    fn visit(visitor: &mut impl Visitor<Self>)
    where
        Self: Sized;
}

/// The path and the dates of a version. A date that the vendor has not published is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lifecycle {
    /// The path of the API below the host: `/v2405/api` for a quarterly version, which the vendor keeps for nine months.
    /// Monthly versions share a path.
    pub path: &'static str,
    /// The date of the release.
    pub released: Option<&'static str>,
    /// The end of the support, in the vendor's precision: `mid-November 2023`.
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

/// A version in a range of versions: [`Since`], [`Between`], [`Only`], [`Except`] or [`AnyVersion`].
pub trait InRange<Range> {}

/// The range of all versions: that of an endpoint that does not state its versions.
#[derive(Clone, Copy, Debug)]
pub enum AnyVersion {}

/// The range of `First` and all later versions.
#[derive(Clone, Copy, Debug)]
pub struct Since<First>(PhantomData<First>);

/// The range from `First` to `Last`, which are both in it.
#[derive(Clone, Copy, Debug)]
pub struct Between<First, Last>(PhantomData<(First, Last)>);

/// The range of one version.
#[derive(Clone, Copy, Debug)]
pub struct Only<Version>(PhantomData<Version>);

/// A range without one of its versions.
#[derive(Clone, Copy, Debug)]
pub struct Except<Range, Version>(PhantomData<(Range, Version)>);

/// A version that is `First`, or newer. Implemented by `versions!`.
pub trait NotBefore<First> {}

/// A version other than `Version`. Implemented by `versions!`.
pub trait Differs<Version> {}

#[diagnostic::do_not_recommend]
impl<V: Version> InRange<AnyVersion> for V {}
#[diagnostic::do_not_recommend]
impl<V: NotBefore<F>, F> InRange<Since<F>> for V {}
#[diagnostic::do_not_recommend]
impl<V: NotBefore<F>, F, L: NotBefore<V>> InRange<Between<F, L>> for V {}
#[diagnostic::do_not_recommend]
impl<V> InRange<Only<V>> for V {}
#[diagnostic::do_not_recommend]
impl<V: InRange<R> + Differs<X>, R, X> InRange<Except<R, X>> for V {}

/// A version that has the operation `E`, which the versions in `Range` have.
#[diagnostic::on_unimplemented(
    message = "API version `{Self}` does not have the operation `{E}`",
    label = "not in this version",
    note = "the versions that have it are `{Range}`: use the client of one of these"
)]
pub trait Supports<E, Range> {}

#[diagnostic::do_not_recommend]
impl<E, Range, V: InRange<Range>> Supports<E, Range> for V {}

/// The bound of a method for an operation that the version `V` lacks. It is never implemented, so its message is shown.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "API version `{V}` does not have the operation `{E}`",
    label = "not in this version",
    note = "the versions that have it are `{Range}`: use the client of one of these"
)]
pub trait HasOperation<V, E, Range> {
    /// Never called.
    fn unavailable<R>() -> R;
}

/// The bound of a setter for a parameter that the version lacks. It is never implemented.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{E}` does not have this parameter in API version `{Self}`",
    label = "not in this version",
    note = "the versions that have it are `{Range}`: use the client of one of these"
)]
pub trait HasParameter<E, Range> {
    /// Never called.
    fn unavailable<R>() -> R;
}

/// The bound of a method for a group that the version `V` lacks. It is never implemented.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "API version `{V}` does not have the group `{Group}`",
    label = "not in this version",
    note = "the versions that have it are `{Range}`: use the client of one of these"
)]
pub trait HasGroup<V, Group, Range> {
    /// Never called.
    fn unavailable<R>() -> R;
}
