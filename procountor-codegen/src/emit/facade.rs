//! The facade of a group: a method for each endpoint, with what it needs as arguments. For what other versions have there is
//! a method that does not compile and says why.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::attribute::{attribute, doc};
use super::operations::Field;
use super::types::{ident, ty};
use crate::catalogue::{Catalogue, Endpoint, Facade};
use crate::model::{Group, Type};

/// The facade and its methods.
pub(super) fn tokens(facade: &Facade) -> [TokenStream; 2] {
    let doc = doc(&sentence(&facade.group));
    let derive = attribute("derive", &["Clone", "Debug"].map(str::to_owned));
    let name = format_ident!("{}", facade.group.facade);
    let deprecated = facade
        .endpoints
        .iter()
        .any(|endpoint| endpoint.deprecation().is_some());
    let allow = deprecated.then(|| attribute("allow", &["deprecated".to_owned()]));
    let methods = facade.endpoints.iter().map(method);
    [
        quote!(#doc #derive pub struct #name<V, A>(pub(crate) Client<V, A>);),
        quote!(#allow impl<V, A> #name<V, A> { #(#methods)* }),
    ]
}

/// What the group offers in other versions.
pub(super) fn absent(catalogue: &Catalogue, facade: &Facade) -> Option<String> {
    if facade.absent.is_empty() {
        return None;
    }
    let lines = facade.absent.iter().map(|absent| {
        let arguments = ["a", "b", "c", "d", "e", "f", "g", "h"].map(str::to_owned);
        let arguments = arguments.get(..absent.arguments).unwrap_or(&arguments);
        format!(
            "    {}({}) in {};\n",
            ident(&absent.id.to_snake_case()),
            arguments.join(", "),
            catalogue.ty(absent.lifetime),
        )
    });
    let lines: String = lines.collect();
    Some(format!(
        "absent! {{\n    {}:\n{lines}}}",
        facade.group.facade
    ))
}

/// Our sentence about a group.
pub(super) fn sentence(group: &Group) -> String {
    group
        .doc
        .clone()
        .unwrap_or_else(|| format!("The operations of the group `{}`.", group.tag))
}

fn method(endpoint: &Endpoint) -> TokenStream {
    let (doc, deprecated, endpoint_name) = (
        doc(&endpoint.text()),
        endpoint.deprecated(),
        endpoint.name(),
    );
    let name = ident(&endpoint.id().to_snake_case());
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
        #deprecated
        pub fn #name(&self, #(#arguments),*) -> Call<V, A, #endpoint_name> {
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
