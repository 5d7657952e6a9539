//! `#[derive(Schema)]`: the descriptor and the fields of a struct, for the shared decoder, encoder and checker.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type, Visibility};

use crate::errors::Errors;
use crate::field::{Options, generic, is_named, slots};

pub(crate) fn expand(item: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(item) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut errors = Errors::default();
    let schema = parse(&item, &mut errors);
    match (errors.report(), schema) {
        (None, Some(schema)) => emit(&schema),
        (report, _) => report.unwrap_or_default(),
    }
}

struct Schema<'a> {
    vis: &'a Visibility,
    ident: &'a Ident,
    fields: Vec<Field<'a>>,
}

struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    docs: Vec<&'a Attribute>,
    wire: String,
    options: Options,
}

fn parse<'a>(item: &'a DeriveInput, errors: &mut Errors) -> Option<Schema<'a>> {
    let named = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(named) => Some(&named.named),
            _ => None,
        },
        _ => None,
    };
    let Some(named) = named else {
        errors.at(&item.ident, "a schema must be a struct with named fields");
        return None;
    };
    if !item.generics.params.is_empty() {
        errors.at(&item.generics, "a schema cannot have generics");
    }
    if let Some(attr) = item
        .attrs
        .iter()
        .find(|attr| attr.path().is_ident("schema"))
    {
        errors.at(attr, "`#[schema]` is only valid on a field");
    }
    let (unknown, known): (Vec<_>, Vec<_>) = named
        .iter()
        .partition(|field| is_named(&field.ty, "Unknown"));
    if unknown.len() != 1
        || unknown[0]
            .ident
            .as_ref()
            .is_none_or(|name| name != "unknown")
    {
        errors.at(
            &item.ident,
            "a schema keeps unknown members: add the field `#[doc(hidden)] pub unknown: Unknown`",
        );
    }
    let fields: Vec<_> = known
        .into_iter()
        .filter_map(|field| parse_field(field, errors))
        .collect();
    for (index, field) in fields.iter().enumerate() {
        let wire = &field.wire;
        if fields[..index].iter().any(|first| first.wire == *wire) {
            errors.at(field.ident, format!("two fields have the wire name `{wire}`; add `#[schema(name = \"…\")]` to one of them"));
        }
    }
    Some(Schema {
        vis: &item.vis,
        ident: &item.ident,
        fields,
    })
}

fn parse_field<'a>(field: &'a syn::Field, errors: &mut Errors) -> Option<Field<'a>> {
    let ident = field.ident.as_ref()?;
    let mut settings = field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("schema"));
    let options = settings
        .next()
        .and_then(|attr| errors.take(attr.parse_args::<Options>()))
        .unwrap_or_default();
    if let Some(second) = settings.next() {
        errors.at(second, "`schema` is given twice; combine them");
    }
    options.check(&["required"], &field.ty, errors);
    if generic(&field.ty, "Option").is_none() && generic(&field.ty, "Patch").is_none() {
        errors.at(
            &field.ty,
            format!("`{ident}` must be an `Option<…>` (or `Patch<…>`): a server can omit any field; mark a field that requests need with `#[schema(required)]`"),
        );
    }
    if let Some(required) = options
        .setting("required")
        .filter(|_| generic(&field.ty, "Patch").is_some())
    {
        errors.at(
            &required.name,
            "a patch does not have required fields: a field that is not set keeps its value",
        );
    }
    let docs = field
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("doc"))
        .collect();
    Some(Field {
        ident,
        ty: &field.ty,
        docs,
        wire: options.wire_name(ident),
        options,
    })
}

/// Emits the parts that differ between schemas. `impl_schema!` contains the impls, because the compiler expands it faster.
fn emit(schema: &Schema<'_>) -> TokenStream {
    let Schema { ident, fields, .. } = schema;
    let idents = fields.iter().map(|field| field.ident);
    let lines = fields
        .iter()
        .map(|Field { wire, options, .. }| options.line(wire, None, options.has("required")));
    let blanks = fields.iter().map(|field| match generic(field.ty, "Patch") {
        Some(_) => quote!(::procountor_api::__private::Patch::Keep),
        None => quote!(None),
    });
    let (slots, slots_mut): (Vec<_>, Vec<_>) =
        fields.iter().map(|field| slots(field.ident)).unzip();
    let required = emit_required(schema);
    quote! {
        #required

        ::procountor_api::impl_schema! {
            #ident, self
            [#(#lines),*]
            [#(#slots,)* &self.unknown]
            [#(#slots_mut,)* &mut self.unknown]
            { #(#idents: #blanks,)* unknown: ::procountor_api::__private::Unknown::new() }
        }
    }
}

/// Emits the struct of required fields, or `Default` if there are none.
fn emit_required(schema: &Schema<'_>) -> TokenStream {
    let Schema { vis, ident, fields } = schema;
    let required: Vec<_> = fields
        .iter()
        .filter(|field| field.options.has("required"))
        .collect();
    if required.is_empty() {
        return quote! {
            impl ::std::default::Default for #ident {
                fn default() -> Self {
                    ::procountor_api::__private::Schema::empty()
                }
            }
        };
    }
    let name = format_ident!("{ident}Required");
    let doc = format!("The required fields of [`{ident}`]; `.into()` converts them.");
    let idents: Vec<_> = required.iter().map(|field| field.ident).collect();
    let members = required.iter().filter_map(
        |Field {
             ident, ty, docs, ..
         }| {
            let inner = generic(ty, "Option")?;
            let doc = docs.is_empty().then(|| {
                let doc = format!("See [`{}::{ident}`].", schema.ident);
                quote!(#[doc = #doc])
            });
            Some(quote!(#(#docs)* #doc pub #ident: #inner))
        },
    );
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        #vis struct #name {
            #(#members,)*
        }

        impl ::std::convert::From<#name> for #ident {
            fn from(required: #name) -> Self {
                let empty = <Self as ::procountor_api::__private::Schema>::empty();
                Self { #(#idents: Some(required.#idents),)* ..empty }
            }
        }
    }
}
