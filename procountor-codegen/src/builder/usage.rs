//! Who uses what: which schemas requests and answers reach, which group alone has a schema or an enum, which schemas
//! lead back to themselves, and which body of a PATCH needs a schema of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Api, Body, Content, Method, Operation, Schema, Type};

/// Gives the body of a PATCH a schema of its own where other operations use it too: there, a field that is left alone
/// and one that is cleared are the same.
pub(super) fn patch_schemas(api: &mut Api) {
    let mut patches: BTreeMap<String, Schema> = BTreeMap::new();
    for index in 0..api.operations.len() {
        let Some(name) = patched(&api.operations[index]) else {
            continue;
        };
        let shared = api.operations.iter().enumerate().any(|(other, operation)| {
            other != index
                && reach(&api.schemas, request(operation).chain(answer(operation))).contains(&name)
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

/// The schema that a PATCH carries.
fn patched(operation: &Operation) -> Option<String> {
    match &operation.body {
        Some(Body::Json {
            ty: Type::Schema(name),
            ..
        }) if operation.method == Method::Patch => Some(name.clone()),
        _ => None,
    }
}

/// Records the users of every schema and enum. `errors` are the types that each operation's errors carry.
pub(super) fn record(api: &mut Api, errors: &[Vec<Type>]) {
    let (mut requests, mut answers) = (BTreeSet::new(), BTreeSet::new());
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (operation, errors) in api.operations.iter().zip(errors) {
        let sent = reach(&api.schemas, request(operation));
        let received = reach(&api.schemas, answer(operation).chain(errors));
        let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
        let named = reach(&api.schemas, parameters);
        for name in sent.iter().chain(&received).chain(&named) {
            groups
                .entry(name.clone())
                .or_default()
                .insert(operation.group.clone());
        }
        requests.extend(sent);
        answers.extend(received);
    }
    let alone = |name: &str| match groups.get(name) {
        Some(groups) if groups.len() == 1 => groups.first().cloned(),
        _ => None,
    };
    for enumeration in &mut api.enums {
        enumeration.group = alone(&enumeration.name);
    }
    let direct = direct_members(&api.schemas);
    for schema in &mut api.schemas {
        schema.in_request = requests.contains(&schema.name);
        schema.in_answer = answers.contains(&schema.name);
        schema.group = alone(&schema.name);
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

fn answer(operation: &Operation) -> impl Iterator<Item = &Type> {
    operation
        .answers
        .iter()
        .filter_map(|answer| match &answer.content {
            Content::Json(ty) | Content::Mixed(ty) => Some(ty),
            Content::Empty | Content::Binary { .. } => None,
        })
}

/// The names of all schemas and enums that can be met from these types.
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

/// The schemas that are members of a schema itself, not items of its lists: only those need a `Box`.
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
