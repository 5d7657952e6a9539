//! The kinds of errors.

use bytes::Bytes;

use super::{ApiError, StoreError, TransportError};
use crate::wire::{DecodeError, Violation};

/// The kind of an [`Error`](super::Error), with its details.
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from its settings. All problems are listed.
    Settings(Vec<String>),
    /// The request is invalid and was not sent. All violations are listed.
    Invalid(Vec<Violation>),
    /// The credentials are wrong: the token endpoint or the API refused them. The client id, the client secret or the API
    /// key must be corrected.
    Unauthorized(ApiError),
    /// The refresh token or API key is no longer valid, or no person has logged in yet. A person must log in again or create
    /// a new API key. Causes are a revoked key, a changed password, a person who left the company, and a logout.
    Reconnect(ApiError),
    /// The token store failed, and the refresh token is in it.
    Store(StoreError),
    /// The server sent an error response.
    Api(ApiError),
    /// No response was received.
    Transport(TransportError),
    /// The timeout of the whole call expired.
    TimedOut,
    /// The response does not match the specification.
    Decode {
        /// The status of the response.
        status: u16,
        /// The first difference from the specification.
        error: DecodeError,
        /// The response body.
        body: Bytes,
    },
    /// The request can have reached the server, and its response was lost or is ambiguous. Look up whether it took effect
    /// before sending it again: see [`Error::look_up`](super::Error::look_up).
    OutcomeUnknown(Box<ErrorKind>),
    /// The pages of a search do not end, its rows are not in the requested order, or rows were removed while it paged by
    /// number.
    Paging(String),
    /// The cursor belongs to another search. Nothing was sent.
    Cursor(String),
}

impl ErrorKind {
    /// Returns the error for a token that cannot be sent in a header.
    pub(crate) fn invalid_token() -> Self {
        Self::Unauthorized(ApiError::local(
            401,
            "the access token has a character that a header cannot carry",
        ))
    }

    /// Returns the kind inside of [`OutcomeUnknown`](Self::OutcomeUnknown), or the kind itself.
    pub(super) fn root(&self) -> &Self {
        match self {
            Self::OutcomeUnknown(kind) => kind.root(),
            _ => self,
        }
    }

    /// Returns the error response, if one was received.
    pub(crate) fn api(&self) -> Option<&ApiError> {
        match self.root() {
            Self::Api(error) | Self::Unauthorized(error) | Self::Reconnect(error) => Some(error),
            _ => None,
        }
    }

    pub(crate) fn api_mut(&mut self) -> Option<&mut ApiError> {
        match self {
            Self::Api(error) | Self::Unauthorized(error) | Self::Reconnect(error) => Some(error),
            Self::OutcomeUnknown(kind) => kind.api_mut(),
            _ => None,
        }
    }

    /// Returns a stable name for metrics, such as `outcome_unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Settings(_) => "settings",
            Self::Invalid(_) => "invalid",
            Self::Unauthorized(_) => "unauthorized",
            Self::Reconnect(_) => "reconnect",
            Self::Store(_) => "store",
            Self::Api(_) => "api",
            Self::Transport(_) => "transport",
            Self::TimedOut => "timed_out",
            Self::Decode { .. } => "decode",
            Self::OutcomeUnknown(_) => "outcome_unknown",
            Self::Paging(_) => "paging",
            Self::Cursor(_) => "cursor",
        }
    }
}
