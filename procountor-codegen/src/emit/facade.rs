//! The facade of a group: a method for each endpoint, with what it needs as arguments.

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Version;
use super::attribute::{attribute, doc};
use super::operations::{Endpoint, Field};
use super::types::{ident, ty};
use crate::model::{Group, Type};

/// The facade and its methods.
pub(super) fn tokens(version: &Version, group: &Group, endpoints: &[Endpoint]) -> [TokenStream; 2] {
    let doc = doc(&sentence(group));
    let derive = attribute("derive", &["Clone", "Debug"].map(str::to_owned));
    let name = format_ident!("{}", group.facade);
    let marker = format_ident!("{}", version.marker);
    let deprecated = endpoints
        .iter()
        .any(|endpoint| endpoint.operation.deprecated.is_some());
    let allow = deprecated.then(|| attribute("allow", &["deprecated".to_owned()]));
    let methods = endpoints.iter().map(|endpoint| method(endpoint, &marker));
    [
        quote!(#doc #derive pub struct #name<A>(pub(crate) Client<A>);),
        quote!(#allow impl<A> #name<A> { #(#methods)* }),
    ]
}

/// Our sentence about a group.
pub(super) fn sentence(group: &Group) -> String {
    group
        .doc
        .clone()
        .unwrap_or_else(|| format!("The operations of the group `{}`.", group.tag))
}

fn method(endpoint: &Endpoint, marker: &Ident) -> TokenStream {
    let (doc, deprecation, endpoint_name) =
        (endpoint.doc(), endpoint.deprecation(), endpoint.name());
    let name = ident(&endpoint.id.to_snake_case());
    let required: Vec<Field> = endpoint
        .fields()
        .into_iter()
        .filter(|field| field.required)
        .collect();
    let arguments = required.iter().map(|field| {
        let (name, ty) = (ident(&field.name), argument(&field.ty));
        quote!(#name: #ty)
    });
    let names = required.iter().map(|field| ident(&field.name));
    quote! {
        #doc
        #deprecation
        pub fn #name(&self, #(#arguments),*) -> Call<#marker, A, #endpoint_name> {
            self.0.call(#endpoint_name::new(#(#names),*))
        }
    }
}

fn argument(wire: &Type) -> TokenStream {
    match wire {
        Type::String => quote!(impl Into<String>),
        Type::List(item) => {
            let item = ty(item);
            quote!(impl IntoIterator<Item = #item>)
        }
        other => ty(other),
    }
}
