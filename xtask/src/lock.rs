//! `spec/lock.yaml`: the sha256 of every input of the generator, so that none changes unseen.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use procountor_codegen::Sources;
use sha2::{Digest, Sha256};

use crate::tree::Tree;

const HEAD: &str = "# The inputs of the generator, by sha256. Written by `cargo xtask codegen`.\n";

/// The inputs and their hashes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Lock(BTreeMap<String, String>);

impl Lock {
    /// As it is committed.
    pub(crate) fn committed(tree: &Tree) -> Result<Self, String> {
        let path = tree.lock();
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("spec/lock.yaml cannot be read: {error}"))?;
        let parsed: Option<BTreeMap<String, String>> = serde_yaml::from_str(&text)
            .map_err(|error| format!("spec/lock.yaml cannot be read: {error}"))?;
        Ok(Self(parsed.unwrap_or_default()))
    }

    /// Of these inputs.
    pub(crate) fn of<'a>(all: impl Iterator<Item = &'a Sources>) -> Self {
        let inputs = all.flat_map(Sources::all);
        Self(
            inputs
                .map(|source| (source.name.clone(), sha256(&source.text)))
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

    /// Writes it, if it changed.
    pub(crate) fn save(&self, tree: &Tree) -> Result<(), String> {
        let mut text = HEAD.to_owned();
        for (name, hash) in &self.0 {
            // Writing into a string cannot fail.
            let _ = writeln!(text, "{name}: {hash}");
        }
        let path = tree.lock();
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        fs::write(path, text).map_err(|error| format!("spec/lock.yaml cannot be written: {error}"))
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
