//! What the company has: documents by collection, single documents by path, files. Nothing here knows of HTTP.

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

/// What identifies a document within its collection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    /// Reads a key from a path; none when it cannot be one.
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

/// Everything that the company has. A copy shares each collection until one of them changes it.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    /// Collections by their path, placeholders filled: `/invoices/42/comments`.
    pub(crate) collections: BTreeMap<String, Arc<Collection>>,
    /// Documents that are alone at their path: `/company`.
    pub(crate) singletons: BTreeMap<String, Json>,
    /// The bytes of attachments.
    pub(crate) files: BTreeMap<Key, Bytes>,
    /// How many rows a search makes up instead of looking for them.
    pub(crate) synthetic_invoices: Option<u64>,
    /// Two-factor transactions that were started.
    pub(crate) transactions: BTreeMap<String, Transaction>,
    numbers: HashMap<String, i64>,
    now: DateTime,
    rng: fastrand::Rng,
}

/// An operation that waits for its second factor.
#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) started: Instant,
    /// How often its result was asked for.
    pub(crate) polls: u32,
    /// What the person did, if it was said.
    pub(crate) decision: Option<Decision>,
    /// Whether its result was handed out.
    pub(crate) processed: bool,
    /// The document that goes when it is confirmed.
    pub(crate) deletes: Option<(String, Key)>,
}

/// What a person does with a transaction that waits for the second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// Confirms it.
    Confirm,
    /// Refuses it.
    Refuse,
    /// Lets it expire.
    Ignore,
    /// Takes time: it waits until something else is decided.
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

    /// The next number of a series: ids, invoice numbers, receipt numbers.
    pub(crate) fn next(&mut self, series: &str) -> i64 {
        let number = self.numbers.entry(series.to_owned()).or_insert(0);
        *number += 1;
        *number
    }

    /// Lets a series go on behind this number.
    pub(crate) fn reserve(&mut self, series: &str, number: i64) {
        let last = self.numbers.entry(series.to_owned()).or_insert(0);
        *last = number.max(*last);
    }

    /// The time of a change. The clock is the company's own and moves a second with each change: the same requests give the
    /// same documents, and no two changes share a version.
    pub(crate) fn tick(&mut self) -> String {
        self.now = self.now.checked_add(1.second()).unwrap_or(self.now);
        self.now.to_string()
    }

    /// A UUID of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let (high, low) = (self.rng.u64(..), self.rng.u64(..));
        let variant = (low >> 48) & 0x3fff | 0x8000;
        let (first, second, third) = (high >> 32, (high >> 16) & 0xffff, high & 0x0fff);
        format!(
            "{first:08x}-{second:04x}-4{third:03x}-{variant:04x}-{:012x}",
            low & 0xffff_ffff_ffff
        )
    }

    /// A document of a collection.
    pub(crate) fn get(&self, collection: &str, key: &Key) -> Option<&Json> {
        self.collections.get(collection)?.get(key)
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self, collection: &str, key: &Key) -> Option<&mut Json> {
        self.collection_mut(collection)?.get_mut(key)
    }

    /// The documents of a collection, in the order of their keys.
    pub(crate) fn documents(&self, collection: &str) -> impl Iterator<Item = (&Key, &Json)> {
        let bucket = self.collections.get(collection).into_iter();
        bucket.flat_map(|bucket| bucket.iter())
    }

    /// A collection, to be changed.
    pub(crate) fn collection_mut(&mut self, collection: &str) -> Option<&mut Collection> {
        self.collections.get_mut(collection).map(Arc::make_mut)
    }

    /// Puts a document in its place.
    pub(crate) fn put(&mut self, collection: &str, key: Key, document: Json) {
        let bucket = self.collections.entry(collection.to_owned()).or_default();
        Arc::make_mut(bucket).insert(key, document);
    }
}
