//! `spec/lock.yaml`: the sha256 of every input of the generator, so that none changes unseen.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use procountor_codegen::Sources;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::tree::Tree;
use crate::write::Change;

const HEAD: &str = "# The inputs of the generator, by sha256. Written by `cargo xtask codegen` and `cargo xtask pull`.\n";

/// What is known of an input.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Pin {
    /// Its hash.
    Plain(String),
    /// What was pulled also has an address that it came from.
    Pulled { sha256: String, source: String },
}

impl Pin {
    fn sha256(&self) -> &str {
        match self {
            Self::Plain(sha256) | Self::Pulled { sha256, .. } => sha256,
        }
    }
}

/// The same input, wherever it came from.
impl PartialEq for Pin {
    fn eq(&self, other: &Self) -> bool {
        self.sha256() == other.sha256()
    }
}

/// The inputs and their hashes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lock(BTreeMap<String, Pin>);

impl Lock {
    /// As it is committed.
    pub(crate) fn committed(tree: &Tree) -> Result<Self, String> {
        let path = tree.lock();
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("spec/lock.yaml cannot be read: {error}"))?;
        let parsed: Option<BTreeMap<String, Pin>> = serde_yaml::from_str(&text)
            .map_err(|error| format!("spec/lock.yaml cannot be read: {error}"))?;
        Ok(Self(parsed.unwrap_or_default()))
    }

    /// Of these inputs.
    pub(crate) fn of<'a>(all: impl Iterator<Item = &'a Sources>) -> Self {
        let inputs = all.flat_map(Sources::all);
        Self(
            inputs
                .map(|source| (source.name.clone(), Pin::Plain(sha256(&source.text))))
                .collect(),
        )
    }

    /// The specifications that are not what the committed lock pins: they come from the vendor, and are not edited here.
    pub(crate) fn changed_specifications(&self, committed: &Self) -> Vec<&str> {
        let changed = self.0.iter().filter(|(name, hash)| {
            let pinned = committed.0.get(*name);
            name.ends_with("openapi.json") && pinned.is_some_and(|pinned| pinned != *hash)
        });
        changed.map(|(name, _)| name.as_str()).collect()
    }

    /// The inputs that differ from the committed lock in any way.
    pub(crate) fn differences(&self, committed: &Self) -> Vec<String> {
        let names = self.0.keys().chain(
            committed
                .0
                .keys()
                .filter(|name| !self.0.contains_key(*name)),
        );
        let differing = names.filter(|name| self.0.get(*name) != committed.0.get(*name));
        differing
            .map(|name| format!("{name} is not what spec/lock.yaml pins"))
            .collect()
    }

    /// Where the inputs came from that are still what the committed lock pins.
    pub(crate) fn keep_sources(mut self, committed: &Self) -> Self {
        for (name, pin) in &mut self.0 {
            if let Some(kept) = committed.0.get(name).filter(|kept| *kept == pin) {
                *pin = kept.clone();
            }
        }
        self
    }

    /// Pins something that was pulled.
    pub(crate) fn pin(&mut self, name: &str, sha256: &str, source: &str) {
        let (sha256, source) = (sha256.to_owned(), source.to_owned());
        self.0
            .insert(name.to_owned(), Pin::Pulled { sha256, source });
    }

    /// The hash of an input, if it is pinned.
    pub(crate) fn sha256(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(Pin::sha256)
    }

    /// Where an input came from, if that is known.
    pub(crate) fn source(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Pin::Pulled { source, .. } => Some(source),
            Pin::Plain(_) => None,
        }
    }

    /// The file as it is to be.
    pub(crate) fn change(&self, tree: &Tree) -> Change {
        let mut text = HEAD.to_owned();
        for (name, pin) in &self.0 {
            // Writing into a string cannot fail. JSON text is YAML text.
            let _ = match pin {
                Pin::Plain(sha256) => writeln!(text, "{name}: {sha256}"),
                Pin::Pulled { sha256, source } => {
                    let source = serde_json::Value::from(source.as_str());
                    writeln!(text, "{name}: {{ sha256: {sha256}, source: {source} }}")
                }
            };
        }
        Change::to(tree.lock(), text)
    }
}

/// The sha256 of a text, in hex.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
