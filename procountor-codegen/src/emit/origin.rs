//! The view of a version on the definitions that it was the first to have.

use super::types::{Scope, cfg};
use crate::catalogue::{Catalogue, Definition};

/// A version, for the definitions that it was the first to have.
#[derive(Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) catalogue: &'a Catalogue<'a>,
    pub(super) version: usize,
}

impl<'a> Origin<'a> {
    /// Returns the way in which the files of the folder name types.
    pub(super) fn scope(&self) -> Scope<'a> {
        Scope::Origin {
            catalogue: self.catalogue,
            version: self.version,
        }
    }

    /// Returns the versions that have a definition, in a sentence.
    pub(super) fn words<T>(&self, definition: &Definition<T>) -> String {
        let words = definition.versions.words(self.catalogue.versions);
        if definition.has_other_forms {
            format!("In this form in {words}.")
        } else {
            format!("In {words}.")
        }
    }

    /// Returns the `cfg` of a definition that newer versions do not have. A current one needs none: this folder is compiled only
    /// where it, or one of the versions after it, is enabled.
    pub(super) fn cfg<T>(&self, definition: &Definition<T>) -> String {
        if definition.versions.is_current(self.catalogue.versions) {
            String::new()
        } else {
            cfg(self.catalogue, &definition.versions)
        }
    }
}
