//! Text that must not be printed.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{DecodeError, Wire};

/// A secret that the API hands out, such as an API key. It prints as `[redacted]` and is wiped from memory when dropped.
///
/// Serializing it writes the secret itself: that is how it is stored.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(SecretString::from(secret.into()))
    }

    /// The secret itself. Keep it out of logs.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl Wire for Secret {
    fn empty() -> Self {
        Self::new(String::new())
    }

    fn decode(json: &str, _depth: u8) -> Result<Self, DecodeError> {
        // The text is left out of the error: it may be the secret.
        serde_json::from_str::<String>(json)
            .map(Self::new)
            .map_err(|_| DecodeError::new("text", "[redacted]"))
    }

    fn encode(&self, out: &mut String) {
        super::encode_text(self.expose(), out);
    }
}
