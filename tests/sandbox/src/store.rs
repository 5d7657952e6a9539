//! The data of the company: documents by collection, single documents by path, and files.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use jiff::ToSpan;
use jiff::civil::{DateTime, datetime};

use crate::json::Json;

/// The documents of a collection, by key.
pub(crate) type Collection = BTreeMap<Key, Json>;

/// The key of a document within its collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    /// Parses a key in a path; returns `None` if it is not valid.
    pub(crate) fn read(text: &str, is_text: bool) -> Option<Self> {
        if is_text {
            Some(Self::Text(text.to_owned()))
        } else {
            text.parse().ok().map(Self::Number)
        }
    }

    pub(crate) fn to_json(&self) -> Json {
        match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The data of the company. A copy shares each collection until one of the two changes it.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    /// The collections by their path with ids: `/invoices/42/comments`.
    pub(crate) collections: BTreeMap<String, Arc<Collection>>,
    /// Single documents by their path: `/company`.
    pub(crate) singletons: BTreeMap<String, Json>,
    /// The bytes of attachments.
    pub(crate) files: BTreeMap<Key, Bytes>,
    /// The number of rows that the search for invoices generates instead of finding them.
    pub(crate) synthetic_invoices: Option<u64>,
    /// Two-factor transactions by their identifier.
    pub(crate) transactions: BTreeMap<String, Transaction>,
    numbers: HashMap<String, i64>,
    now: DateTime,
    rng: fastrand::Rng,
}

/// An operation that waits for the second factor.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) started: Instant,
    /// The number of requests for its result.
    pub(crate) polls: u32,
    /// The decision of the person, if the test has set one.
    pub(crate) decision: Option<Decision>,
    /// Whether its result has been returned.
    pub(crate) processed: bool,
    /// The document that the confirmation deletes.
    pub(crate) deletes: Option<(String, Key)>,
}

/// A person's decision on a two-factor transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// The person confirms it.
    Confirm,
    /// The person refuses it.
    Refuse,
    /// The person lets it expire.
    Ignore,
    /// The person takes time; the transaction waits for another decision.
    Defer,
}

impl Store {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            collections: BTreeMap::new(),
            singletons: BTreeMap::new(),
            files: BTreeMap::new(),
            synthetic_invoices: None,
            transactions: BTreeMap::new(),
            numbers: HashMap::new(),
            now: datetime(2026, 4, 15, 8, 0, 0, 0),
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Returns the next number of a series, such as ids or invoice numbers.
    pub(crate) fn next(&mut self, series: &str) -> i64 {
        let number = self.numbers.entry(series.to_owned()).or_insert(0);
        *number += 1;
        *number
    }

    /// Makes a series continue after this number.
    pub(crate) fn reserve(&mut self, series: &str, number: i64) {
        let last = self.numbers.entry(series.to_owned()).or_insert(0);
        *last = number.max(*last);
    }

    /// Returns the time of a change. Each change advances the clock by a second, so that the same requests give the
    /// same documents, and versions are unique.
    pub(crate) fn tick(&mut self) -> String {
        self.now = self.now.checked_add(1.second()).unwrap_or(self.now);
        self.now.to_string()
    }

    /// Returns a UUID of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.rng.u64(..), self.rng.u64(..));
        let variant = (low >> 48) & 0x3fff | 0x8000;
        let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
        format!(
            "{first:08x}-{second:04x}-4{third:03x}-{variant:04x}-{:012x}",
            low & 0xffff_ffff_ffff
        )
    }

    /// Returns a document of a collection.
    pub(crate) fn get(&self, collection: &str, key: &Key) -> Option<&Json> {
        self.collections.get(collection)?.get(key)
    }

    /// Returns a document of a collection to change it.
    pub(crate) fn get_mut(&mut self, collection: &str, key: &Key) -> Option<&mut Json> {
        self.collection_mut(collection)?.get_mut(key)
    }

    /// Returns the documents of a collection in the order of their keys.
    pub(crate) fn documents(&self, collection: &str) -> impl Iterator<Item = (&Key, &Json)> {
        let bucket = self.collections.get(collection).into_iter();
        bucket.flat_map(|bucket| bucket.iter())
    }

    /// Returns a collection to change it.
    pub(crate) fn collection_mut(&mut self, collection: &str) -> Option<&mut Collection> {
        self.collections.get_mut(collection).map(Arc::make_mut)
    }

    /// Stores a document in a collection.
    pub(crate) fn put(&mut self, collection: &str, key: Key, document: Json) {
        let bucket = self.collections.entry(collection.to_owned()).or_default();
        Arc::make_mut(bucket).insert(key, document);
    }
}
