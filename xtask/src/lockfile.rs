//! `spec/lock.yaml`: the SHA-256 of every input of the generator, so that an input cannot change unnoticed.

use std::collections::BTreeMap;
use std::fmt::Write;

use procountor_codegen::Sources;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::atomic_write::Change;
use crate::checkout::Checkout;

const HEADER: &str = "# The inputs of the generator, by sha256. Written by `cargo xtask codegen` and `cargo xtask pull`.\n";

/// An entry of the lockfile.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Pin {
    /// The hash of a file that is edited in this repository.
    Edited(String),
    /// The hash of a document that was pulled, and its origin.
    Pulled { sha256: String, source: String },
}

impl Pin {
    fn sha256(&self) -> &str {
        match self {
            Self::Edited(sha256) | Self::Pulled { sha256, .. } => sha256,
        }
    }
}

/// Compares the hashes; the origin of an input does not matter.
impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        self.sha256() == other.sha256()
    }
}

/// The inputs by name, with their hashes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lockfile(BTreeMap<String, Pin>);

impl Lockfile {
    /// Reads the committed file; returns an empty one if it does not exist.
    pub(crate) fn read(checkout: &Checkout) -> Result<Self, String> {
        let text = checkout.read("spec/lock.yaml")?.unwrap_or_default();
        let parsed: Option<BTreeMap<String, Pin>> = serde_yaml::from_str(&text)
            .map_err(|error| format!("cannot read spec/lock.yaml: {error}"))?;
        Ok(Self(parsed.unwrap_or_default()))
    }

    /// Hashes these inputs.
    pub(crate) fn new<'a>(all: impl Iterator<Item = &'a Sources>) -> Self {
        let inputs = all.flat_map(Sources::all);
        Self(
            inputs
                .map(|source| (source.name.clone(), Pin::Edited(sha256(&source.text))))
                .collect(),
        )
    }

    /// Returns the specifications whose hash differs from the committed one. Only `pull` may change a specification.
    pub(crate) fn changed_specifications(&self, committed: &Self) -> Vec<&str> {
        let changed = self.0.iter().filter(|(name, hash)| {
            let pinned = committed.0.get(*name);
            name.ends_with("openapi.json") && pinned.is_some_and(|pinned| pinned != *hash)
        });
        changed.map(|(name, _)| name.as_str()).collect()
    }

    /// Returns a message for each input that was added, removed or changed since the committed lockfile.
    pub(crate) fn differences(&self, committed: &Self) -> Vec<String> {
        let removed = committed
            .0
            .keys()
            .filter(|name| !self.0.contains_key(*name));
        let names = self.0.keys().chain(removed);
        let differing = names.filter(|name| self.0.get(*name) != committed.0.get(*name));
        differing
            .map(|name| format!("{name} does not match spec/lock.yaml"))
            .collect()
    }

    /// Copies the origins of unchanged inputs from the committed lockfile.
    pub(crate) fn keep_origins(mut self, committed: &Self) -> Self {
        for (name, pin) in &mut self.0 {
            if let Some(kept) = committed.0.get(name).filter(|kept| *kept == pin) {
                *pin = kept.clone();
            }
        }
        self
    }

    /// Pins a document that was pulled.
    pub(crate) fn pin(&mut self, name: &str, sha256: &str, source: &str) {
        let (sha256, source) = (sha256.to_owned(), source.to_owned());
        self.0
            .insert(name.to_owned(), Pin::Pulled { sha256, source });
    }

    /// Returns the hash of an input, if it is pinned.
    pub(crate) fn sha256(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Pin::sha256)
    }

    /// Returns the origin of an input, if it is known.
    pub(crate) fn source(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Pin::Pulled { source, .. } => Some(source),
            Pin::Edited(_) => None,
        }
    }

    /// Returns the change that writes the file.
    pub(crate) fn change(&self, checkout: &Checkout) -> Change {
        let mut text = HEADER.to_owned();
        for (name, pin) in &self.0 {
            // Writing to a string cannot fail. A JSON string is also a YAML string.
            let _ = match pin {
                Pin::Edited(sha256) => writeln!(text, "{name}: {sha256}"),
                Pin::Pulled { sha256, source } => {
                    let source = serde_json::Value::from(source.as_str());
                    writeln!(text, "{name}: {{ sha256: {sha256}, source: {source} }}")
                }
            };
        }
        Change::write(checkout.lockfile(), text)
    }
}

/// Returns the SHA-256 of a text in hexadecimal.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
