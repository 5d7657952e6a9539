//! Tokens in memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{StoreFuture, StoreKey, StoredTokens, TokenStore};

/// A token store in memory, shared by its clones: for tests, and for several clients in one process.
#[derive(Clone, Debug, Default)]
pub struct MemoryTokenStore(Arc<Mutex<HashMap<StoreKey, StoredTokens>>>);

impl MemoryTokenStore {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<StoreKey, StoredTokens>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryTokenStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        Box::pin(async move { Ok(self.entries().get(key).cloned()) })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.entries().insert(key.clone(), tokens.clone());
            Ok(())
        })
    }

    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.entries().remove(key);
            Ok(())
        })
    }
}
