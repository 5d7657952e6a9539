//! What we say of a version holds for the later ones too. This lists, for each version, the files that say something
//! about it, and remembers what was found in a file that several versions share.
//!
//! ```text
//! spec/policies.yaml, spec/docs.yaml      all versions
//! spec/V/openapi.json                     what the vendor says of V
//! spec/V/overlay.yaml, policies.yaml, docs.yaml   what we say from V on; each may be missing
//! spec/V/version.yaml                     where and how long V is reached; may be missing
//! ```

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::diagnostic::Diagnostic;

/// An input: the text of a file, and the name that diagnostics give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As it is to be found: `spec/26.04/openapi.json`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What one version is generated from. Of each list, the oldest comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The specification, in JSON.
    pub openapi: Source,
    /// What we say about the versions before it: OpenAPI overlays in YAML.
    pub inherited: Vec<Source>,
    /// What we say about this version first.
    pub overlay: Option<Source>,
    /// The rules for the policies, in YAML.
    pub policies: Vec<Source>,
    /// Our own sentences, in YAML; for the same thing, the later one counts.
    pub docs: Vec<Source>,
    /// Where the version is reached and how long, in YAML.
    pub lifecycle: Option<Source>,
    /// The vendor's sentences, in YAML as ours, for whoever generates for themselves: they stand where we say nothing. They
    /// are no input of what is committed.
    pub prose: Option<Source>,
}

impl Sources {
    /// Every input.
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

/// The inputs of these versions, oldest first. `read` gives the text of a file by its name, or none if there is no such
/// file; a file that must be there is read as an empty one, which the reader of its contents refuses.
pub fn of<E>(
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

/// What is remembered from one version to the next.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// The inherited actions that have been found to apply no longer, by file and number.
    stale: BTreeMap<String, BTreeSet<usize>>,
    /// The complaint about each rule and sentence, and whether it has been of use since.
    used: IndexMap<Diagnostic, bool>,
}

impl Shared {
    /// Remembers that an inherited action applies no longer.
    pub(crate) fn note_stale(&mut self, file: &str, action: usize) {
        self.stale
            .entry(file.to_owned())
            .or_default()
            .insert(action);
    }

    /// Whether that has been said already.
    pub(crate) fn is_stale(&self, file: &str, action: usize) -> bool {
        self.stale
            .get(file)
            .is_some_and(|actions| actions.contains(&action))
    }

    /// Remembers whether a rule or sentence was of use in a version, and what to say if it never is.
    pub(crate) fn note_use(&mut self, used: bool, complaint: Diagnostic) {
        *self.used.entry(complaint).or_default() |= used;
    }

    /// The complaints about what was of no use in any version.
    pub(crate) fn unused(self) -> impl Iterator<Item = Diagnostic> {
        self.used
            .into_iter()
            .filter(|(_, used)| !used)
            .map(|(complaint, _)| complaint)
    }
}
