//! The files that each version is generated from. A file of a version applies to the later versions too.
//!
//! ```text
//! spec/policies.yaml, spec/docs.yaml              all versions
//! spec/V/openapi.json                             the vendor's document of V
//! spec/V/overlay.yaml, policies.yaml, docs.yaml   additions for V and later versions; optional
//! spec/V/version.yaml                             base path and support period of V; optional
//! ```

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;

/// A file: its name, as diagnostics show it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path: `spec/26.04/openapi.json`.
    pub name: String,
    /// The content.
    pub text: String,
}

/// The files that one version is generated from. Lists start with the oldest file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The specification, in JSON.
    pub openapi: Source,
    /// The overlays of earlier versions, in YAML.
    pub inherited: Vec<Source>,
    /// The overlay of this version, in YAML.
    pub overlay: Option<Source>,
    /// The rules for the policies, in YAML.
    pub policies: Vec<Source>,
    /// The project's sentences, in YAML. A later sentence about the same item replaces an earlier one.
    pub docs: Vec<Source>,
    /// The base path and the support period, in YAML.
    pub lifecycle: Option<Source>,
    /// The vendor's sentences, in YAML, for items without a sentence of the project. They are for private use: the
    /// committed source is generated without them.
    pub prose: Option<Source>,
}

impl Sources {
    /// Returns every file except the vendor's sentences.
    pub fn all(&self) -> impl Iterator<Item = &Source> {
        [
            Some(&self.openapi),
            self.overlay.as_ref(),
            self.lifecycle.as_ref(),
        ]
        .into_iter()
        .flatten()
        .chain(&self.inherited)
        .chain(&self.policies)
        .chain(&self.docs)
    }
}

/// Collects the files of these versions, oldest first. `read` returns the text of a file, or `None` if it does not exist.
/// A missing `openapi.json` counts as an empty file, which is reported when it is parsed.
///
/// # Errors
///
/// Returns the first error of `read`.
pub fn collect<E>(
    versions: &[impl AsRef<str>],
    mut read: impl FnMut(&str) -> Result<Option<String>, E>,
) -> Result<Vec<Sources>, E> {
    let mut source = |name: String| {
        let text = read(&name)?;
        Ok(text.map(|text| Source { name, text }))
    };
    let mut policies: Vec<Source> = source("spec/policies.yaml".to_owned())?
        .into_iter()
        .collect();
    let mut docs: Vec<Source> = source("spec/docs.yaml".to_owned())?.into_iter().collect();
    let mut inherited: Vec<Source> = Vec::new();
    let mut all = Vec::new();
    for version in versions.iter().map(AsRef::as_ref) {
        let mut own = |file: &str| source(format!("spec/{version}/{file}"));
        let openapi = own("openapi.json")?.unwrap_or_else(|| Source {
            name: format!("spec/{version}/openapi.json"),
            text: String::new(),
        });
        let overlay = own("overlay.yaml")?;
        let lifecycle = own("version.yaml")?;
        policies.extend(own("policies.yaml")?);
        docs.extend(own("docs.yaml")?);
        all.push(Sources {
            openapi,
            inherited: inherited.clone(),
            overlay: overlay.clone(),
            policies: policies.clone(),
            docs: docs.clone(),
            lifecycle,
            prose: None,
        });
        inherited.extend(overlay);
    }
    Ok(all)
}

/// Tracks the use of shared rules, sentences and actions across versions.
#[derive(Debug, Default)]
pub(crate) struct UsageTracker {
    /// The inherited actions that were reported as stale, by file and number.
    stale: BTreeMap<String, BTreeSet<usize>>,
    /// The problem to report about each rule and sentence, and whether it has been used.
    used: IndexMap<Diagnostic, bool>,
}

impl UsageTracker {
    /// Records that an inherited action does not apply any more.
    pub(crate) fn note_stale(&mut self, file: &str, action: usize) {
        self.stale
            .entry(file.to_owned())
            .or_default()
            .insert(action);
    }

    /// Returns whether an action was recorded as stale.
    pub(crate) fn is_stale(&self, file: &str, action: usize) -> bool {
        self.stale
            .get(file)
            .is_some_and(|actions| actions.contains(&action))
    }

    /// Records whether a version uses a rule or sentence. `problem` is reported if no version does.
    pub(crate) fn note_use(&mut self, used: bool, problem: Diagnostic) {
        *self.used.entry(problem).or_default() |= used;
    }

    /// Returns the problems of rules and sentences that no version used.
    pub(crate) fn unused(self) -> impl Iterator<Item = Diagnostic> {
        self.used
            .into_iter()
            .filter(|(_, used)| !used)
            .map(|(problem, _)| problem)
    }
}
