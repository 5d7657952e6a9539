//! Emits the code of a checked endpoint.

use heck::{ToLowerCamelCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Type;
use syn::ext::IdentExt;

use super::parse::{Endpoint, Field, ParamLocation, ResponseType};
use crate::field::{generic, is_named, slots};

pub(super) fn endpoint(endpoint: &Endpoint) -> TokenStream {
    let item = item(endpoint);
    let new = new(endpoint);
    let setters = setters(endpoint);
    let record = record(endpoint);
    let operation = operation(endpoint);
    let paged = paged(endpoint);
    let reply = reply(endpoint);
    let tells = tells(endpoint);
    quote! {
        #item
        #reply
        #new
        #setters
        #record
        #operation
        #paged
        #tells
    }
}

fn item(endpoint: &Endpoint) -> TokenStream {
    let Endpoint {
        attrs,
        vis,
        ident,
        fields,
        ..
    } = endpoint;
    let fields = fields.iter().map(
        |Field {
             ident, ty, docs, ..
         }| quote!(#(#docs)* pub #ident: #ty),
    );
    quote! {
        #(#attrs)*
        #vis struct #ident {
            #(#fields,)*
        }
    }
}

/// Returns the parameter of a constructor or setter, and the value of the field.
fn argument(field: &Field, ty: &Type) -> (TokenStream, TokenStream) {
    let ident = &field.ident;
    if let Some(item) = generic(ty, "Vec") {
        return (
            quote!(impl IntoIterator<Item = #item>),
            quote!(#ident.into_iter().collect()),
        );
    }
    match is_named(ty, "String") {
        true => (quote!(impl Into<String>), quote!(#ident.into())),
        false => (quote!(#ty), quote!(#ident)),
    }
}

fn new(endpoint: &Endpoint) -> TokenStream {
    let ident = &endpoint.ident;
    let required: Vec<_> = endpoint
        .fields
        .iter()
        .filter(|field| field.is_required())
        .collect();
    let parameters = required.iter().map(|field| {
        let (name, (ty, _)) = (&field.ident, argument(field, &field.ty));
        quote!(#name: #ty)
    });
    let values = required.iter().map(|field| {
        let (name, (_, value)) = (&field.ident, argument(field, &field.ty));
        quote!(#name: #value)
    });
    let rest = (required.len() < endpoint.fields.len())
        .then(|| quote!(..<Self as ::procountor_api::__private::Endpoint>::empty()));
    quote! {
        #[allow(deprecated)]
        impl #ident {
            /// Creates the endpoint with its required parameters.
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#values,)* #rest }
            }
        }
    }
}

/// Emits the setters of the optional parameters, on the call.
fn setters(endpoint: &Endpoint) -> TokenStream {
    let ident = &endpoint.ident;
    let optional: Vec<_> = endpoint
        .fields
        .iter()
        .filter(|field| !field.is_required())
        .collect();
    if optional.is_empty() {
        return TokenStream::new();
    }
    let setters = optional.into_iter().map(|field| {
        let (name, docs) = (&field.ident, &field.docs);
        let inner = generic(&field.ty, "Option");
        let (ty, value) = argument(field, inner.unwrap_or(&field.ty));
        let value = if inner.is_some() {
            quote!(Some(#value))
        } else {
            value
        };
        let doc = docs.is_empty().then(|| {
            let doc = format!("Sets `{}`.", field.wire);
            quote!(#[doc = #doc])
        });
        quote! {
            #(#docs)*
            #doc
            pub fn #name(mut self, #name: #ty) -> Self {
                self.endpoint.#name = #value;
                self
            }
        }
    });
    quote! {
        #[allow(deprecated)]
        impl<V, A> ::procountor_api::__private::Call<V, A, #ident> {
            #(#setters)*
        }
    }
}

fn record(endpoint: &Endpoint) -> TokenStream {
    let Endpoint { ident, fields, .. } = endpoint;
    let lines = fields.iter().map(|field| {
        let place = match field.place {
            ParamLocation::Path => "path",
            ParamLocation::Query if field.options.has("repeated") => "repeated",
            ParamLocation::Query => "query",
            ParamLocation::Header => "header",
            ParamLocation::Body => "body",
            ParamLocation::JsonPart => "json",
            ParamLocation::FilePart => "file",
        };
        let required = field.is_required();
        field.options.line(&field.wire, Some(place), required)
    });
    let (slots, slots_mut): (Vec<_>, Vec<_>) =
        fields.iter().map(|field| slots(&field.ident)).unzip();
    quote! {
        ::procountor_api::impl_endpoint_reflect! {
            #ident, self
            [#(#lines),*]
            [#(#slots),*]
            [#(#slots_mut),*]
        }
    }
}

fn operation(endpoint: &Endpoint) -> TokenStream {
    let Endpoint {
        ident,
        fields,
        arguments,
        policies,
        ..
    } = endpoint;
    let (method, path) = (&arguments.method, &arguments.path);
    let id = ident.to_string().to_lower_camel_case();
    let output = output(endpoint);
    let responses = arguments.responses.iter().map(status);
    let access = if policies.two_factor() {
        quote!(::procountor_api::__private::TwoFactor)
    } else {
        quote!(::procountor_api::__private::AnyAccess)
    };
    let two_factor = policies.two_factor();
    let retry = policies
        .retry()
        .map_or_else(|| "never".to_owned(), |retry| retry.kind.to_string());
    let rate_limit = policies
        .rate_limit()
        .map_or_else(|| "queued".to_owned(), |policy| policy.0.to_string());
    let [retry, rate_limit] =
        [retry, rate_limit].map(|word| format_ident!("{}", word.to_upper_camel_case()));
    let names = fields.iter().map(|field| &field.ident);
    let versions = match &arguments.versions {
        Some(versions) => quote!(#versions),
        None => quote!(::procountor_api::__private::AnyVersion),
    };
    quote! {
        #[allow(deprecated)]
        impl ::procountor_api::__private::Endpoint for #ident {
            type Output = #output;
            type Access = #access;
            type Versions = #versions;

            const OPERATION: &'static ::procountor_api::__private::Operation = &::procountor_api::__private::Operation {
                id: #id,
                method: ::procountor_api::__private::Method::#method,
                path: #path,
                statuses: &[#(#responses),*],
                two_factor: #two_factor,
                retry: ::procountor_api::__private::Retry::#retry,
                rate_limit: ::procountor_api::__private::RateLimitPolicy::#rate_limit,
            };

            fn empty() -> Self {
                Self { #(#names: ::procountor_api::__private::Empty::empty()),* }
            }
        }
    }
}

/// Returns the status of a response: 200, or 204 without a body, unless given.
fn status(response: &ResponseType) -> TokenStream {
    match (&response.status, is_unit(&response.ty)) {
        (Some(status), _) => quote!(#status),
        (None, true) => quote!(204),
        (None, false) => quote!(200),
    }
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

fn output(endpoint: &Endpoint) -> TokenStream {
    match &endpoint.arguments.responses[..] {
        [response] => {
            let ty = &response.ty;
            quote!(#ty)
        }
        _ => {
            let name = format_ident!("{}Reply", endpoint.ident);
            quote!(#name)
        }
    }
}

/// Emits the enum of several responses, whose variant the status selects.
fn reply(endpoint: &Endpoint) -> TokenStream {
    let responses = &endpoint.arguments.responses;
    if responses.len() < 2 {
        return TokenStream::new();
    }
    let (vis, name) = (&endpoint.vis, format_ident!("{}Reply", endpoint.ident));
    let doc = format!(
        "The response of [`{}`]; the status selects the variant.",
        endpoint.ident
    );
    let codes: Vec<_> = responses.iter().map(status).collect();
    let types: Vec<_> = responses.iter().map(|response| &response.ty).collect();
    let variants: Vec<_> = responses
        .iter()
        .map(|response| {
            match response
                .status
                .as_ref()
                .map(|status| status.base10_digits())
            {
                Some("202") => format_ident!("Accepted"),
                Some("204") => format_ident!("NoContent"),
                Some("200") | None => format_ident!("Ok"),
                Some(other) => format_ident!("Status{other}"),
            }
        })
        .collect();
    let docs = codes.iter().map(|code| format!("Status {code}."));
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, PartialEq)]
        #vis enum #name {
            #(#[doc = #docs] #variants(#types),)*
        }

        const _: () = {
            use ::procountor_api::__private::*;

            impl FromResponse for #name {
                fn read(response: &RawResponse) -> Result<Self, DecodeError> {
                    match response.status {
                        #(#codes => FromResponse::read(response).map(Self::#variants),)*
                        status => Err(DecodeError::unexpected_status(status)),
                    }
                }

                fn to_json(&self) -> Option<String> {
                    match self {
                        #(Self::#variants(value) => FromResponse::to_json(value),)*
                    }
                }
            }
        };
    }
}

fn paged(endpoint: &Endpoint) -> TokenStream {
    let Some(paginate) = endpoint.policies.paginate() else {
        return TokenStream::new();
    };
    let ident = &endpoint.ident;
    let (rows, row, max_size) = (&paginate.rows, &paginate.row, &paginate.max_size);
    let page = paginate.page.is_some();
    let wire = |name: &syn::Ident| {
        let field = endpoint
            .fields
            .iter()
            .find(|field| field.ident.unraw() == name.unraw());
        field.map_or_else(|| name.to_string(), |field| field.wire.clone())
    };
    let rows_name = rows.unraw().to_string().to_lower_camel_case();
    let keyset = paginate.keyset.as_ref().map_or_else(
        || quote!(None),
        |keyset| {
            let (parameter, order) = (wire(&keyset.parameter), wire(&keyset.order));
            let key = keyset.key.as_ref().map_or_else(
                || "id".to_owned(),
                |key| key.unraw().to_string().to_lower_camel_case(),
            );
            quote!(Some(::procountor_api::__private::Keyset { parameter: #parameter, order: #order, key: #key }))
        },
    );
    let key = paginate
        .keyset
        .as_ref()
        .map(|keyset| keyset.key.clone().unwrap_or_else(|| format_ident!("id")));
    let has_key = key.map(|key| quote!(let _: fn(&#row) = |row| { let _ = &row.#key; };));
    let output = output(endpoint);
    quote! {
        #[allow(deprecated)]
        #[diagnostic::do_not_recommend]
        impl ::procountor_api::__private::Paged for #ident {
            type Row = #row;

            const PAGING: &'static ::procountor_api::__private::Paging =
                &::procountor_api::__private::Paging {
                    rows: #rows_name,
                    page: #page,
                    keyset: #keyset,
                    max_size: #max_size,
                };
        }

        // Compile-time checks: the response has the rows, and a row has the key.
        const _: () = {
            let _: fn(&#output) -> &Option<Vec<#row>> = |response| &response.#rows;
            #has_key
        };
    }
}

/// Emits `ReportsOutcome` for an operation that returns 202 and later 200.
fn tells(endpoint: &Endpoint) -> TokenStream {
    let responses = &endpoint.arguments.responses;
    let with = |wanted: &str| {
        responses.iter().find(|response| {
            let status = response
                .status
                .as_ref()
                .map(|status| status.base10_digits());
            status == Some(wanted)
        })
    };
    let (Some(done), Some(_), 2, false) = (
        with("200"),
        with("202"),
        responses.len(),
        endpoint.policies.two_factor(),
    ) else {
        return TokenStream::new();
    };
    let (ident, done) = (&endpoint.ident, &done.ty);
    let reply = format_ident!("{ident}Reply");
    quote! {
        #[allow(deprecated)]
        impl ::procountor_api::__private::ReportsOutcome for #ident {
            type Done = #done;

            fn done(reply: Self::Output) -> ::std::option::Option<Self::Done> {
                match reply {
                    #reply::Ok(done) => ::std::option::Option::Some(done),
                    #reply::Accepted(_) => ::std::option::Option::None,
                }
            }
        }
    }
}
