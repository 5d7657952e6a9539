//! The files of ids and enums.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attribute::{attribute, doc};
use super::{SourceFile, Version};
use crate::builder::wire_of_variant;
use crate::model::Enum;

/// `ids.rs`
pub(super) fn ids(version: &Version) -> SourceFile {
    let mut page = version.page("Typed ids.", false);
    let ids = version.api.ids.iter().map(|id| {
        let sentence = id.doc.as_deref().unwrap_or_default();
        let inner = if id.text { "String" } else { "i64" };
        format!("    /// {sentence}\n    {}({inner});\n", id.name)
    });
    page.item(format!("ids! {{\n{}}}", ids.collect::<String>()));
    page.file(version.path("ids.rs"))
}

/// `enums.rs`
pub(super) fn enums(version: &Version) -> SourceFile {
    let mut page = version.page("Enums: sets of names that may grow.", false);
    for enumeration in &version.api.enums {
        page.tokens(tokens(enumeration));
    }
    page.file(version.path("enums.rs"))
}

fn tokens(enumeration: &Enum) -> TokenStream {
    let doc = doc(enumeration.doc.as_deref().unwrap_or_default());
    let open_enum = attribute("open_enum", &[]);
    let name = format_ident!("{}", enumeration.name);
    let variants = enumeration.values.iter().map(|value| {
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
