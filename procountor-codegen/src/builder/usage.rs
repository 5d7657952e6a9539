//! The users of schemas and enums: whether requests and responses reach them, whether only one group has them, whether
//! schemas contain themselves, and which PATCH bodies need a schema of their own.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, Body, Content, Method, Operation, Schema, Type};

/// Adds a schema for the body of a PATCH if other operations use its schema too. Only a PATCH tells a field that is kept
/// from one that is cleared.
pub(super) fn patch_schemas(api: &mut Api) {
    let mut patches: BTreeMap<String, Schema> = BTreeMap::new();
    for index in 0..api.operations.len() {
        let Some(name) = patched(&api.operations[index]) else {
            continue;
        };
        let shared = api.operations.iter().enumerate().any(|(other, operation)| {
            other != index
                && reach(&api.schemas, request(operation).chain(response(operation)))
                    .contains(&name)
        });
        let Some(schema) = api
            .schemas
            .iter()
            .find(|schema| schema.name == name && shared)
        else {
            continue;
        };
        let mut patch = Schema {
            name: format!("{name}Patch"),
            patch: true,
            ..schema.clone()
        };
        patch
            .fields
            .iter_mut()
            .for_each(|field| field.required = false);
        if let Some(Body::Json { rust, ty, .. }) = &mut api.operations[index].body {
            *ty = Type::Schema(patch.name.clone());
            *rust = super::bodies::name(ty);
        }
        patches.insert(patch.name.clone(), patch);
    }
    api.schemas.extend(patches.into_values());
    api.schemas.sort_by(|a, b| a.name.cmp(&b.name));
}

/// Returns the schema of a PATCH body.
fn patched(operation: &Operation) -> Option<String> {
    match &operation.body {
        Some(Body::Json {
            ty: Type::Schema(name),
            ..
        }) if operation.method == Method::Patch => Some(name.clone()),
        _ => None,
    }
}

/// Records the users of every schema and enum. `errors` are the types of each operation's error responses.
pub(super) fn record(api: &mut Api, errors: &[Vec<Type>]) {
    let (mut requests, mut responses) = (BTreeSet::new(), BTreeSet::new());
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (operation, errors) in api.operations.iter().zip(errors) {
        let sent = reach(&api.schemas, request(operation));
        let received = reach(&api.schemas, response(operation).chain(errors));
        let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
        let named = reach(&api.schemas, parameters);
        for name in sent.iter().chain(&received).chain(&named) {
            groups
                .entry(name.clone())
                .or_default()
                .insert(operation.group.clone());
        }
        requests.extend(sent);
        responses.extend(received);
    }
    let only_group = |name: &str| match groups.get(name) {
        Some(groups) if groups.len() == 1 => groups.first().cloned(),
        _ => None,
    };
    for enumeration in &mut api.enums {
        enumeration.group = only_group(&enumeration.name);
    }
    let direct = direct_members(&api.schemas);
    for schema in &mut api.schemas {
        schema.in_request = requests.contains(&schema.name);
        schema.in_response = responses.contains(&schema.name);
        schema.group = only_group(&schema.name);
        for field in &mut schema.fields {
            field.recursive =
                matches!(&field.ty, Type::Schema(name) if leads_to(&direct, name, &schema.name));
        }
    }
}

fn request(operation: &Operation) -> impl Iterator<Item = &Type> {
    let (json, parts) = match &operation.body {
        Some(Body::Json { ty, .. }) => (Some(ty), None),
        Some(Body::Multipart(parts)) => (None, Some(parts)),
        None => (None, None),
    };
    json.into_iter()
        .chain(parts.into_iter().flatten().map(|part| &part.ty))
}

fn response(operation: &Operation) -> impl Iterator<Item = &Type> {
    operation
        .responses
        .iter()
        .filter_map(|response| match &response.content {
            Content::Json(ty) | Content::Mixed(ty) => Some(ty),
            Content::Empty | Content::Binary { .. } => None,
        })
}

/// Returns the names of all schemas and enums that these types contain, directly or not.
fn reach<'t>(schemas: &'t [Schema], types: impl Iterator<Item = &'t Type>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Type> = types.collect();
    while let Some(ty) = open.pop() {
        match ty.leaf() {
            Type::Schema(name) if reached.insert(name.clone()) => {
                let schema = schemas.iter().find(|schema| schema.name == *name);
                open.extend(
                    schema
                        .into_iter()
                        .flat_map(|schema| &schema.fields)
                        .map(|field| &field.ty),
                );
            }
            Type::Enum(name) => {
                reached.insert(name.clone());
            }
            _ => {}
        }
    }
    reached
}

/// Returns the schemas of each schema's fields. Items of lists are left out, since they do not need a `Box`.
fn direct_members(schemas: &[Schema]) -> BTreeMap<String, Vec<String>> {
    let members = schemas.iter().map(|schema| {
        let direct = schema.fields.iter().filter_map(|field| match &field.ty {
            Type::Schema(name) => Some(name.clone()),
            _ => None,
        });
        (schema.name.clone(), direct.collect())
    });
    members.collect()
}

/// Returns whether `from` contains `to` through fields alone.
fn leads_to(direct: &BTreeMap<String, Vec<String>>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(name) = open.pop() {
        if name == to {
            return true;
        }
        if seen.insert(name) {
            open.extend(direct.get(name).into_iter().flatten().map(String::as_str));
        }
    }
    false
}
