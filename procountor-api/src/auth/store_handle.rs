//! A client's place in a token store: bounded in time, in order, and never a reason for a call to fail.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::event::{Listener, TokenEvent};
use super::store::{Lease, StoreFuture, StoreKey, StoredTokens, TokenStore};
use crate::error::StoreError;
use crate::observe::Notifier;

/// A store that does not answer within this time is taken for one that fails.
const PATIENCE: Duration = Duration::from_secs(10);

/// So long the others wait for the token of a process that has ended while it asked for it.
const LEASE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct TokenStoreHandle {
    store: Arc<dyn TokenStore>,
    key: StoreKey,
    listener: Listener,
    notifier: Notifier,
    /// The number of the tokens that were written last: older ones must not come after them.
    written: Mutex<u64>,
}

impl TokenStoreHandle {
    pub(crate) fn new(
        store: Arc<dyn TokenStore>,
        key: StoreKey,
        listener: Listener,
        notifier: Notifier,
    ) -> Self {
        Self {
            store,
            key,
            listener,
            notifier,
            written: Mutex::new(0),
        }
    }

    pub(crate) async fn load(&self) -> Result<Option<StoredTokens>, StoreError> {
        let loaded = patiently(self.store.load(&self.key)).await;
        if let Err(error) = &loaded {
            self.tell(&TokenEvent::NotLoaded(error));
        }
        loaded
    }

    /// Keeps the tokens with this number; `precious` ones have a refresh token that nobody else has. What is not in the
    /// store afterwards is told.
    pub(crate) async fn save(
        &self,
        number: u64,
        tokens: &StoredTokens,
        precious: bool,
    ) -> Result<(), StoreError> {
        let mut written = self.written.lock().await;
        if *written >= number {
            return Ok(());
        }
        let saved = patiently(self.store.save(&self.key, tokens)).await;
        match &saved {
            Ok(()) => *written = number,
            Err(error) if precious => self.tell(&TokenEvent::RefreshTokenAtRisk(error)),
            Err(error) => self.tell(&TokenEvent::NotSaved(error)),
        }
        saved
    }

    /// Whether this client may ask for a token now. A store that cannot say holds nobody up.
    pub(crate) async fn lease(&self) -> Lease {
        let leased = patiently(self.store.lease(&self.key, LEASE)).await;
        leased.unwrap_or_else(|error| {
            self.tell(&TokenEvent::NotLeased(&error));
            Lease::Unsupported
        })
    }

    pub(crate) async fn release(&self) {
        if let Err(error) = patiently(self.store.release(&self.key)).await {
            self.tell(&TokenEvent::NotLeased(&error));
        }
    }

    fn tell(&self, notice: &TokenEvent<'_>) {
        self.listener.tell(notice, &self.notifier);
    }

    pub(crate) fn told_safe(&self) {
        self.tell(&TokenEvent::RefreshTokenSafe);
    }

    /// Removes what is there; tokens with a number up to this do not come back.
    pub(crate) async fn forget(&self, number: u64) -> Result<(), StoreError> {
        let mut written = self.written.lock().await;
        *written = number.max(*written);
        let forgotten = patiently(self.store.forget(&self.key)).await;
        if let Err(error) = &forgotten {
            self.tell(&TokenEvent::NotForgotten(error));
        }
        forgotten
    }
}

async fn patiently<T>(work: StoreFuture<'_, T>) -> Result<T, StoreError> {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| {
        Err(StoreError::new(format!(
            "the token store did not answer within {} seconds",
            PATIENCE.as_secs()
        )))
    })
}
