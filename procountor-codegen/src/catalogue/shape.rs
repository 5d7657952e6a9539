//! What makes two definitions the same: their own shape, which is the model without prose, and the same of all that they
//! name. Definitions may lead back to themselves, so equal ones are found by splitting: those that look alike are one class
//! until something that they name tells them apart.

use std::collections::{BTreeMap, HashMap};

use super::{Endpoint, endpoints};
use crate::model::{Api, Body, Content, Enum, Field, Parameter, Schema, Type};

/// What a definition is. A name is unique within a kind and a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Id,
    Enum,
    Schema,
    Endpoint,
    Facade,
}

/// A kind and a name.
pub(crate) type Key = (Kind, String);

/// A definition as one version has it.
struct Node {
    version: usize,
    key: Key,
    shape: String,
    names: Vec<Key>,
}

/// For each definition the versions that have it, and its number in each of them.
pub(super) struct Classes {
    /// The versions of each class, oldest first.
    pub(super) members: Vec<(Key, Vec<usize>)>,
    /// The class of a definition in a version.
    pub(super) of: HashMap<(usize, Key), usize>,
}

/// Sorts the definitions of all versions into classes of equal ones.
pub(super) fn classes(versions: &[Api]) -> Classes {
    let nodes: Vec<Node> = versions
        .iter()
        .enumerate()
        .flat_map(|(version, api)| nodes(version, api))
        .collect();
    let places: HashMap<(usize, &Key), usize> = nodes
        .iter()
        .enumerate()
        .map(|(place, node)| ((node.version, &node.key), place))
        .collect();
    let named: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| {
            let names = node.names.iter();
            names
                .filter_map(|key| places.get(&(node.version, key)).copied())
                .collect()
        })
        .collect();
    let mut class = numbers(nodes.iter().map(|node| (&node.key, &node.shape)));
    loop {
        let split = numbers(named.iter().zip(&class).map(|(named, own)| {
            let named: Vec<usize> = named.iter().map(|place| class[*place]).collect();
            (*own, named)
        }));
        // Splitting never joins, so as many classes are the same classes.
        let done = split.iter().max() == class.iter().max();
        class = split;
        if done {
            break;
        }
    }
    let mut members: BTreeMap<usize, (Key, Vec<usize>)> = BTreeMap::new();
    for (node, class) in nodes.iter().zip(&class) {
        let member = members
            .entry(*class)
            .or_insert_with(|| (node.key.clone(), Vec::new()));
        member.1.push(node.version);
    }
    let of = nodes
        .into_iter()
        .zip(class)
        .map(|(node, class)| ((node.version, node.key), class))
        .collect();
    Classes {
        members: members.into_values().collect(),
        of,
    }
}

/// A number for each of these, the same for equal ones, in the order in which they come.
fn numbers<K: std::hash::Hash + Eq>(keys: impl Iterator<Item = K>) -> Vec<usize> {
    let mut known: HashMap<K, usize> = HashMap::new();
    keys.map(|key| {
        let next = known.len();
        *known.entry(key).or_insert(next)
    })
    .collect()
}

fn nodes(version: usize, api: &Api) -> Vec<Node> {
    let node = |kind, name: &str, shape, names| Node {
        version,
        key: (kind, name.to_owned()),
        shape,
        names,
    };
    let ids = api
        .ids
        .iter()
        .map(|id| node(Kind::Id, &id.name, id.text.to_string(), Vec::new()));
    let enums = api
        .enums
        .iter()
        .map(|one| node(Kind::Enum, &one.name, enumeration(one), Vec::new()));
    let schemas = api
        .schemas
        .iter()
        .map(|one| node(Kind::Schema, &one.name, schema(one), schema_names(one)));
    let all = endpoints(api);
    let endpoints = all
        .iter()
        .map(|one| node(Kind::Endpoint, one.id(), endpoint(one), endpoint_names(one)));
    let facades = api.groups.iter().map(|group| {
        let mut names: Vec<Key> = all
            .iter()
            .filter(|one| one.operation.group == group.name)
            .map(|one| (Kind::Endpoint, one.id().to_owned()))
            .collect();
        names.sort();
        let shape = format!("{} {names:?}", group.facade);
        node(Kind::Facade, &group.name, shape, names)
    });
    ids.chain(enums)
        .chain(schemas)
        .chain(endpoints)
        .chain(facades)
        .collect()
}

fn enumeration(one: &Enum) -> String {
    let mut values: Vec<_> = one.values.iter().collect();
    values.sort_by(|a, b| a.wire.cmp(&b.wire));
    format!("{values:?}")
}

fn schema(one: &Schema) -> String {
    let mut fields: Vec<_> = one
        .fields
        .iter()
        .map(|field| Field {
            required: field.required && one.in_request,
            deprecated: false,
            default: None,
            example: None,
            doc: None,
            ..field.clone()
        })
        .collect();
    fields.sort_by(|a, b| a.wire.cmp(&b.wire));
    format!("{} {fields:?}", one.patch)
}

fn endpoint(one: &Endpoint) -> String {
    let operation = &one.operation;
    let parameters: Vec<_> = operation
        .parameters
        .iter()
        .map(|parameter| Parameter {
            default: None,
            example: None,
            doc: None,
            ..parameter.clone()
        })
        .collect();
    format!(
        "{} {} {} {parameters:?} {:?} {:?} {:?}",
        operation.method,
        operation.path,
        one.batch,
        operation.body,
        operation.responses,
        operation.policy
    )
}

pub(crate) fn schema_names(one: &Schema) -> Vec<Key> {
    let mut names: Vec<Key> = one
        .fields
        .iter()
        .filter_map(|field| name(&field.ty))
        .collect();
    names.sort();
    names
}

pub(crate) fn endpoint_names(one: &Endpoint) -> Vec<Key> {
    let operation = &one.operation;
    let parameters = operation.parameters.iter().map(|one| &one.ty);
    let (body, parts) = match &operation.body {
        Some(Body::Json { ty, .. }) => (Some(ty), &[][..]),
        Some(Body::Multipart(parts)) => (None, &parts[..]),
        None => (None, &[][..]),
    };
    let answers = operation
        .responses
        .iter()
        .filter_map(|answer| match &answer.content {
            Content::Json(ty) | Content::Mixed(ty) => Some(ty),
            Content::Empty | Content::Binary { .. } => None,
        });
    let row = operation.policy.paging.as_ref().filter(|_| !one.batch);
    let row = row.map(|paging| (Kind::Schema, paging.row.clone()));
    parameters
        .chain(body)
        .chain(parts.iter().map(|part| &part.ty))
        .chain(answers)
        .filter_map(name)
        .chain(row)
        .collect()
}

/// What a type names.
pub(crate) fn name(ty: &Type) -> Option<Key> {
    match ty.leaf() {
        Type::Id(name) => Some((Kind::Id, name.clone())),
        Type::Enum(name) => Some((Kind::Enum, name.clone())),
        Type::Schema(name) => Some((Kind::Schema, name.clone())),
        _ => None,
    }
}
