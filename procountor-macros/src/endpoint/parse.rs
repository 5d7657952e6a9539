//! Parser of an endpoint: the arguments of `#[endpoint]`, the policies, and the fields.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Field as SynField, Fields, Ident, ItemStruct, LitInt, LitStr, Token, Type,
    Visibility, parenthesized,
};

use super::policy::{Auth, Paginate, Policies, RateLimit, Retry};
use crate::errors::Errors;
use crate::field::{Options, generic};

/// A parsed endpoint.
pub(super) struct Endpoint {
    pub(super) arguments: Arguments,
    pub(super) policies: Policies,
    pub(super) attrs: Vec<Attribute>,
    pub(super) vis: Visibility,
    pub(super) ident: Ident,
    pub(super) fields: Vec<Field>,
    /// A field could not be parsed, so missing fields are not reported.
    pub(super) incomplete: bool,
}

/// `GET, "/invoices", returns = InvoiceSearchResult, versions = Since<V2302>`
pub(super) struct Arguments {
    pub(super) method: Ident,
    pub(super) path: LitStr,
    pub(super) responses: Vec<ResponseType>,
    /// The range of versions that have the endpoint; every version if it is not given.
    pub(super) versions: Option<Type>,
}

/// `202: TransactionIdentifier`
pub(super) struct ResponseType {
    pub(super) status: Option<LitInt>,
    pub(super) ty: Type,
}

/// A field and its location.
pub(super) struct Field {
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) docs: Vec<Attribute>,
    pub(super) place: ParamLocation,
    /// The attribute of the location.
    pub(super) location: Attribute,
    /// The wire name.
    pub(super) wire: String,
    pub(super) options: Options,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ParamLocation {
    Path,
    Query,
    Header,
    Body,
    JsonPart,
    FilePart,
}

impl Field {
    pub(super) fn is_list(&self) -> bool {
        generic(&self.ty, "Vec").is_some()
    }

    /// Returns whether the constructor takes the field.
    pub(super) fn is_required(&self) -> bool {
        let list_may_be_left_out =
            self.is_list() && matches!(self.place, ParamLocation::Query | ParamLocation::Header);
        generic(&self.ty, "Option").is_none()
            && (!list_may_be_left_out || self.options.has("required"))
    }
}

pub(super) fn endpoint(
    arguments: TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Option<Endpoint> {
    let arguments = errors.take(syn::parse2::<Arguments>(arguments));
    let mut item = errors.take(syn::parse2::<ItemStruct>(item))?;
    if !item.generics.params.is_empty() {
        errors.at(&item.generics, "an endpoint cannot have generics");
    }
    let policies = policies(&mut item.attrs, errors);
    let written = item.fields.len();
    let fields: Vec<_> = match item.fields {
        Fields::Named(named) => named
            .named
            .into_iter()
            .filter_map(|one| field(one, errors))
            .collect(),
        _ => {
            errors.at(
                &item.ident,
                "an endpoint must be a struct with named fields (`{}` if it does not have parameters)",
            );
            Vec::new()
        }
    };
    let incomplete = fields.len() < written;
    Some(Endpoint {
        arguments: arguments?,
        policies,
        attrs: item.attrs,
        vis: item.vis,
        ident: item.ident,
        fields,
        incomplete,
    })
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let method = input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), "expected a method, such as `GET`"))?;
        input.parse::<Token![,]>()?;
        let path = input.parse().map_err(|error| {
            syn::Error::new(error.span(), "expected a path in quotes: `\"/invoices\"`")
        })?;
        let missing =
            "the response type is missing: add `returns = InvoiceSearchResult`, or `returns = ()`";
        input
            .parse::<Token![,]>()
            .map_err(|error| syn::Error::new(error.span(), missing))?;
        let keyword: Ident = input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), missing))?;
        if keyword != "returns" {
            return Err(syn::Error::new(keyword.span(), missing));
        }
        input.parse::<Token![=]>()?;
        let responses = responses(input)?;
        let mut versions = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let other = "after `returns`, expected only `versions = Since<V2302>`";
            let keyword: Ident = input
                .parse()
                .map_err(|error| syn::Error::new(error.span(), other))?;
            if keyword != "versions" {
                return Err(syn::Error::new(keyword.span(), other));
            }
            input.parse::<Token![=]>()?;
            versions = Some(input.parse()?);
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(Self {
            method,
            path,
            responses,
            versions,
        })
    }
}

/// Parses `T`, `202: T`, or `(200: A, 202: B)`.
fn responses(input: ParseStream<'_>) -> syn::Result<Vec<ResponseType>> {
    let fork = input.fork();
    let several = (|| {
        let content;
        parenthesized!(content in fork);
        content.parse::<LitInt>()?;
        content.parse::<Token![:]>()
    })();
    if several.is_err() {
        return Ok(vec![input.parse()?]);
    }
    let content;
    parenthesized!(content in input);
    Ok(
        Punctuated::<ResponseType, Token![,]>::parse_terminated(&content)?
            .into_iter()
            .collect(),
    )
}

impl Parse for ResponseType {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let status: Option<LitInt> = if input.peek(LitInt) {
            Some(input.parse()?)
        } else {
            None
        };
        if status.is_some() {
            input.parse::<Token![:]>()?;
        }
        Ok(Self {
            status,
            ty: input.parse()?,
        })
    }
}

/// Removes the policies from the attributes.
fn policies(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Policies {
    let mut policies = Policies::default();
    attrs.retain(|attr| {
        let path = attr.path();
        if path.is_ident("auth") {
            set(
                &mut policies.auth,
                attr,
                attr.parse_args_with(Auth::parse),
                errors,
            );
        } else if path.is_ident("paginate") {
            set(
                &mut policies.paginate,
                attr,
                attr.parse_args_with(Paginate::parse),
                errors,
            );
        } else if path.is_ident("retry") {
            set(
                &mut policies.retry,
                attr,
                attr.parse_args_with(Retry::parse),
                errors,
            );
        } else if path.is_ident("rate_limit") {
            set(
                &mut policies.rate_limit,
                attr,
                attr.parse_args_with(RateLimit::parse),
                errors,
            );
        } else {
            return true;
        }
        false
    });
    policies
}

/// Stores a policy. One that cannot be parsed counts as given, so that it is not reported as missing too.
fn set<T>(
    policy: &mut Option<(Attribute, Option<T>)>,
    attr: &Attribute,
    value: syn::Result<T>,
    errors: &mut Errors,
) {
    if policy.is_some() {
        errors.at(attr, "this policy is given twice");
        return;
    }
    *policy = Some((attr.clone(), errors.take(value)));
}

fn field(field: SynField, errors: &mut Errors) -> Option<Field> {
    let ident = field.ident?;
    let (docs, locations): (Vec<_>, Vec<_>) = field
        .attrs
        .into_iter()
        .partition(|attr| attr.path().is_ident("doc"));
    let (mut found, mut misread) = (None, false);
    for attr in locations {
        if found.is_some() {
            errors.at(
                &attr,
                format!("`{ident}` already has a location; a field can have only one"),
            );
            continue;
        }
        let options = match &attr.meta {
            syn::Meta::Path(_) => Some(Options::default()),
            _ => errors.take(attr.parse_args()),
        };
        let Some(options) = options else {
            misread = true;
            continue;
        };
        match place(&attr, &options) {
            Some(place) => found = Some((place, attr, options)),
            None => {
                errors.at(&attr, "expected one of `#[path]`, `#[query]`, `#[header]`, `#[body]`, `#[part(json)]` or `#[part(file)]`");
                misread = true;
            }
        }
    }
    if found.is_none() && !misread {
        errors.at(&ident, format!("the location of `{ident}` is missing: add `#[path]`, `#[query]`, `#[header]`, `#[body]`, `#[part(json)]` or `#[part(file)]`"));
    }
    let (place, location, options) = found?;
    Some(Field {
        wire: options.wire_name(&ident),
        ident,
        ty: field.ty,
        docs,
        place,
        location,
        options,
    })
}

fn place(attr: &Attribute, options: &Options) -> Option<ParamLocation> {
    let path = attr.path();
    let places = [
        ("path", ParamLocation::Path),
        ("query", ParamLocation::Query),
        ("header", ParamLocation::Header),
        ("body", ParamLocation::Body),
    ];
    if let Some((_, place)) = places.iter().find(|(name, _)| path.is_ident(name)) {
        return Some(*place);
    }
    if !path.is_ident("part") {
        return None;
    }
    match (options.has("json"), options.has("file")) {
        (true, false) => Some(ParamLocation::JsonPart),
        (false, true) => Some(ParamLocation::FilePart),
        _ => None,
    }
}
