//! The token store of a client: with a timeout, in order, and with its failures as events.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::event::{TokenEvent, TokenListener};
use super::store::{Lease, StoreFuture, StoreKey, StoredTokens, TokenStore};
use crate::error::StoreError;
use crate::observe::Notifier;

/// The time for one operation of a store.
const STORE_TIMEOUT: Duration = Duration::from_secs(10);
/// The time that other processes wait for a process that ended during its token request.
const LEASE_DURATION: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct TokenStoreHandle {
    store: Arc<dyn TokenStore>,
    key: StoreKey,
    listener: TokenListener,
    notifier: Notifier,
    /// The number of the tokens that were saved last. Older ones must not replace them.
    saved: Mutex<u64>,
}

impl TokenStoreHandle {
    pub(crate) fn new(
        store: Arc<dyn TokenStore>,
        key: StoreKey,
        listener: TokenListener,
        notifier: Notifier,
    ) -> Self {
        Self {
            store,
            key,
            listener,
            notifier,
            saved: Mutex::new(0),
        }
    }

    pub(super) async fn load(&self) -> Result<Option<StoredTokens>, StoreError> {
        let loaded = in_time(self.store.load(&self.key)).await;
        if let Err(error) = &loaded {
            self.notify(&TokenEvent::NotLoaded(error));
        }
        loaded
    }

    /// Saves the tokens with this number. `only_copy` states that their refresh token is not stored anywhere yet.
    pub(super) async fn save(
        &self,
        number: u64,
        tokens: &StoredTokens,
        only_copy: bool,
    ) -> Result<(), StoreError> {
        let mut last_saved = self.saved.lock().await;
        if *last_saved >= number {
            return Ok(());
        }
        let saved = in_time(self.store.save(&self.key, tokens)).await;
        match &saved {
            Ok(()) => *last_saved = number,
            Err(error) if only_copy => self.notify(&TokenEvent::RefreshTokenAtRisk(error)),
            Err(error) => self.notify(&TokenEvent::NotSaved(error)),
        }
        saved
    }

    /// Leases the token request. A store that fails does not prevent it.
    pub(super) async fn lease(&self) -> Lease {
        let leased = in_time(self.store.lease(&self.key, LEASE_DURATION)).await;
        leased.unwrap_or_else(|error| {
            self.notify(&TokenEvent::NotLeased(&error));
            Lease::Unsupported
        })
    }

    pub(super) async fn release(&self) {
        if let Err(error) = in_time(self.store.release(&self.key)).await {
            self.notify(&TokenEvent::NotLeased(&error));
        }
    }

    /// Removes the stored tokens. Those with a number up to this one are not saved any more.
    pub(super) async fn forget(&self, number: u64) -> Result<(), StoreError> {
        let mut last_saved = self.saved.lock().await;
        *last_saved = number.max(*last_saved);
        let forgotten = in_time(self.store.forget(&self.key)).await;
        if let Err(error) = &forgotten {
            self.notify(&TokenEvent::NotForgotten(error));
        }
        forgotten
    }

    pub(super) fn notify(&self, event: &TokenEvent<'_>) {
        self.listener.notify(event, &self.notifier);
    }
}

async fn in_time<T>(operation: StoreFuture<'_, T>) -> Result<T, StoreError> {
    timeout(STORE_TIMEOUT, operation).await.unwrap_or_else(|_| {
        let seconds = STORE_TIMEOUT.as_secs();
        let message = format!("the token store did not respond within {seconds} seconds");
        Err(StoreError::new(message))
    })
}
