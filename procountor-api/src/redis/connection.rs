//! A connection to Redis: made on demand, made again when it is lost, and with a timeout.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult};
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::error::StoreError;
use crate::wire::Secret;

/// A connection to one Redis.
pub(super) struct Connection {
    client: Client,
    /// Host and port, for error messages.
    address: String,
    password: Option<Secret>,
    timeout: Duration,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Connection {
    /// Creates a connection with this timeout for each query. It is opened by the first query.
    pub(super) fn new(url: &str, timeout: Duration) -> Result<Self, StoreError> {
        // The message of the library could repeat a part of the URL.
        let client = Client::open(url).map_err(|error| {
            let reason = match error.kind() {
                ErrorKind::InvalidClientConfig if url.starts_with("rediss") => {
                    "the Redis URL is not valid; TLS needs the feature `rustls`"
                }
                _ => {
                    "the Redis URL is not valid; write redis://user:password@host:6379/0, or rediss://… for TLS, \
                     and percent-encode special characters of the password"
                }
            };
            StoreError::new(reason).lasting()
        })?;
        let info = client.get_connection_info();
        let (address, password) = (info.addr().to_string(), info.redis_settings().password());
        let password = password.filter(|password| !password.is_empty());
        Ok(Self {
            address,
            password: password.map(Secret::new),
            client,
            timeout,
            connection: Mutex::new(None),
        })
    }

    /// Runs a query. It must be idempotent: an idle connection can have been closed unnoticed, so a query that fails on a
    /// used connection is repeated once on a new one.
    pub(super) async fn query<T, W>(
        &self,
        query: impl Fn(MultiplexedConnection) -> W,
    ) -> Result<T, StoreError>
    where
        W: Future<Output = RedisResult<T>>,
    {
        let result = timeout(self.timeout, async {
            loop {
                let (connection, was_used) = self.connection().await?;
                match query(connection).await {
                    Err(error) if is_lost(&error) => {
                        *self.connection.lock().await = None;
                        if !was_used {
                            return Err(error);
                        }
                    }
                    result => return result,
                }
            }
        });
        match result.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(self.store_error(&error)),
            Err(_) => {
                *self.connection.lock().await = None;
                let (address, timeout) = (&self.address, self.timeout);
                let message = format!("Redis at {address} did not respond within {timeout:?}");
                Err(StoreError::new(message))
            }
        }
    }

    /// Returns the connection, and whether it has been used before.
    async fn connection(&self) -> RedisResult<(MultiplexedConnection, bool)> {
        let mut stored = self.connection.lock().await;
        if let Some(connection) = &*stored {
            return Ok((connection.clone(), true));
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.timeout))
            .set_response_timeout(Some(self.timeout));
        let client = &self.client;
        let connection = client.get_multiplexed_async_connection_with_config(&config);
        let connection = connection.await?;
        *stored = Some(connection.clone());
        Ok((connection, false))
    }

    fn store_error(&self, error: &RedisError) -> StoreError {
        let message = match &self.password {
            Some(password) => error.to_string().replace(password.expose(), "…"),
            None => error.to_string(),
        };
        let store_error = StoreError::new(format!("Redis at {}: {message}", self.address));
        match error.kind() {
            ErrorKind::AuthenticationFailed
            | ErrorKind::InvalidClientConfig
            | ErrorKind::Server(redis::ServerErrorKind::NoPerm) => store_error.lasting(),
            _ => store_error,
        }
    }
}

/// Returns whether the connection cannot be used any more.
fn is_lost(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || error.is_io_error() || error.is_timeout()
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
