//! The files of operations: for each group its facade and its endpoints.

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::attribute::{attribute, doc};
use super::types::{ident, limits, ty, ty_text, wire_name};
use super::{SourceFile, Version, facade};
use crate::model::{
    Answer, Batch, Body, Content, Deprecation, ListStyle, Location, Method, Operation, Parameter,
    Part, Type,
};
use crate::policy::{Access, Keyset, Paging, RateLimit, Retry};

/// `operations/*.rs`
pub(super) fn files(version: &Version) -> Vec<SourceFile> {
    let modules: Vec<String> = version
        .api
        .groups
        .iter()
        .map(|group| group.name.clone())
        .collect();
    let mut files = vec![version.index("operations/mod.rs", "Operations, by group.", &modules)];
    for group in &version.api.groups {
        let endpoints = endpoints(
            version
                .api
                .operations
                .iter()
                .filter(|operation| operation.group == group.name),
        );
        let mut page = version.page(
            &format!("The operations of the group `{}`.", group.tag),
            true,
        );
        for item in facade::tokens(version, group, &endpoints) {
            page.tokens(item);
        }
        for endpoint in &endpoints {
            page.tokens(endpoint.tokens());
        }
        files.push(page.file(version.path(&format!("operations/{}.rs", group.name))));
    }
    files
}

/// An operation as a type: one that takes several ids is two of them.
pub(super) struct Endpoint<'a> {
    pub(super) operation: &'a Operation,
    /// The id of the endpoint, in lowerCamelCase.
    pub(super) id: &'a str,
    /// Set when this is the one that takes several ids.
    pub(super) batch: Option<&'a Batch>,
}

/// The endpoints of these operations.
pub(super) fn endpoints<'a>(operations: impl Iterator<Item = &'a Operation>) -> Vec<Endpoint<'a>> {
    let mut endpoints = Vec::new();
    for operation in operations {
        endpoints.push(Endpoint {
            operation,
            id: &operation.id,
            batch: None,
        });
        if let Some(batch) = &operation.batch {
            endpoints.push(Endpoint {
                operation,
                id: &batch.id,
                batch: Some(batch),
            });
        }
    }
    endpoints
}

/// A field of an endpoint.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) required: bool,
    attribute: &'static str,
    arguments: Vec<String>,
    doc: Option<String>,
}

impl Endpoint<'_> {
    /// The name of its type.
    pub(super) fn name(&self) -> Ident {
        format_ident!("{}", self.id.to_upper_camel_case())
    }

    /// `GET /invoices`, and our sentence.
    pub(super) fn doc(&self) -> TokenStream {
        let mut text = format!("`{} {}`", self.operation.method, self.operation.path);
        match (&self.operation.doc, self.batch) {
            (_, Some(batch)) => {
                text.push_str(&format!(": the same for up to {} ids at once, ", batch.max));
                text.push_str("in the order of the ids; those that do not exist are left out, ");
                text.push_str("and if none does, that is 404.");
            }
            (Some(sentence), None) => text.push_str(&format!(": {sentence}")),
            (None, None) => text.push('.'),
        }
        if let Some(market) = &self.operation.market {
            text.push_str(&format!(
                "\n\nOnly in environments of the market `{market}`."
            ));
        }
        doc(&text)
    }

    pub(super) fn deprecation(&self) -> Option<TokenStream> {
        let Deprecation { removal } = self.operation.deprecated.as_ref()?;
        let note = match removal {
            Some(version) => format!("deprecated by the vendor, to be removed in {version}"),
            None => "deprecated by the vendor".to_owned(),
        };
        Some(attribute("deprecated", &[format!("note = {note:?}")]))
    }

    /// Its fields: path, required query and header, body, optional query and header.
    pub(super) fn fields(&self) -> Vec<Field> {
        let parameters = |wanted: fn(&Parameter) -> bool| {
            self.operation
                .parameters
                .iter()
                .filter(move |parameter| wanted(parameter))
                .map(|one| self.parameter(one))
        };
        let mut fields: Vec<Field> = parameters(|one| one.location == Location::Path).collect();
        fields.extend(parameters(|one| {
            one.location != Location::Path && one.required
        }));
        match &self.operation.body {
            Some(Body::Json { rust, ty, required }) => fields.push(body(rust, ty, *required)),
            Some(Body::Multipart(parts)) => fields.extend(parts.iter().map(part)),
            None => {}
        }
        fields.extend(parameters(|one| {
            one.location != Location::Path && !one.required
        }));
        fields
    }

    fn parameter(&self, parameter: &Parameter) -> Field {
        let batch = self.batch.filter(|batch| batch.parameter == parameter.wire);
        let (name, ty) = match batch {
            Some(_) => (
                format!("{}s", parameter.rust),
                Type::List(Box::new(parameter.ty.clone())),
            ),
            None => (parameter.rust.clone(), parameter.ty.clone()),
        };
        let mut arguments: Vec<String> = wire_name(&name, &parameter.wire).into_iter().collect();
        if let Type::List(_) = ty {
            arguments.push(
                if parameter.list == ListStyle::Comma {
                    "comma"
                } else {
                    "repeated"
                }
                .to_owned(),
            );
        }
        if matches!(parameter.ty, Type::List(_)) && parameter.required {
            arguments.push("required".to_owned());
        }
        arguments.extend(limits(&parameter.rule));
        arguments.extend(batch.map(|batch| format!("max_items = {}", batch.max)));
        Field {
            name,
            ty,
            required: parameter.required,
            attribute: match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
            },
            arguments,
            doc: parameter.doc.clone(),
        }
    }

    fn tokens(&self) -> TokenStream {
        let (doc, deprecation, name) = (self.doc(), self.deprecation(), self.name());
        let policy = &self.operation.policy;
        let endpoint = attribute(
            "endpoint",
            &[
                self.operation.method.to_string(),
                format!("{:?}", self.operation.path),
                format!(
                    "returns = {}",
                    returns(&self.operation.answers, self.batch.is_some())
                ),
            ],
        );
        let auth = attribute(
            "auth",
            &[match policy.access {
                Access::Any => "m2m | on_behalf",
                Access::TwoFactor => "on_behalf, two_factor",
            }
            .to_owned()],
        );
        let paginate = policy
            .paging
            .as_ref()
            .filter(|_| self.batch.is_none())
            .map(paginate);
        let retry = attribute(
            "retry",
            &[match policy.retry {
                Retry::Safe if self.operation.method == Method::Get => "safe",
                Retry::Safe => "safe, reads",
                Retry::Idempotent => "idempotent",
                Retry::Unsent => "unsent",
                Retry::Never => "never",
            }
            .to_owned()],
        );
        let rate_limit = match policy.rate_limit {
            RateLimit::Company => attribute("rate_limit", &["company".to_owned()]),
        };
        let fields = self.fields().into_iter().map(Field::tokens);
        quote! {
            #doc #deprecation #endpoint #auth #paginate #retry #rate_limit
            pub struct #name { #(#fields),* }
        }
    }
}

impl Field {
    fn tokens(self) -> TokenStream {
        let doc = self.doc.as_deref().map(doc);
        let attribute = attribute(self.attribute, &self.arguments);
        let name = ident(&self.name);
        let inner = ty(&self.ty);
        let ty = if self.required || matches!(self.ty, Type::List(_)) {
            inner
        } else {
            quote!(Option<#inner>)
        };
        quote!(#doc #attribute pub #name: #ty)
    }
}

fn body(rust: &str, ty: &Type, required: bool) -> Field {
    let list = matches!(ty, Type::List(_)) && required;
    Field {
        name: rust.to_owned(),
        ty: ty.clone(),
        required,
        attribute: "body",
        arguments: list.then(|| "required".to_owned()).into_iter().collect(),
        doc: None,
    }
}

fn part(part: &Part) -> Field {
    let name = part.wire.to_snake_case();
    let kind = if part.ty == Type::Binary {
        "file"
    } else {
        "json"
    };
    let mut arguments = vec![kind.to_owned()];
    arguments.extend(wire_name(&name, &part.wire));
    Field {
        name,
        ty: part.ty.clone(),
        required: true,
        attribute: "part",
        arguments,
        doc: None,
    }
}

/// What an endpoint returns, by status.
pub(super) fn returns(answers: &[Answer], batch: bool) -> String {
    let content = |content: &Content| match content {
        Content::Empty => "()".to_owned(),
        Content::Json(ty) if batch => format!("Batch<{}>", ty_text(ty)),
        Content::Json(ty) => ty_text(ty),
        Content::Binary { .. } => "Binary".to_owned(),
        Content::Mixed(ty) => format!("Mixed<{}>", ty_text(ty)),
    };
    let with_status = |answer: &Answer| format!("{}: {}", answer.status, content(&answer.content));
    match answers {
        [answer] if answer.content == Content::Empty && answer.status == 204 => "()".to_owned(),
        [answer] if answer.content != Content::Empty && answer.status == 200 => {
            content(&answer.content)
        }
        [answer] => with_status(answer),
        several => format!(
            "({})",
            several
                .iter()
                .map(with_status)
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

fn paginate(paging: &Paging) -> TokenStream {
    let mut arguments = vec![format!(
        "rows = {}: {}",
        paging.rows.to_snake_case(),
        paging.row
    )];
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
    attribute("paginate", &arguments)
}
