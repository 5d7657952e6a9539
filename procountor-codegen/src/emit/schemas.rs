//! The files of schemas: those of one group, and those that several share.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attribute::{attribute, doc};
use super::surface::required;
use super::types::{ident, limits, ty, wire_name};
use super::{SourceFile, Version};
use crate::model::{Field, Schema, Type};

/// The module of schemas that several groups use, or none.
const COMMON: &str = "common";

/// `schemas/*.rs`
pub(super) fn files(version: &Version) -> Vec<SourceFile> {
    let modules: BTreeSet<&str> = version.api.schemas.iter().map(module).collect();
    let names: Vec<String> = modules.iter().map(|module| (*module).to_owned()).collect();
    let mut files = vec![version.index(
        "schemas/mod.rs",
        "Schemas: what requests and answers carry.",
        &names,
    )];
    for name in modules {
        let schemas: Vec<&Schema> = version
            .api
            .schemas
            .iter()
            .filter(|schema| module(schema) == name)
            .collect();
        files.push(file(version, name, &schemas));
    }
    files
}

fn module(schema: &Schema) -> &str {
    schema.group.as_deref().unwrap_or(COMMON)
}

fn file(version: &Version, module: &str, schemas: &[&Schema]) -> SourceFile {
    let about = match version.api.groups.iter().find(|group| group.name == module) {
        Some(group) => format!("Schemas that only the group `{}` uses.", group.tag),
        None => "Schemas that several groups use.".to_owned(),
    };
    let mut page = version.page(&about, needs_others(schemas));
    for schema in schemas {
        page.tokens(tokens(schema));
    }
    page.file(version.path(&format!("schemas/{module}.rs")))
}

/// Whether a file uses types of other files; an import that nothing needs is a warning.
fn needs_others(schemas: &[&Schema]) -> bool {
    schemas
        .iter()
        .flat_map(|schema| &schema.fields)
        .any(|field| match field.ty.leaf() {
            Type::Id(_) | Type::Enum(_) => true,
            Type::Schema(name) => schemas.iter().all(|schema| schema.name != *name),
            _ => false,
        })
}

fn tokens(schema: &Schema) -> TokenStream {
    let doc = doc(schema.doc.as_deref().unwrap_or_default());
    let derive = attribute("derive", &["Schema".to_owned()]);
    let name = format_ident!("{}", schema.name);
    let fields = schema
        .fields
        .iter()
        .map(|field| field_tokens(schema, field));
    let hidden = attribute("doc", &["hidden".to_owned()]);
    quote! {
        #doc
        #derive
        pub struct #name {
            #(#fields,)*
            #hidden
            pub unknown: Unknown,
        }
    }
}

fn field_tokens(schema: &Schema, field: &Field) -> TokenStream {
    let sentence = field.doc.as_deref().map(doc);
    let deprecated = field.deprecated.then(|| doc("Deprecated by the vendor."));
    let mut arguments: Vec<String> = wire_name(&field.rust, &field.wire).into_iter().collect();
    if required(schema, field) {
        arguments.push("required".to_owned());
    }
    arguments.extend(limits(&field.rule));
    let attribute = (!arguments.is_empty()).then(|| attribute("schema", &arguments));
    let name = ident(&field.rust);
    let mut inner = ty(&field.ty);
    if field.recursive {
        inner = quote!(Boxed<#inner>);
    }
    let outer = if schema.patch {
        quote!(Patch<#inner>)
    } else {
        quote!(Option<#inner>)
    };
    quote!(#sentence #deprecated #attribute pub #name: #outer)
}
