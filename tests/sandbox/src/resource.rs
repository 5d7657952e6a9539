//! Derives the resources of a version from its model: collections of documents that can be read and changed.

use procountor_codegen::model::{Body, Content, Location, Method, Operation, Type};

use crate::model::{Model, item_type, response_schema, schema_name, success_response};

/// Path parameters that do not name a document.
const NO_KEYS: [&str; 1] = ["transactionIdentifier"];

/// A collection of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resource {
    /// The path of the collection: `/invoices/{invoiceId}/comments`.
    pub(crate) collection: String,
    /// The placeholder after the collection: `commentId`.
    pub(crate) parameter: Option<String>,
    /// The schema of a full document.
    pub(crate) schema: String,
    /// The field with the key of a document; `None` if only the path contains the key.
    pub(crate) key: Option<String>,
    /// Whether the key is text (a UUID) instead of a number.
    pub(crate) text_key: bool,
}

/// The position of the rows in the response of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rows {
    /// The field with the rows; `None` if the response is a list.
    pub(crate) field: Option<String>,
    /// The schema of a row.
    pub(crate) row: String,
}

/// Derives all resources of a version.
pub(crate) fn derive(model: &Model) -> Vec<Resource> {
    let mut resources: Vec<Resource> = Vec::new();
    for operation in &model.api.operations {
        let (collection, parameter) = split(&operation.path);
        let is_list = parameter.is_none()
            && operation.method == Method::Get
            && rows(model, operation).is_some();
        let is_item = parameter.is_some_and(|name| !NO_KEYS.contains(&name))
            && operation.method != Method::Post;
        let is_new = !resources
            .iter()
            .any(|resource| resource.collection == collection);
        if (is_list || is_item) && is_new {
            resources.extend(build(model, collection));
        }
    }
    resources
}

/// Returns the rows in the response of an operation, if it lists documents.
pub(crate) fn rows(model: &Model, operation: &Operation) -> Option<Rows> {
    if let Some(paging) = &operation.policy.paging {
        return Some(Rows {
            field: Some(paging.rows.clone()),
            row: paging.row.clone(),
        });
    }
    match success_response(operation)?.1 {
        Content::Json(Type::List(item)) => Some(Rows {
            field: None,
            row: schema_name(item)?.to_owned(),
        }),
        Content::Json(Type::Schema(name)) => wrapped_list(model, name),
        _ => None,
    }
}

/// Returns the rows of an object that wraps one list, such as `{fiscalYears: […]}`.
fn wrapped_list(model: &Model, name: &str) -> Option<Rows> {
    let mut fields = model
        .schema(name)?
        .fields
        .iter()
        .filter(|field| field.wire != "meta");
    let (field, None) = (fields.next()?, fields.next()) else {
        return None;
    };
    let Type::List(item) = &field.ty else {
        return None;
    };
    Some(Rows {
        field: Some(field.wire.clone()),
        row: schema_name(item)?.to_owned(),
    })
}

/// Splits the placeholder from the end of a path.
pub(crate) fn split(path: &str) -> (&str, Option<&str>) {
    let placeholder = |last: &'_ str| last.starts_with('{') && last.ends_with('}');
    match path.rsplit_once('/') {
        Some((collection, last)) if placeholder(last) => {
            (collection, Some(&last[1..last.len() - 1]))
        }
        _ => (path, None),
    }
}

fn build(model: &Model, collection: &str) -> Option<Resource> {
    let on_items = |operation: &&Operation| {
        split(&operation.path).0 == collection && split(&operation.path).1.is_some()
    };
    let item = model.api.operations.iter().find(on_items);
    let parameter = item
        .and_then(|operation| split(&operation.path).1)
        .map(str::to_owned);
    let schema = document_schema(model, collection, parameter.as_deref())?;
    let fields = &model.schema(&schema)?.fields;
    let names = [parameter.as_deref().unwrap_or("id"), "id"];
    let key = names
        .iter()
        .find_map(|name| fields.iter().find(|field| field.wire == *name));
    let path_ty = item
        .and_then(|operation| {
            operation
                .parameters
                .iter()
                .rfind(|parameter| parameter.location == Location::Path)
        })
        .map(|parameter| &parameter.ty);
    let ty = key.map(|field| &field.ty).or(path_ty);
    Some(Resource {
        collection: collection.to_owned(),
        parameter,
        key: key.map(|field| field.wire.clone()),
        text_key: ty.is_some_and(|ty| !model.is_integer(item_type(ty))),
        schema,
    })
}

/// Returns the schema of a collection's documents: of the response for one document, else of the body that creates or
/// replaces one, else of a row.
fn document_schema(model: &Model, collection: &str, parameter: Option<&str>) -> Option<String> {
    let item = parameter
        .map(|name| format!("{collection}/{{{name}}}"))
        .unwrap_or_default();
    let operation = |method, path: &str| model.operation(method, path);
    let sent = |operation: &Operation| match &operation.body {
        Some(Body::Json { ty, .. }) => schema_name(ty).map(str::to_owned),
        _ => None,
    };
    operation(Method::Get, &item)
        .and_then(response_schema)
        .map(str::to_owned)
        .or_else(|| operation(Method::Post, collection).and_then(sent))
        .or_else(|| operation(Method::Put, &item).and_then(sent))
        .or_else(|| {
            operation(Method::Get, collection)
                .and_then(|list| rows(model, list))
                .map(|rows| rows.row)
        })
}

/// Returns the parent collections in a path: for `/a/{x}/b/{y}/c`, `/a` with `x` and `/a/{x}/b` with `y`.
pub(crate) fn parents(path: &str) -> Vec<(String, String)> {
    let mut parents = Vec::new();
    let mut prefix = String::new();
    for segment in path.split('/').skip(1) {
        let joined = format!("{prefix}/{segment}");
        if let (_, Some(name)) = split(&joined) {
            parents.push((prefix.clone(), name.to_owned()));
        }
        prefix = joined;
    }
    parents
}

/// Replaces the placeholders of a path template by values.
pub(crate) fn fill(template: &str, values: &[(String, String)]) -> String {
    let mut path = template.to_owned();
    for (name, value) in values {
        path = path.replace(&format!("{{{name}}}"), value);
    }
    path
}
