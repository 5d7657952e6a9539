//! The file of a version: its table of contents, its client, and the facades of its groups.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use quote::quote;

use super::text::{SourceFile, Text, doc, lines, pretty, tokens};
use super::types::{Scope, folder, ident, module};
use super::{endpoints, schemas};
use crate::builder::version_marker;
use crate::catalogue::{self, Catalogue, Endpoint, Kind};
use crate::model::{Group, Type};

/// The lines of a macro's list are at most this long.
const WIDTH: usize = 100;

/// A version.
struct Version<'a> {
    catalogue: &'a Catalogue<'a>,
    index: usize,
    /// Its endpoints, with the deprecations of newer versions.
    endpoints: Vec<Endpoint>,
}

/// `v2604.rs`
pub(super) fn file(catalogue: &Catalogue, index: usize) -> SourceFile {
    let api = &catalogue.versions[index];
    let mut endpoints = catalogue::endpoints(api);
    for endpoint in &mut endpoints {
        let definition = catalogue.endpoint(index, endpoint.id());
        if let Some(newest) = definition.map(|one| &one.item) {
            endpoint
                .deprecated_since
                .clone_from(&newest.deprecated_since);
            let deprecated = &newest.operation.deprecated;
            endpoint.operation.deprecated.clone_from(deprecated);
        }
    }
    let version = Version {
        catalogue,
        index,
        endpoints,
    };
    let mut text = Text::new(&format!("API version {}.", api.version));
    let marker = version_marker(&api.version);
    text.item("use crate::generated_prelude::*;");
    text.item(format!("pub use super::versions::{marker};"));
    for section in version.types() {
        text.item(section);
    }
    text.item(version.operations());
    text.item(format!(
        "/// A client of API version {}.\npub type Client<A = M2m> = crate::Client<{marker}, A>;",
        api.version
    ));
    text.item(version.client());
    for group in &api.groups {
        for item in version.facade(group) {
            text.item(item);
        }
    }
    text.item(version.contents());
    text.file(format!("{}.rs", module(api)))
}

impl Version<'_> {
    fn api(&self) -> &crate::model::Api {
        &self.catalogue.versions[self.index]
    }

    /// Returns the path of the folder that holds a definition.
    fn folder(&self, kind: Kind, name: &str) -> String {
        let origin = self.catalogue.origin(self.index, kind, name);
        folder(&self.catalogue.versions[origin])
    }

    /// Returns the re-exports of ids, enums and schemas: first those that several groups use, then those of each group.
    fn types(&self) -> Vec<String> {
        let api = self.api();
        let mut sections: BTreeMap<Option<&str>, Vec<String>> = BTreeMap::new();
        let mut add = |group: Option<&'_ str>, kind, name: &str, names: &[String]| {
            let line = export(&self.folder(kind, name), names);
            let group = api
                .groups
                .iter()
                .find(|one| Some(one.name.as_str()) == group);
            let group = group.map(|group| group.name.as_str());
            sections.entry(group).or_default().push(line);
        };
        for id in &api.ids {
            add(None, Kind::Id, &id.name, std::slice::from_ref(&id.name));
        }
        for one in &api.enums {
            let group = one.group.as_deref();
            add(
                group,
                Kind::Enum,
                &one.name,
                std::slice::from_ref(&one.name),
            );
        }
        for one in &api.schemas {
            let group = one.group.as_deref();
            add(group, Kind::Schema, &one.name, &schemas::names(one));
        }
        let section = |(group, lines): (Option<&str>, Vec<String>)| {
            let tag = group.and_then(|name| self.tag(name));
            format!(
                "// {}\n{}",
                tag.unwrap_or("Ids, and types that several groups use"),
                lines.concat()
            )
        };
        sections.into_iter().map(section).collect()
    }

    fn tag(&self, name: &str) -> Option<&str> {
        let mut groups = self.api().groups.iter();
        groups
            .find(|group| group.name == name)
            .map(|group| group.tag.as_str())
    }

    /// Returns the endpoints of a group.
    fn of_group(&self, group: &Group) -> impl Iterator<Item = &Endpoint> {
        let endpoints = self.endpoints.iter();
        endpoints.filter(|one| one.operation.group == group.name)
    }

    /// Returns the module of the endpoints.
    fn operations(&self) -> String {
        let section = |group: &Group| {
            let lines = self.of_group(group).map(|one| {
                let folder = format!("super::{}", self.folder(Kind::Endpoint, one.id()));
                export(&folder, &endpoints::names(one))
            });
            format!("// {}\n{}", group.tag, lines.collect::<String>())
        };
        let sections: Vec<String> = self.api().groups.iter().map(section).collect();
        format!(
            "/// The operations of API version {}, as types.\npub mod operations {{\n{}}}",
            self.api().version,
            sections.join("\n")
        )
    }

    /// Returns the client's methods: one for each group.
    fn client(&self) -> String {
        let methods = self.api().groups.iter().map(|group| {
            let (name, facade) = (ident(&group.name), ident(&group.facade));
            let method = pretty(quote! {
                pub fn #name(&self) -> #facade<A> {
                    #facade(self.clone())
                }
            });
            doc(&sentence(group)) + &method
        });
        block("impl<A> Client<A>", methods)
    }

    /// Returns the facade of a group: a method for each endpoint, which takes what the endpoint requires.
    fn facade(&self, group: &Group) -> [String; 2] {
        let name = ident(&group.facade);
        let facade = pretty(quote! {
            #[derive(Clone, Debug)]
            pub struct #name<A = M2m>(Client<A>);
        });
        let methods = self.of_group(group).map(|endpoint| self.method(endpoint));
        [
            doc(&sentence(group)) + &facade,
            block(&format!("impl<A> {name}<A>"), methods),
        ]
    }

    fn method(&self, endpoint: &Endpoint) -> String {
        let marker = ident(&version_marker(&self.api().version));
        let name = ident(&endpoint.id().to_snake_case());
        let ty = ident(&endpoints::type_name(endpoint.id()));
        let fields = endpoint.fields().into_iter();
        let (names, types): (Vec<_>, Vec<_>) = fields
            .filter(|field| field.required)
            .map(|field| (ident(&field.name), tokens(&argument(&field.ty))))
            .unzip();
        let method = pretty(quote! {
            pub fn #name(&self, #(#names: #types),*) -> Call<#marker, A, operations::#ty> {
                self.0.call(operations::#ty::new(#(#names),*))
            }
        });
        let doc = doc(&endpoints::sentence(endpoint));
        doc + &endpoints::deprecated(endpoint) + &method
    }

    /// `version!`: the lists that a visitor goes over.
    fn contents(&self) -> String {
        let endpoints = self.endpoints.iter();
        let endpoints = endpoints.map(|one| endpoints::type_name(one.id()));
        let schemas = self.api().schemas.iter().map(|one| one.name.clone());
        format!(
            "version! {{\n    {}:\n    endpoints {{\n{}    }}\n    schemas {{\n{}    }}\n}}",
            version_marker(&self.api().version),
            filled(endpoints),
            filled(schemas)
        )
    }
}

/// Returns the re-exports of these names, one a line.
fn export(folder: &str, names: &[String]) -> String {
    lines(&format!("pub use super::{folder}::"), names, ";")
}

/// Returns the sentence about a group.
fn sentence(group: &Group) -> String {
    let ours = group.doc.clone();
    ours.unwrap_or_else(|| format!("The operations of the group `{}`.", group.tag))
}

/// Returns the type of an argument.
fn argument(wire: &Type) -> String {
    match wire {
        Type::String => "impl Into<String>".to_owned(),
        Type::List(item) => format!("impl IntoIterator<Item = {}>", Scope::Flat.ty(item)),
        other => Scope::Flat.ty(other),
    }
}

/// Returns a block of items, with a blank line between them.
fn block(head: &str, items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    format!("{head} {{\n{}}}", items.join("\n"))
}

/// Returns a list of names in a macro, as many on a line as fit. rustfmt leaves it alone.
fn filled(names: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        match all.last_mut() {
            Some(line) if line.len() + 2 + name.len() < WIDTH => {
                line.push_str(&format!(" {name},"));
            }
            _ => all.push(format!("        {name},")),
        }
    }
    lines("", all, "")
}
