//! The folder of the definitions that the same versions have.

use std::collections::BTreeSet;

use super::layout::Page;
use super::{SourceFile, enums, operations, schemas};
use crate::catalogue::{Catalogue, Definition, Endpoint, Facade, Key, Lifetime};
use crate::model::{Enum, Id, Schema};

/// The definitions that these versions have, and no other.
pub(super) struct Span<'a> {
    pub(super) catalogue: &'a Catalogue<'a>,
    pub(super) lifetime: Lifetime,
}

impl<'a> Span<'a> {
    pub(super) fn ids(&self) -> impl Iterator<Item = &'a Definition<Id>> {
        self.own(&self.catalogue.ids)
    }

    pub(super) fn enums(&self) -> impl Iterator<Item = &'a Definition<Enum>> {
        self.own(&self.catalogue.enums)
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &'a Definition<Schema>> {
        self.own(&self.catalogue.schemas)
    }

    pub(super) fn endpoints(&self) -> impl Iterator<Item = &'a Definition<Endpoint>> {
        self.own(&self.catalogue.endpoints)
    }

    pub(super) fn facades(&self) -> impl Iterator<Item = &'a Definition<Facade>> {
        self.own(&self.catalogue.facades)
    }

    fn own<T>(&self, all: &'a [Definition<T>]) -> impl Iterator<Item = &'a Definition<T>> {
        let lifetime = self.lifetime;
        all.iter().filter(move |one| one.lifetime == lifetime)
    }

    /// All files of the folder.
    pub(super) fn files(&self) -> Vec<SourceFile> {
        let mut parts = Vec::new();
        let mut modules = Vec::new();
        let mut add = |name: &'static str, files: Vec<SourceFile>| {
            if !files.is_empty() {
                modules.push(name);
                parts.extend(files);
            }
        };
        add("enums", enums::enums(self));
        add("ids", enums::ids(self));
        add("operations", operations::files(self));
        add("schemas", schemas::files(self));
        let mut page = Page::new(&format!(
            "What API versions have: {}.",
            self.lifetime.words(self.catalogue.versions)
        ));
        page.item(format!(
            "use crate::generated::versions::{};\nuse crate::macros::contents;",
            self.ty()
        ));
        page.item(lines("mod ", &modules, ""));
        page.item(lines("pub use ", &modules, "::*"));
        page.item(self.contents());
        let mut files = vec![page.file(self.path("mod.rs"))];
        files.extend(parts);
        files
    }

    /// The list of what it has.
    fn contents(&self) -> String {
        let list = |kind: &str, names: Vec<String>| {
            if names.is_empty() {
                return format!("    {kind} {{}}\n");
            }
            let names: String = names
                .iter()
                .map(|name| format!("        {name},\n"))
                .collect();
            format!("    {kind} {{\n{names}    }}\n")
        };
        let endpoints = self.endpoints().map(|one| one.item.name().to_string());
        let endpoints = list("endpoints", endpoints.collect());
        let schemas = self.schemas().map(|one| one.item.name.clone());
        let schemas = list("schemas", schemas.collect());
        format!("contents! {{\n    {}:\n{endpoints}{schemas}}}", self.ty())
    }

    /// The type that stands for the versions.
    pub(super) fn ty(&self) -> String {
        self.catalogue.ty(self.lifetime)
    }

    pub(super) fn module(&self) -> String {
        self.catalogue.module(self.lifetime)
    }

    pub(super) fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.module())
    }

    /// In which versions something is.
    pub(super) fn words<T>(&self, definition: &Definition<T>) -> String {
        let words = definition.lifetime.words(self.catalogue.versions);
        match definition.has_other_forms {
            true => format!("In this form in {words}."),
            false => format!("In {words}."),
        }
    }

    /// The vendor's tag of a group.
    pub(super) fn tag(&self, group: &str) -> &'a str {
        let groups = &self.catalogue.versions[self.lifetime.last()].groups;
        let group = groups.iter().find(|one| one.name == group);
        group.map_or("", |group| &group.tag)
    }

    /// A file, with the imports of what it names.
    pub(super) fn page(&self, about: &str, names: Vec<(Lifetime, Key)>) -> Page {
        let mut page = Page::new(about);
        let spans: BTreeSet<String> = names
            .into_iter()
            .filter_map(|(lifetime, key)| self.catalogue.lifetime(lifetime.last(), &key))
            .map(|lifetime| self.catalogue.module(lifetime))
            .collect();
        let imports = spans
            .iter()
            .map(|module| format!("\nuse crate::generated::{module}::*;"));
        page.item(format!(
            "{}use crate::generated_prelude::*;",
            imports
                .map(|line| format!("{}\n", line.trim()))
                .collect::<String>()
        ));
        page
    }

    /// A `mod.rs` that re-exports its modules flat; nothing when there are none.
    pub(super) fn index(&self, folder: &str, about: &str, modules: &[&str]) -> Vec<SourceFile> {
        if modules.is_empty() {
            return Vec::new();
        }
        let mut page = Page::new(about);
        page.item(lines("mod ", modules, ""));
        page.item(lines("pub use ", modules, "::*"));
        vec![page.file(self.path(&format!("{folder}/mod.rs")))]
    }
}

fn lines(before: &str, names: &[&str], after: &str) -> String {
    let lines: Vec<String> = names
        .iter()
        .map(|name| format!("{before}{name}{after};"))
        .collect();
    lines.join("\n")
}
