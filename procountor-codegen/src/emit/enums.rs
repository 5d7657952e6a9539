//! The files of ids and enums.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attribute::{attribute, doc};
use super::{SourceFile, Span};
use crate::builder::wire_of_variant;
use crate::catalogue::Definition;
use crate::model::Enum;

/// `ids.rs`
pub(super) fn ids(span: &Span) -> Vec<SourceFile> {
    let ids = span.ids().map(|one| {
        let sentence = one.item.doc.as_deref().unwrap_or_default();
        let inner = if one.item.text { "String" } else { "i64" };
        let words = span.words(one);
        format!(
            "    /// {sentence} {words}\n    {}({inner});\n",
            one.item.name
        )
    });
    let ids: String = ids.collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let mut page = span.page("Typed ids.", Vec::new());
    page.item(format!("ids! {{\n{ids}}}"));
    vec![page.file(span.path("ids.rs"))]
}

/// `enums.rs`
pub(super) fn enums(span: &Span) -> Vec<SourceFile> {
    let mut enums = span.enums().peekable();
    if enums.peek().is_none() {
        return Vec::new();
    }
    let mut page = span.page("Enums: sets of names that may grow.", Vec::new());
    for one in enums {
        page.tokens(tokens(span, one));
    }
    vec![page.file(span.path("enums.rs"))]
}

fn tokens(span: &Span, definition: &Definition<Enum>) -> TokenStream {
    let this = &definition.item;
    let sentence = this.doc.as_deref().unwrap_or_default();
    let doc = doc(&format!("{sentence} {}", span.words(definition)));
    let open_enum = attribute("open_enum", &[]);
    let name = format_ident!("{}", this.name);
    let variants = this.values.iter().map(|value| {
        let variant = format_ident!("{}", value.rust);
        let wire = (wire_of_variant(&value.rust) != value.wire)
            .then(|| attribute("wire", &[format!("{:?}", value.wire)]));
        quote!(#wire #variant)
    });
    quote! {
        #doc
        #open_enum
        pub enum #name { #(#variants),* }
    }
}
