//! The root of a version: its marker, its endpoints, its client's groups.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attribute::doc;
use super::operations::endpoints;
use super::types::ident;
use super::{SourceFile, Version, facade};
use crate::model::Group;

/// `mod.rs`
pub(super) fn root(version: &Version) -> SourceFile {
    let api = version.api;
    let mut page = version.page(&format!("API version {}.", api.version), false);
    page.item("mod enums;\nmod ids;\nmod operations;\nmod schemas;");
    page.item("pub use enums::*;\npub use ids::*;\npub use operations::*;\npub use schemas::*;");
    page.item(format!(
        "version! {{\n    /// API version {}.\n    {} = {:?}\n}}",
        api.version, version.marker, api.version
    ));
    page.item(contents(version));
    let (marker, about) = (
        format_ident!("{}", version.marker),
        doc(&format!("A client of API version {}.", api.version)),
    );
    page.tokens(quote!(#about pub type Client<A = M2m> = crate::Client<#marker, A>;));
    let methods = api.groups.iter().map(method);
    page.tokens(quote!(impl<A> Client<A> { #(#methods)* }));
    page.file(version.path("mod.rs"))
}

/// The list of what the version has.
fn contents(version: &Version) -> String {
    let lines = |names: Vec<String>| {
        names
            .iter()
            .map(|name| format!("        {name},\n"))
            .collect::<String>()
    };
    let endpoints = endpoints(version.api.operations.iter());
    let endpoints = lines(
        endpoints
            .iter()
            .map(|endpoint| endpoint.name().to_string())
            .collect(),
    );
    let schemas = lines(
        version
            .api
            .schemas
            .iter()
            .map(|schema| schema.name.clone())
            .collect(),
    );
    let marker = &version.marker;
    format!(
        "contents! {{\n    {marker}:\n    endpoints {{\n{endpoints}    }}\n    schemas {{\n{schemas}    }}\n}}"
    )
}

fn method(group: &Group) -> TokenStream {
    let doc = doc(&facade::sentence(group));
    let (name, facade) = (ident(&group.name), format_ident!("{}", group.facade));
    quote! {
        #doc
        pub fn #name(&self) -> #facade<A> {
            #facade(self.clone())
        }
    }
}
