//! Authorisation: how a client comes to its access token, keeps it, renews it, and gives it back.
//!
//! ```text
//! login -> code \
//! store          > grant -> form -> token endpoint -> answer | refusal -> tokens (one flight) -> store
//! API key       /
//! ```

mod answer;
mod callback;
mod credentials;
mod form;
mod key_login;
mod lifetime;
mod login;
mod notice;
mod random;
mod refusal;
mod session;
mod shelf;
mod store;
mod tokens;

pub use callback::LoginError;
pub use credentials::{M2mCredentials, MissingVariables, OnBehalfCredentials};
pub use key_login::{KeyCode, KeyExchange, KeyExchangeError, KeyExchanging, KeyLogin};
pub use login::{Login, LoginCode};
pub use notice::TokenNotice;
pub use store::{
    FileTokenStore, Lease, MemoryTokenStore, StoreError, StoreFuture, StoreKey, StoredTokens,
    TokenStore,
};

pub(crate) use form::Grant;
pub(crate) use notice::Listener;
pub(crate) use shelf::Shelf;
pub(crate) use tokens::{Setup, Tokens};
