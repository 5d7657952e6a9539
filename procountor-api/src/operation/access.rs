//! The kinds of access as types, so that a call without the required access does not compile.

/// Access of a machine, by client credentials and an API key.
///
/// It does not include two-factor operations.
#[derive(Clone, Copy, Debug)]
pub enum M2m {}

/// Access on behalf of a person, by an authorization code.
///
/// The person can confirm two-factor operations.
#[derive(Clone, Copy, Debug)]
pub enum OnBehalf {}

/// The state of a builder without credentials, which cannot build a client.
#[derive(Clone, Copy, Debug)]
pub enum NoCredentials {}

/// The requirement of an operation that every credential can call.
#[derive(Clone, Copy, Debug)]
pub enum AnyAccess {}

/// The requirement of an operation that a person must confirm with a second factor.
#[derive(Clone, Copy, Debug)]
pub enum TwoFactor {}

/// The access of a client: [`M2m`] or [`OnBehalf`].
#[diagnostic::on_unimplemented(
    message = "this builder has no credentials",
    label = "call `.m2m(…)` or `.on_behalf(…)` before this",
    note = "`M2mCredentials::from_env()` reads PROCOUNTOR_CLIENT_ID, PROCOUNTOR_CLIENT_SECRET and PROCOUNTOR_API_KEY"
)]
pub trait Access: sealed::Sealed + 'static {}

impl Access for M2m {}
impl Access for OnBehalf {}

/// Access that suffices for the operation `E`, which requires `Required`.
#[diagnostic::on_unimplemented(
    message = "`{E}` needs two-factor confirmation by a person: an `{Self}` client cannot call it",
    label = "needs a client that acts for a person",
    note = "connect with `.on_behalf(OnBehalfCredentials::new(…))` instead of `.m2m(…)`"
)]
pub trait CanCall<E, Required> {}

impl<A, E> CanCall<E, AnyAccess> for A {}
impl<E> CanCall<E, TwoFactor> for OnBehalf {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::M2m {}
    impl Sealed for super::OnBehalf {}
}
