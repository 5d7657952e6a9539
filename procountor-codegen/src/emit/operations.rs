//! The files of operations: for each group its facade and its endpoints.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::attribute::{attribute, doc};
use super::types::{ident, limits, ty, ty_text, wire_name};
use super::{SourceFile, Span, facade};
use crate::catalogue::{Definition, Endpoint, Facade, Key, Kind, Lifetime, endpoint_names, name};
use crate::model::{
    Answer, Batch, Body, Content, ListStyle, Location, Method, Parameter, Part, Type,
};
use crate::policy::{Access, Keyset, Paging, RateLimit, Retry};

/// `operations/*.rs`: for each group its facade, where it is from here, and the endpoints.
pub(super) fn files(span: &Span) -> Vec<SourceFile> {
    let mut modules: BTreeMap<&str, Module> = BTreeMap::new();
    for facade in span.facades() {
        modules.entry(&facade.item.group.name).or_default().facade = Some(facade);
    }
    for endpoint in span.endpoints() {
        let group = endpoint.item.operation.group.as_str();
        modules.entry(group).or_default().endpoints.push(endpoint);
    }
    let names: Vec<&str> = modules.keys().copied().collect();
    let mut files = span.index("operations", "Operations, by group.", &names);
    for (group, module) in &modules {
        let mut page = span.page(
            &format!("The operations of the group `{}`.", span.tag(group)),
            module.names(),
        );
        if let Some(facade) = module.facade {
            for item in facade::tokens(&facade.item) {
                page.tokens(item);
            }
            if let Some(absent) = facade::absent(span.catalogue, &facade.item) {
                page.item(absent);
            }
        }
        for endpoint in &module.endpoints {
            page.tokens(tokens(span, endpoint));
        }
        files.push(page.file(span.path(&format!("operations/{group}.rs"))));
    }
    files
}

/// What a file of operations holds.
#[derive(Default)]
struct Module<'a> {
    facade: Option<&'a Definition<Facade>>,
    endpoints: Vec<&'a Definition<Endpoint>>,
}

impl Module<'_> {
    /// What the file names, as the versions know it that have it, without what it holds itself.
    fn names(&self) -> Vec<(Lifetime, Key)> {
        let endpoints = self.endpoints.iter().flat_map(|endpoint| {
            let names = endpoint_names(&endpoint.item).into_iter();
            names.map(|key| (endpoint.lifetime, key))
        });
        let facade = self.facade.into_iter().flat_map(|facade| {
            let own = |id: &str| {
                let mut endpoints = self.endpoints.iter();
                endpoints.any(|one| one.item.id() == id && one.lifetime == facade.lifetime)
            };
            let offered = facade.item.endpoints.iter();
            offered.flat_map(move |endpoint| {
                let itself = (Kind::Endpoint, endpoint.id().to_owned());
                let itself = (!own(endpoint.id())).then_some(itself);
                let arguments = required_names(endpoint);
                arguments
                    .into_iter()
                    .chain(itself)
                    .map(|key| (facade.lifetime, key))
            })
        });
        endpoints.chain(facade).collect()
    }
}

/// What the arguments of an endpoint's method name.
fn required_names(endpoint: &Endpoint) -> Vec<Key> {
    let required = endpoint.fields().into_iter().filter(|field| field.required);
    required.filter_map(|field| name(&field.ty)).collect()
}

/// A field of an endpoint.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(super) ty: Type,
    pub(crate) required: bool,
    attribute: &'static str,
    arguments: Vec<String>,
    doc: Option<String>,
}

impl Endpoint {
    /// The name of its type.
    pub(super) fn name(&self) -> Ident {
        format_ident!("{}", self.id().to_upper_camel_case())
    }

    /// `GET /invoices`, and our sentence.
    pub(super) fn text(&self) -> String {
        let mut text = format!("`{} {}`", self.operation.method, self.operation.path);
        match (&self.operation.doc, self.many()) {
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
        text
    }

    /// `#[deprecated(…)]`
    pub(super) fn deprecated(&self) -> Option<TokenStream> {
        let note = self.deprecation()?;
        Some(attribute("deprecated", &[format!("note = {note:?}")]))
    }

    /// What is known of the several ids, when this is the one that takes them.
    fn many(&self) -> Option<&Batch> {
        self.operation.batch.as_ref().filter(|_| self.batch)
    }

    /// Its fields: path, required query and header, body, optional query and header.
    pub(crate) fn fields(&self) -> Vec<Field> {
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
        let batch = self
            .many()
            .filter(|batch| batch.parameter == parameter.wire);
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
}

fn tokens(span: &Span, definition: &Definition<Endpoint>) -> TokenStream {
    let this = &definition.item;
    let operation = &this.operation;
    let doc = doc(&format!("{} {}", this.text(), span.words(definition)));
    let (deprecated, name) = (this.deprecated(), this.name());
    let endpoint = attribute(
        "endpoint",
        &[
            operation.method.to_string(),
            format!("{:?}", operation.path),
            format!("returns = {}", returns(&operation.answers, this.batch)),
            format!("versions = {}", span.ty()),
        ],
    );
    let policy = &operation.policy;
    let auth = match policy.access {
        Access::Any => "m2m | on_behalf",
        Access::TwoFactor => "on_behalf, two_factor",
    };
    let paginate = policy.paging.as_ref().filter(|_| !this.batch).map(paginate);
    let retry = match policy.retry {
        Retry::Safe if operation.method == Method::Get => "safe",
        Retry::Safe => "safe, reads",
        Retry::Idempotent => "idempotent",
        Retry::Unsent => "unsent",
        Retry::Never => "never",
    };
    let rate_limit = match policy.rate_limit {
        RateLimit::Queued => "queued",
        RateLimit::Priority => "priority",
    };
    let [auth, retry, rate_limit] = [("auth", auth), ("retry", retry), ("rate_limit", rate_limit)]
        .map(|(name, argument)| attribute(name, &[argument.to_owned()]));
    let lacks: Vec<String> = this
        .lacks
        .iter()
        .map(|(name, lifetime)| format!("{}: {}", ident(name), span.catalogue.ty(*lifetime)))
        .collect();
    let lacks = (!lacks.is_empty()).then(|| attribute("lacks", &lacks));
    let fields = this.fields().into_iter().map(Field::tokens);
    quote! {
        #doc #deprecated #endpoint #auth #paginate #retry #rate_limit #lacks
        pub struct #name { #(#fields),* }
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
