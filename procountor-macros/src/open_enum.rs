//! `#[open_enum]`: an enum that keeps the values it does not know.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Fields, Ident, ItemEnum, LitStr, Variant};

use crate::errors::Errors;

pub(crate) fn expand(arguments: &TokenStream, item: TokenStream) -> TokenStream {
    let item: ItemEnum = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    if !arguments.is_empty() {
        errors.at(arguments, "`open_enum` takes no arguments");
    }
    if !item.generics.params.is_empty() {
        errors.at(&item.generics, "an open enum cannot have generics");
    }
    if item.variants.is_empty() {
        errors.at(&item.ident, "an open enum needs at least one variant");
    }
    let values: Vec<Value> = item
        .variants
        .iter()
        .map(|variant| read(variant, &mut errors))
        .collect();
    check_distinct(&values, &mut errors);
    errors.report().unwrap_or_else(|| emit(&item, &values))
}

/// A variant and its wire value.
struct Value<'a> {
    ident: &'a Ident,
    attrs: Vec<&'a Attribute>,
    wire: String,
}

fn read<'a>(variant: &'a Variant, errors: &mut Errors) -> Value<'a> {
    if !matches!(variant.fields, Fields::Unit) {
        errors.at(
            &variant.fields,
            format!(
                "a variant of an open enum cannot have fields: write `{},`",
                variant.ident
            ),
        );
    }
    if let Some((_, value)) = &variant.discriminant {
        errors.at(value, "set the wire value with `#[wire(\"…\")]`");
    }
    if variant.ident == "Unrecognized" {
        errors.at(
            &variant.ident,
            "`Unrecognized` is reserved for unknown values: rename this variant",
        );
    }
    let (wire, attrs): (Vec<_>, Vec<_>) = variant
        .attrs
        .iter()
        .partition(|attr| attr.path().is_ident("wire"));
    if let Some(second) = wire.get(1) {
        errors.at(second, "`wire` is given twice");
    }
    let given = wire
        .first()
        .and_then(|attr| errors.take(attr.parse_args::<LitStr>()));
    let wire = given.map_or_else(
        || variant.ident.unraw().to_string().to_shouty_snake_case(),
        |text| text.value(),
    );
    Value {
        ident: &variant.ident,
        attrs,
        wire,
    }
}

fn check_distinct(values: &[Value<'_>], errors: &mut Errors) {
    for (index, value) in values.iter().enumerate() {
        if let Some(first) = values[..index]
            .iter()
            .find(|first| first.wire == value.wire)
        {
            errors.at(
                value.ident,
                format!(
                    "`{}` and `{}` both have the wire value \"{}\"; add `#[wire(\"…\")]` to one of them",
                    first.ident, value.ident, value.wire
                ),
            );
        }
    }
}

/// Emits the enum. `impl_open_enum!` contains its impls, because the compiler expands it faster.
fn emit(item: &ItemEnum, values: &[Value<'_>]) -> TokenStream {
    let ItemEnum {
        attrs, vis, ident, ..
    } = item;
    let variants = values.iter().map(|Value { ident, attrs, wire }| {
        let doc = format!("`{wire}`");
        let doc =
            (!attrs.iter().any(|attr| attr.path().is_ident("doc"))).then(|| quote!(#[doc = #doc]));
        quote!(#(#attrs)* #doc #ident)
    });
    let names: Vec<_> = values.iter().map(|value| value.ident).collect();
    let wires: Vec<_> = values.iter().map(|value| &value.wire).collect();
    quote! {
        #(#attrs)*
        #[derive(Clone)]
        #[non_exhaustive]
        #vis enum #ident {
            #(#variants,)*
            /// A value that this version does not know. It is written back unchanged.
            Unrecognized(::std::boxed::Box<str>),
        }

        ::procountor_api::impl_open_enum! { #ident { #(#names = #wires,)* } }
    }
}
