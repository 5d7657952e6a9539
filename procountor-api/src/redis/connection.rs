//! The connection to Redis: made when it is needed, again when it broke, bounded in time, and silent about its password.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::error::StoreError;
use crate::wire::Secret;

/// One Redis. Nothing is connected until something is asked.
pub(super) struct Link {
    client: Client,
    /// Host and port, as errors name it.
    at: String,
    password: Option<Secret>,
    patience: Duration,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Link {
    /// What is asked takes no longer than `patience`, connecting included.
    pub(super) fn new(url: &str, patience: Duration) -> Result<Self, StoreError> {
        // The library's own words could repeat a part of the URL.
        let client = Client::open(url).map_err(|error| {
            let reason = match error.kind() {
                ErrorKind::InvalidClientConfig if url.starts_with("rediss") => {
                    "the Redis URL cannot be used; TLS needs the feature `rustls`"
                }
                _ => {
                    "the Redis URL cannot be used; it is written redis://user:password@host:6379/0, or rediss://… for TLS, \
                     with special characters of the password percent-encoded"
                }
            };
            StoreError::new(reason).lasting()
        })?;
        let info = client.get_connection_info();
        let (at, password) = (info.addr().to_string(), info.redis_settings().password());
        let password = password.filter(|password| !password.is_empty());
        Ok(Self {
            at,
            password: password.map(Secret::new),
            client,
            patience,
            connection: Mutex::new(None),
        })
    }

    /// Asks something. A connection that had been idle may have ended unnoticed, so what fails on an old one is asked once
    /// more on a new one: it must do no harm when it is done twice.
    pub(super) async fn ask<T, W>(
        &self,
        work: impl Fn(MultiplexedConnection) -> W,
    ) -> Result<T, StoreError>
    where
        W: Future<Output = RedisResult<T>>,
    {
        let asked = timeout(self.patience, async {
            loop {
                let (connection, is_old) = self.connection().await?;
                match work(connection).await {
                    Err(error) if broken(&error) => {
                        *self.connection.lock().await = None;
                        if !is_old {
                            return Err(error);
                        }
                    }
                    result => return result,
                }
            }
        });
        match asked.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.failed(&error)),
            Err(_) => {
                *self.connection.lock().await = None;
                let (at, patience) = (&self.at, self.patience);
                let message = format!("Redis at {at} did not answer within {patience:?}");
                Err(StoreError::new(message))
            }
        }
    }

    /// The connection, and whether it has been used before.
    async fn connection(&self) -> RedisResult<(MultiplexedConnection, bool)> {
        let mut kept = self.connection.lock().await;
        if let Some(connection) = &*kept {
            return Ok((connection.clone(), true));
        }
        let bounds = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.patience))
            .set_response_timeout(Some(self.patience));
        let client = &self.client;
        let made = client.get_multiplexed_async_connection_with_config(&bounds);
        let connection = made.await?;
        *kept = Some(connection.clone());
        Ok((connection, false))
    }

    fn failed(&self, error: &RedisError) -> StoreError {
        let said = match &self.password {
            Some(password) => error.to_string().replace(password.expose(), "…"),
            None => error.to_string(),
        };
        let failed = StoreError::new(format!("Redis at {}: {said}", self.at));
        match error.kind() {
            ErrorKind::AuthenticationFailed | ErrorKind::InvalidClientConfig => failed.lasting(),
            ErrorKind::Server(redis::ServerErrorKind::NoPerm) => failed.lasting(),
            _ => failed,
        }
    }
}

/// Whether the connection is of no more use.
fn broken(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || error.is_io_error() || error.is_timeout()
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}
