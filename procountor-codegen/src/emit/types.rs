//! Types, limits and names in Rust.

use heck::ToLowerCamelCase;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::model::{Constraints, Type};

/// A type of the wire.
pub(super) fn ty(wire: &Type) -> TokenStream {
    match wire {
        Type::String => quote!(String),
        Type::Integer => quote!(i64),
        Type::Decimal => quote!(Decimal),
        Type::Boolean => quote!(bool),
        Type::Date => quote!(Date),
        Type::DateTime => quote!(DateTime),
        Type::Secret => quote!(Secret),
        Type::Binary => quote!(FileUpload),
        Type::Json => quote!(Json),
        Type::Id(name) | Type::Enum(name) | Type::Schema(name) => {
            let name = format_ident!("{name}");
            quote!(#name)
        }
        Type::List(item) => {
            let item = ty(item);
            quote!(Vec<#item>)
        }
        Type::Map(value) => {
            let value = ty(value);
            quote!(BTreeMap<String, #value>)
        }
    }
}

/// The same as text.
pub(super) fn ty_text(wire: &Type) -> String {
    match wire {
        Type::List(item) => format!("Vec<{}>", ty_text(item)),
        Type::Map(value) => format!("BTreeMap<String, {}>", ty_text(value)),
        other => ty(other).to_string(),
    }
}

/// A name, with `r#` where it is a keyword.
pub(super) fn ident(name: &str) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(ident) => ident,
        Err(_) => Ident::new_raw(name, Span::call_site()),
    }
}

/// `name = "…"`, where the lowerCamelCase of the field is not the name on the wire.
pub(super) fn wire_name(rust: &str, wire: &str) -> Option<String> {
    (rust.to_lower_camel_case() != wire).then(|| format!("name = {wire:?}"))
}

/// The limits of a value, as arguments of an attribute.
pub(crate) fn limits(rule: &Constraints) -> Vec<String> {
    let number = |name: &str, value: &Option<u32>| value.map(|value| format!("{name} = {value}"));
    let decimal = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!("{name} = {value}"))
    };
    let limits = [
        number("min_len", &rule.min_len),
        number("max_len", &rule.max_len),
        decimal("min", &rule.min),
        decimal("max", &rule.max),
        decimal("above", &rule.above),
        decimal("below", &rule.below),
        number("scale", &rule.scale),
        number("min_items", &rule.min_items),
        number("max_items", &rule.max_items),
        rule.unique.then(|| "unique".to_owned()),
    ];
    limits.into_iter().flatten().collect()
}
