//! Authorization: how a client gets its access token, stores it, renews it, and ends it.
//!
//! ```text
//! login -> code \
//! token store    > grant -> form -> token endpoint -> response | refusal -> tokens (one request for all) -> token store
//! API key       /
//! ```
//!
//! The key login ends in a trait ([`KeyExchange`]), since the exchange of its code for an API key is not public. PKCE
//! and `scope` are not sent: the vendor does not document support for them.

mod authorization_request;
mod event;
mod expiry;
mod form;
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
pub use authorization_request::LoginError;
pub use event::TokenEvent;
pub use grant::{M2mCredentials, MissingVariables, OnBehalfCredentials};
pub use key_login::{KeyCode, KeyExchange, KeyExchangeError, KeyExchangeFuture, KeyLogin};
pub use login::{Login, LoginCode};
pub use store::{
    FileTokenStore, Lease, MemoryTokenStore, StoreFuture, StoreKey, StoredTokens, TokenStore,
};

pub(crate) use event::TokenListener;
pub(crate) use grant::{AccessToken, AuthorizationCode, Grant};
pub(crate) use store_handle::TokenStoreHandle;
pub(crate) use tokens::{TokenEndpoint, Tokens};
