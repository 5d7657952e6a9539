//! Authorization: how a client comes to its access token, keeps it, renews it, and gives it back.
//!
//! ```text
//! login -> code \
//! store          > grant -> form -> token endpoint -> answer | refusal -> tokens (one flight) -> store
//! API key       /
//! ```

mod authorization;
mod credentials;
mod event;
mod expiry;
mod grant;
mod key_login;
mod login;
mod random;
mod refusal;
mod response;
mod store;
mod store_handle;
mod tokens;

pub use crate::error::StoreError;
pub use crate::wire::Secret;
pub use authorization::LoginError;
pub use credentials::{M2mCredentials, MissingVariables, OnBehalfCredentials};
pub use event::TokenEvent;
pub use key_login::{KeyCode, KeyExchange, KeyExchangeError, KeyExchangeFuture, KeyLogin};
pub use login::{Login, LoginCode};
pub use store::{
    FileTokenStore, Lease, MemoryTokenStore, StoreFuture, StoreKey, StoredTokens, TokenStore,
};

pub(crate) use event::Listener;
pub(crate) use grant::Grant;
pub(crate) use store_handle::TokenStoreHandle;
pub(crate) use tokens::{Token, TokenEndpoint, Tokens};
