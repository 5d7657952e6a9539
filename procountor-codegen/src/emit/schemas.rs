//! The files of schemas: those of one group, and those that several share.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attribute::{attribute, doc};
use super::surface::required;
use super::types::{ident, limits, ty, wire_name};
use super::{SourceFile, Span};
use crate::catalogue::{Definition, Key, Kind, Lifetime, schema_names};
use crate::model::{Field, Schema};

/// The module of schemas that several groups use, or none.
const COMMON: &str = "common";

/// `schemas/*.rs`
pub(super) fn files(span: &Span) -> Vec<SourceFile> {
    let mut modules: BTreeMap<&str, Vec<&Definition<Schema>>> = BTreeMap::new();
    for schema in span.schemas() {
        let module = schema.item.group.as_deref().unwrap_or(COMMON);
        modules.entry(module).or_default().push(schema);
    }
    let names: Vec<&str> = modules.keys().copied().collect();
    let about = "Schemas: what requests and answers carry.";
    let mut files = span.index("schemas", about, &names);
    files.extend(
        modules
            .iter()
            .map(|(module, schemas)| file(span, module, schemas)),
    );
    files
}

fn file(span: &Span, module: &str, schemas: &[&Definition<Schema>]) -> SourceFile {
    let about = match module {
        COMMON => "Schemas that several groups use.".to_owned(),
        group => format!("Schemas that only the group `{}` uses.", span.tag(group)),
    };
    let mut page = span.page(&about, names(schemas));
    for schema in schemas {
        page.tokens(tokens(span, schema));
    }
    page.file(span.path(&format!("schemas/{module}.rs")))
}

/// What a file names, without what it holds itself.
fn names(schemas: &[&Definition<Schema>]) -> Vec<(Lifetime, Key)> {
    let own = |(kind, name): &Key| {
        let mut schemas = schemas.iter();
        *kind == Kind::Schema && schemas.any(|schema| schema.item.name == *name)
    };
    let named = schemas.iter().flat_map(|schema| {
        let names = schema_names(&schema.item).into_iter();
        names.map(|key| (schema.lifetime, key))
    });
    named.filter(|(_, key)| !own(key)).collect()
}

fn tokens(span: &Span, definition: &Definition<Schema>) -> TokenStream {
    let schema = &definition.item;
    let sentence = schema.doc.as_deref().unwrap_or_default();
    let doc = doc(&format!("{sentence} {}", span.words(definition)));
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
    arguments.extend(limits(&field.constraints));
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
