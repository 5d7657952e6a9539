//! Tokens in memory: for tests, and for several clients of one company in one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{StoreFuture, StoreKey, StoredTokens, TokenStore};

/// Keeps tokens as long as the process runs. Clones share what they keep.
#[derive(Clone, Debug, Default)]
pub struct MemoryTokenStore(Arc<Mutex<HashMap<StoreKey, StoredTokens>>>);

impl MemoryTokenStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<StoreKey, StoredTokens>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenStore for MemoryTokenStore {
    fn load<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, Option<StoredTokens>> {
        Box::pin(async move { Ok(self.kept().get(key).cloned()) })
    }

    fn save<'a>(&'a self, key: &'a StoreKey, tokens: &'a StoredTokens) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.kept().insert(key.clone(), tokens.clone());
            Ok(())
        })
    }

    fn forget<'a>(&'a self, key: &'a StoreKey) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            self.kept().remove(key);
            Ok(())
        })
    }
}
