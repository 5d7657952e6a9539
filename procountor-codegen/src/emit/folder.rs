//! The folder of the definitions that a version first had: ids, enums, and a file for each group.

use std::collections::{BTreeMap, BTreeSet};

use super::origin::Origin;
use super::text::{SourceFile, Text, lines};
use super::types::{folder, module};
use super::{endpoints, schemas};
use crate::catalogue::{Definition, Endpoint, Key, endpoint_names, schema_names};
use crate::model::Schema;

/// The module of the schemas that several groups use.
const COMMON: &str = "common";

/// The definitions of a file.
#[derive(Default)]
struct Group<'a> {
    endpoints: Vec<&'a Definition<Endpoint>>,
    schemas: Vec<&'a Definition<Schema>>,
}

impl<'a> Origin<'a> {
    /// Returns all files of the folder.
    pub(super) fn files(self) -> Vec<SourceFile> {
        let mut files: BTreeMap<&str, Text> = BTreeMap::new();
        let ids: String = self
            .own(&self.catalogue.ids)
            .map(|one| schemas::id(&self, one))
            .collect();
        if !ids.is_empty() {
            let mut text = self.text("Typed ids.", Vec::new());
            text.item(format!("ids! {{\n{}}}", indented(&ids)));
            files.insert("ids", text);
        }
        let mut enums = self.own(&self.catalogue.enums).peekable();
        if enums.peek().is_some() {
            let mut text = self.text("Enums: sets of values that can grow.", Vec::new());
            enums.for_each(|one| text.item(schemas::enumeration(&self, one)));
            files.insert("enums", text);
        }
        for (name, group) in self.groups() {
            files.insert(name, self.group(name, &group));
        }

        let version = &self.catalogue.versions[self.version];
        let mut index = Text::new(&format!(
            "The definitions that API version {} was the first to have.",
            version.version
        ));
        index.item(lines("mod ", files.keys(), ";"));
        index.item(lines("pub use ", files.keys(), "::*;"));
        let folder = folder(version);
        let files = files
            .into_iter()
            .map(|(name, text)| text.file(format!("{folder}/{name}.rs")));
        let index = index.file(format!("{folder}/mod.rs"));
        [index].into_iter().chain(files).collect()
    }

    /// Returns the definitions that are new in this version.
    fn own<T>(self, all: &'a [Definition<T>]) -> impl Iterator<Item = &'a Definition<T>> {
        all.iter()
            .filter(move |one| one.versions.first() == self.version)
    }

    /// Returns the endpoints of each group, and the schemas that only one group uses.
    fn groups(self) -> BTreeMap<&'a str, Group<'a>> {
        let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
        for endpoint in self.own(&self.catalogue.endpoints) {
            let group = groups.entry(&endpoint.item.operation.group);
            group.or_default().endpoints.push(endpoint);
        }
        for schema in self.own(&self.catalogue.schemas) {
            let group = groups.entry(schema.item.group.as_deref().unwrap_or(COMMON));
            group.or_default().schemas.push(schema);
        }
        groups
    }

    fn group(self, name: &str, group: &Group) -> Text {
        let mut groups = self.catalogue.versions[self.version].groups.iter();
        let about = match groups.find(|one| one.name == name) {
            Some(group) => format!(
                "The group `{}`: endpoints, and schemas of its own.",
                group.tag
            ),
            None => "Schemas that several groups use.".to_owned(),
        };
        let endpoints = group.endpoints.iter();
        let endpoints = endpoints.flat_map(|one| endpoint_names(&one.item));
        let schemas = group.schemas.iter();
        let schemas = schemas.flat_map(|one| schema_names(&one.item));
        let mut text = self.text(&about, endpoints.chain(schemas).collect());
        for endpoint in &group.endpoints {
            text.item(endpoints::source(&self, endpoint));
        }
        for schema in &group.schemas {
            text.item(schemas::schema(&self, schema));
        }
        text
    }

    /// Returns a file with its imports.
    fn text(self, about: &str, names: Vec<Key>) -> Text {
        let mut uses = BTreeSet::new();
        for (kind, name) in names {
            let origin = self.catalogue.origin(self.version, kind, &name);
            let api = &self.catalogue.versions[origin];
            uses.insert(if origin == self.version {
                "super::*".to_owned()
            } else {
                format!("crate::generated::{} as {}", folder(api), module(api))
            });
        }
        uses.insert("crate::generated_prelude::*".to_owned());
        let mut text = Text::new(about);
        text.item(lines("use ", uses, ";"));
        text
    }
}

/// Returns the lines, indented as in a macro. rustfmt leaves those alone.
fn indented(text: &str) -> String {
    lines("    ", text.lines(), "")
}
