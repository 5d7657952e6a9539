//! Schemas, enums and typed ids.

use quote::quote;

use super::origin::Origin;
use super::text::{doc, pretty, tokens};
use super::types::{ident, limits, wire_name};
use crate::builder::wire_of_variant;
use crate::catalogue::Definition;
use crate::model::{Enum, Field, Id, Schema};

/// Returns the Rust names of the types that a schema defines.
pub(super) fn names(schema: &Schema) -> Vec<String> {
    let mut fields = schema.fields.iter();
    let required = fields.any(|field| is_required(schema, field));
    let required = required.then(|| format!("{}Required", schema.name));
    [schema.name.clone()].into_iter().chain(required).collect()
}

/// Returns whether the derive puts a field into the struct of required fields.
pub(crate) fn is_required(schema: &Schema, field: &Field) -> bool {
    field.required && schema.in_request
}

/// Returns the source of a schema.
pub(super) fn schema(origin: &Origin, definition: &Definition<Schema>) -> String {
    let schema = &definition.item;
    let name = ident(&schema.name);
    let fields = schema.fields.iter().map(|field| {
        let sentence = field.doc.as_deref().map_or_else(String::new, doc);
        let deprecated = if field.deprecated {
            doc("Deprecated by the vendor.")
        } else {
            String::new()
        };
        let (doc, attribute) = (
            tokens(&(sentence + &deprecated)),
            tokens(&attribute(schema, field)),
        );
        let (name, mut ty) = (ident(&field.rust), tokens(&origin.scope().ty(&field.ty)));
        if field.recursive {
            ty = quote!(Boxed<#ty>);
        }
        ty = if schema.patch {
            quote!(Patch<#ty>)
        } else {
            quote!(Option<#ty>)
        };
        quote!(#doc #attribute pub #name: #ty,)
    });
    head(origin, definition, schema.doc.as_deref())
        + &pretty(quote! {
            #[derive(Schema)]
            pub struct #name {
                #(#fields)*
                #[doc(hidden)]
                pub unknown: Unknown,
            }
        })
}

/// Returns `#[schema(…)]`, or nothing if it does not have arguments.
fn attribute(schema: &Schema, field: &Field) -> String {
    let mut arguments: Vec<String> = wire_name(&field.rust, &field.wire).into_iter().collect();
    if is_required(schema, field) {
        arguments.push("required".to_owned());
    }
    arguments.extend(limits(&field.constraints));
    if arguments.is_empty() {
        return String::new();
    }
    format!("#[schema({})]", arguments.join(", "))
}

/// Returns the source of an enum.
pub(super) fn enumeration(origin: &Origin, definition: &Definition<Enum>) -> String {
    let this = &definition.item;
    let name = ident(&this.name);
    let variants = this.values.iter().map(|value| {
        let (variant, wire) = (ident(&value.rust), &value.wire);
        let attribute = (wire_of_variant(&value.rust) != *wire).then(|| quote!(#[wire(#wire)]));
        quote!(#attribute #variant)
    });
    head(origin, definition, this.doc.as_deref())
        + &pretty(quote! {
            #[open_enum]
            pub enum #name { #(#variants),* }
        })
}

/// Returns a line of `ids!`.
pub(super) fn id(origin: &Origin, definition: &Definition<Id>) -> String {
    let this = &definition.item;
    let inner = if this.text { "String" } else { "i64" };
    let head = head(origin, definition, this.doc.as_deref());
    format!("{head}{}({inner});\n", this.name)
}

/// Returns the doc comment of a definition, and its `cfg`.
fn head<T>(origin: &Origin, definition: &Definition<T>, sentence: Option<&str>) -> String {
    let words = origin.words(definition);
    doc(&format!("{} {words}", sentence.unwrap_or_default())) + &origin.cfg(definition)
}
