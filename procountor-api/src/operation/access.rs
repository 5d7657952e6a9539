//! Who may call what, and which version has it: types, so that a mistake does not compile.

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
pub trait CanCall<E, Kind> {}

impl<A, E> CanCall<E, AnyAccess> for A {}
impl<E> CanCall<E, TwoFactor> for OnBehalf {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::M2m {}
    impl Sealed for super::OnBehalf {}
}
