//! Endpoints: a struct with its policies as attributes, and a field for each parameter.

use heck::{ToSnakeCase, ToUpperCamelCase};
use quote::quote;

use super::origin::Origin;
use super::text::{doc, pretty, tokens};
use super::types::{Scope, ident, limits, wire_name};
use crate::catalogue::{Definition, Endpoint, Field, Kind, Target};
use crate::model::{Access, Keyset, Paging, RateLimit, Retry};
use crate::model::{Content, ListStyle, Location, Method, Response, Type};

/// Returns the Rust names of the types that an endpoint defines.
pub(super) fn names(endpoint: &Endpoint) -> Vec<String> {
    let name = type_name(endpoint.id());
    let reply = (endpoint.operation.responses.len() > 1).then(|| format!("{name}Reply"));
    [name].into_iter().chain(reply).collect()
}

/// Returns the Rust type of an endpoint: `SearchInvoice`.
pub(crate) fn type_name(id: &str) -> String {
    id.to_upper_camel_case()
}

/// Returns the documentation: `GET /invoices` and the project's sentence.
pub(super) fn sentence(endpoint: &Endpoint) -> String {
    let operation = &endpoint.operation;
    let mut text = format!("`{} {}`", operation.method, operation.path);
    match (&operation.doc, endpoint.ids()) {
        (_, Some(batch)) => {
            text.push_str(&format!(": the same for up to {} ids at once, ", batch.max));
            text.push_str("in the order of the ids; those that do not exist are left out, ");
            text.push_str("and if none does, that is 404.");
        }
        (Some(sentence), None) => text.push_str(&format!(": {sentence}")),
        (None, None) => text.push('.'),
    }
    if let Some(market) = &operation.market {
        text.push_str(&format!(
            "\n\nOnly in environments of the market `{market}`."
        ));
    }
    text
}

/// Returns `#[deprecated(…)]` if the vendor has deprecated the operation.
pub(super) fn deprecated(endpoint: &Endpoint) -> String {
    let note = endpoint.deprecation();
    note.map_or_else(String::new, |note| {
        format!("#[deprecated(note = {note:?})]\n")
    })
}

/// Returns the source of an endpoint.
pub(super) fn source(origin: &Origin, definition: &Definition<Endpoint>) -> String {
    let (this, scope) = (&definition.item, origin.scope());
    let (operation, policy) = (&this.operation, &this.operation.policy);
    let name = ident(&type_name(this.id()));
    let fields = this.fields().into_iter().map(|field| {
        let (doc, attribute) = (tokens(&field_doc(&field)), tokens(&attribute(&field)));
        let (name, inner) = (ident(&field.name), tokens(&scope.ty(&field.ty)));
        let ty = if field.required || matches!(field.ty, Type::List(_)) {
            inner
        } else {
            quote!(Option<#inner>)
        };
        quote!(#doc #attribute pub #name: #ty)
    });
    let paging = policy.paging.as_ref().filter(|_| !this.batch);
    // `prettyplease` breaks these attributes differently, so they are written as text.
    [
        doc(&format!("{} {}", sentence(this), origin.words(definition))),
        origin.cfg(definition),
        deprecated(this),
        format!(
            "#[endpoint({}, {:?}, returns = {}, versions = {})]\n",
            operation.method,
            operation.path,
            returns(&operation.responses, this.batch, scope),
            definition.versions.range(origin.catalogue.versions),
        ),
        format!("#[auth({})]\n", auth(policy.access)),
        paging.map_or_else(String::new, |paging| paginate(paging, scope)),
        format!("#[retry({})]\n", retry(policy.retry, operation.method)),
        format!("#[rate_limit({})]\n", rate_limit(policy.rate_limit)),
        pretty(quote!(pub struct #name { #(#fields),* })),
    ]
    .concat()
}

fn auth(access: Access) -> &'static str {
    match access {
        Access::Any => "m2m | on_behalf",
        Access::TwoFactor => "on_behalf, two_factor",
    }
}

fn retry(retry: Retry, method: Method) -> &'static str {
    match retry {
        Retry::Safe if method == Method::Get => "safe",
        Retry::Safe => "safe, reads",
        Retry::Idempotent => "idempotent",
        Retry::OnlyIfUnsent => "only_if_unsent",
        Retry::Never => "never",
    }
}

fn rate_limit(limit: RateLimit) -> &'static str {
    match limit {
        RateLimit::Queued => "queued",
        RateLimit::Priority => "priority",
    }
}

fn paginate(paging: &Paging, scope: Scope) -> String {
    let row = scope.path(Kind::Schema, &paging.row);
    let mut arguments = vec![format!("rows = {}: {row}", paging.rows.to_snake_case())];
    if paging.page {
        arguments.push("page".to_owned());
    }
    if let Some(Keyset {
        parameter,
        order,
        key,
    }) = &paging.keyset
    {
        let on = if key == "id" {
            String::new()
        } else {
            format!(" on {}", key.to_snake_case())
        };
        arguments.push(format!(
            "keyset = {} by {}{on}",
            parameter.to_snake_case(),
            order.to_snake_case()
        ));
    }
    arguments.push(format!("size <= {}", paging.max_size));
    format!("#[paginate({})]\n", arguments.join(", "))
}

/// Returns the types that an endpoint returns, by status.
pub(super) fn returns(answers: &[Response], batch: bool, scope: Scope) -> String {
    let content = |content: &Content| match content {
        Content::Empty => "()".to_owned(),
        Content::Json(ty) if batch => format!("Batch<{}>", scope.ty(ty)),
        Content::Json(ty) => scope.ty(ty),
        Content::Binary { .. } => "Binary".to_owned(),
        Content::Mixed(ty) => format!("Mixed<{}>", scope.ty(ty)),
    };
    let with_status =
        |answer: &Response| format!("{}: {}", answer.status, content(&answer.content));
    match answers {
        [answer] if answer.content == Content::Empty && answer.status == 204 => "()".to_owned(),
        [answer] if answer.content != Content::Empty && answer.status == 200 => {
            content(&answer.content)
        }
        [answer] => with_status(answer),
        several => {
            let several: Vec<String> = several.iter().map(with_status).collect();
            format!("({})", several.join(", "))
        }
    }
}

fn field_doc(field: &Field) -> String {
    let sentence = match field.target {
        Target::Parameter(parameter) | Target::Ids(parameter, _) => parameter.doc.as_deref(),
        Target::Body | Target::Part(_) => None,
    };
    sentence.map_or_else(String::new, doc)
}

/// Returns the attribute of a field: the part of the request that it fills, with its limits.
fn attribute(field: &Field) -> String {
    let mut arguments = Vec::new();
    let name = match field.target {
        Target::Parameter(parameter) | Target::Ids(parameter, _) => {
            arguments.extend(wire_name(&field.name, &parameter.wire));
            let list = matches!(field.ty, Type::List(_));
            arguments.extend(list.then(|| list_style(parameter.list).to_owned()));
            if matches!(parameter.ty, Type::List(_)) && parameter.required {
                arguments.push("required".to_owned());
            }
            arguments.extend(limits(&parameter.constraints));
            if let Target::Ids(_, batch) = field.target {
                arguments.push(format!("max_items = {}", batch.max));
            }
            match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
            }
        }
        Target::Body => {
            let list = matches!(field.ty, Type::List(_)) && field.required;
            arguments.extend(list.then(|| "required".to_owned()));
            "body"
        }
        Target::Part(part) => {
            let file = part.ty == Type::Binary;
            arguments.push(if file { "file" } else { "json" }.to_owned());
            arguments.extend(wire_name(&field.name, &part.wire));
            "part"
        }
    };
    if arguments.is_empty() {
        format!("#[{name}]")
    } else {
        format!("#[{name}({})]", arguments.join(", "))
    }
}

fn list_style(style: ListStyle) -> &'static str {
    match style {
        ListStyle::Comma => "comma",
        ListStyle::Repeated => "repeated",
    }
}
