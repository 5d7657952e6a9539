//! The grant of a client that cannot get a token any more.

use super::{Form, Grant};
use crate::error::{ApiError, ErrorKind};

/// The reason why a person must log in again.
#[derive(Debug)]
pub(in crate::auth) struct Unavailable(pub(in crate::auth) &'static str);

impl Grant for Unavailable {
    fn form(&self) -> Result<Form<'_>, ErrorKind> {
        Err(ErrorKind::Reconnect(ApiError::local(401, self.0)))
    }
}
