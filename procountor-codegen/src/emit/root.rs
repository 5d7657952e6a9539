//! The files on top: the list of everything, and for each version what puts it together.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attribute::doc;
use super::layout::Page;
use super::types::ident;
use super::{SourceFile, facade};
use crate::builder::version_marker;
use crate::catalogue::{Catalogue, Lifetime};
use crate::model::{Api, Group};

/// `mod.rs`
pub(super) fn index(catalogue: &Catalogue) -> SourceFile {
    let mut page = Page::new("The versions of the API, and the definitions that they share.");
    for lifetime in catalogue.spans() {
        let features: Vec<String> = lifetime
            .versions()
            .map(|index| feature(&catalogue.versions[index]))
            .collect();
        page.item(format!(
            "{}\nmod {};",
            cfg_any(&features),
            catalogue.module(lifetime)
        ));
    }
    page.item("#[doc(hidden)]\npub mod absent;\npub mod versions;");
    for api in catalogue.versions {
        page.item(format!(
            "#[cfg({})]\npub mod {};",
            feature(api),
            module(api)
        ));
    }
    let mut newer: Vec<String> = Vec::new();
    for api in catalogue.versions.iter().rev() {
        page.item(format!(
            "{}\npub use {} as latest;",
            cfg_newest(api, &newer),
            module(api)
        ));
        newer.push(feature(api));
    }
    page.item(visit_versions(catalogue));
    page.file("mod.rs".to_owned())
}

/// Goes over the versions that are enabled, so that nobody else has to list them.
fn visit_versions(catalogue: &Catalogue) -> String {
    let visits: String = catalogue
        .versions
        .iter()
        .map(|api| {
            let marker = version_marker(&api.version);
            format!(
                "    #[cfg({})]\n    visitor.version::<versions::{marker}>();\n",
                feature(api)
            )
        })
        .collect();
    format!(
        "/// Shows every enabled version to a visitor, oldest first.\n\
         #[allow(unused_variables, reason = \"no version may be enabled\")]\n\
         pub fn visit_versions(visitor: &mut impl crate::operation::VersionVisitor) {{\n{visits}}}"
    )
}

/// `absent.rs`
pub(super) fn absent(catalogue: &Catalogue) -> SourceFile {
    let operations = catalogue
        .facades
        .iter()
        .flat_map(|facade| &facade.item.absent);
    let operations = operations.map(|absent| absent.id.to_snake_case());
    let everywhere = |lifetime: &Lifetime| lifetime.versions().count() == catalogue.versions.len();
    let groups = catalogue.groups().into_iter();
    let groups = groups.filter(|(_, lifetime)| !everywhere(lifetime));
    let names: BTreeSet<String> = operations
        .chain(groups.map(|(name, _)| name.to_owned()))
        .collect();
    let mut page =
        Page::new("Operations and groups that some versions lack, by the names of their methods.");
    page.item("use crate::macros::absent_names;");
    let lines = names.iter().map(|name| format!("    {},\n", ident(name)));
    page.item(format!("absent_names! {{\n{}}}", lines.collect::<String>()));
    page.file("absent.rs".to_owned())
}

/// `v2604.rs`
pub(super) fn file(catalogue: &Catalogue, index: usize) -> SourceFile {
    let api = &catalogue.versions[index];
    let marker = version_marker(&api.version);
    let spans: Vec<Lifetime> = catalogue
        .spans()
        .into_iter()
        .filter(|lifetime| lifetime.has(index))
        .collect();
    let mut page = Page::new(&format!("API version {}.", api.version));
    page.item("use crate::generated_prelude::*;");
    let mut uses: Vec<String> = spans
        .iter()
        .map(|lifetime| format!("pub use super::{}::*;", catalogue.module(*lifetime)))
        .collect();
    uses.sort();
    uses.push(format!("pub use super::versions::{marker};"));
    page.item(uses.join("\n"));
    let types: Vec<String> = spans
        .iter()
        .map(|lifetime| catalogue.ty(*lifetime))
        .collect();
    page.item(format!(
        "version! {{\n    {marker}:\n{}}}",
        types
            .iter()
            .map(|ty| format!("    {ty},\n"))
            .collect::<String>()
    ));
    let about = doc(&format!("A client of API version {}.", api.version));
    let marker_name = format_ident!("{marker}");
    page.tokens(quote!(#about pub type Client<A = M2m> = crate::Client<#marker_name, A>;));
    let methods = api.groups.iter().map(|group| method(group, &marker));
    page.tokens(quote!(impl<A> Client<A> { #(#methods)* }));
    let absent: String = catalogue
        .groups()
        .into_iter()
        .filter(|(_, lifetime)| !lifetime.has(index))
        .map(|(name, lifetime)| format!("    {} in {};\n", ident(name), catalogue.ty(lifetime)))
        .collect();
    if !absent.is_empty() {
        page.item(format!("absent_groups! {{\n    {marker}:\n{absent}}}"));
    }
    page.file(format!("{}.rs", module(api)))
}

fn method(group: &Group, marker: &str) -> TokenStream {
    let doc = doc(&facade::sentence(group));
    let (name, facade) = (ident(&group.name), format_ident!("{}", group.facade));
    let marker = format_ident!("{marker}");
    quote! {
        #doc
        pub fn #name(&self) -> #facade<#marker, A> {
            #facade(self.clone())
        }
    }
}

/// `v2604`
pub(crate) fn module(api: &Api) -> String {
    version_marker(&api.version).to_lowercase()
}

fn feature(api: &Api) -> String {
    format!("feature = {:?}", module(api))
}

/// The widest arguments of an attribute that rustfmt leaves on one line.
const WIDTH: usize = 70;

fn cfg_any(features: &[String]) -> String {
    if let [one] = features {
        return format!("#[cfg({one})]");
    }
    let line = format!("any({})", features.join(", "));
    if line.len() <= WIDTH {
        return format!("#[cfg({line})]");
    }
    format!("#[cfg(any(\n    {}\n))]", features.join(",\n    "))
}

/// When this version is on and no newer one.
fn cfg_newest(api: &Api, newer: &[String]) -> String {
    let own = feature(api);
    match newer {
        [] => format!("#[cfg({own})]"),
        [one] => format!("#[cfg(all({own}, not({one})))]"),
        several => {
            let none = format!("not(any({}))", several.join(", "));
            if own.len() + none.len() + "all(, )".len() <= WIDTH {
                return format!("#[cfg(all({own}, {none}))]");
            }
            let none = match none.len() <= WIDTH {
                true => none,
                false => format!("not(any(\n        {}\n    ))", several.join(",\n        ")),
            };
            format!("#[cfg(all(\n    {own},\n    {none}\n))]")
        }
    }
}
