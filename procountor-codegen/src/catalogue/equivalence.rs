//! Decides which definitions of different versions are equal. A definition is its own shape, which is the model without
//! prose, and the definitions that it names. Definitions can name each other in circles, so equal ones are found by partition
//! refinement: definitions of the same shape start in one class, and a class is split until its members name members of the
//! same classes.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::endpoint::{Endpoint, endpoints};
use crate::model::{Api, Body, Content, Enum, Field, Parameter, Schema, Type};

/// The kind of a definition. A name is unique within a kind and a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Id,
    Enum,
    Schema,
    Endpoint,
}

/// A kind and a name.
pub(crate) type Key = (Kind, String);

/// A definition of one version.
struct Node {
    version: usize,
    key: Key,
    shape: String,
    names: Vec<Key>,
}

/// Equal definitions of several versions.
pub(super) struct Class {
    pub(super) key: Key,
    /// The versions that have it, oldest first.
    pub(super) versions: Vec<usize>,
}

/// Returns the definitions of all versions, equal ones as one class, in the order in which they first appear.
pub(super) fn classes(versions: &[Api]) -> Vec<Class> {
    let nodes: Vec<Node> = versions
        .iter()
        .enumerate()
        .flat_map(|(version, api)| nodes(version, api))
        .collect();
    let positions: HashMap<(usize, &Key), usize> = nodes
        .iter()
        .enumerate()
        .map(|(position, node)| ((node.version, &node.key), position))
        .collect();
    let edges: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| {
            let names = node.names.iter();
            names
                .filter_map(|key| positions.get(&(node.version, key)).copied())
                .collect()
        })
        .collect();
    let labels: Vec<_> = nodes.iter().map(|node| (&node.key, &node.shape)).collect();
    let mut classes: BTreeMap<usize, Class> = BTreeMap::new();
    for (node, class) in nodes.iter().zip(refine(&labels, &edges)) {
        let class = classes.entry(class).or_insert_with(|| Class {
            key: node.key.clone(),
            versions: Vec::new(),
        });
        class.versions.push(node.version);
    }
    classes.into_values().collect()
}

/// Numbers the nodes of a graph: two nodes get the same number if their labels are equal and their edges lead, one by one, to
/// nodes of the same numbers. Numbers are given in the order of the nodes.
fn refine<L: Eq + Hash>(labels: &[L], edges: &[Vec<usize>]) -> Vec<usize> {
    let mut classes = numbers(labels.iter());
    loop {
        let refined = numbers(edges.iter().zip(&classes).map(|(edges, own)| {
            let targets: Vec<usize> = edges.iter().map(|target| classes[*target]).collect();
            (*own, targets)
        }));
        // A step only splits classes, so an equal number of them means that nothing was split.
        let done = refined.iter().max() == classes.iter().max();
        classes = refined;
        if done {
            return classes;
        }
    }
}

/// Numbers values in the order in which they first appear; equal values get the same number.
fn numbers<K: Hash + Eq>(values: impl Iterator<Item = K>) -> Vec<usize> {
    let mut known: HashMap<K, usize> = HashMap::new();
    values
        .map(|value| {
            let next = known.len();
            *known.entry(value).or_insert(next)
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
    let ids = api.ids.iter();
    let ids = ids.map(|id| node(Kind::Id, &id.name, id.text.to_string(), Vec::new()));
    let enums = api.enums.iter();
    let enums = enums.map(|one| node(Kind::Enum, &one.name, enumeration(one), Vec::new()));
    let schemas = api.schemas.iter();
    let schemas = schemas.map(|one| node(Kind::Schema, &one.name, schema(one), schema_names(one)));
    let endpoints = endpoints(api).into_iter();
    let endpoints = endpoints.map(|one| {
        node(
            Kind::Endpoint,
            one.id(),
            endpoint(&one),
            endpoint_names(&one),
        )
    });
    ids.chain(enums).chain(schemas).chain(endpoints).collect()
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

/// Returns the definitions that a schema names.
pub(crate) fn schema_names(one: &Schema) -> Vec<Key> {
    let mut names: Vec<Key> = one
        .fields
        .iter()
        .filter_map(|field| name(&field.ty))
        .collect();
    names.sort();
    names
}

/// Returns the definitions that an endpoint names.
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

/// Returns the definition that a type names.
fn name(ty: &Type) -> Option<Key> {
    match ty.leaf() {
        Type::Id(name) => Some((Kind::Id, name.clone())),
        Type::Enum(name) => Some((Kind::Enum, name.clone())),
        Type::Schema(name) => Some((Kind::Schema, name.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::refine;

    #[test]
    fn labels_tell_nodes_apart() {
        assert_eq!(
            refine(&["a", "b", "a"], &[vec![], vec![], vec![]]),
            [0, 1, 0]
        );
        assert_eq!(refine::<&str>(&[], &[]), [0; 0]);
    }

    #[test]
    fn a_difference_spreads_to_everything_that_leads_to_it() {
        // Two chains a -> b -> c, which differ in the last node only.
        let edges = [vec![1], vec![2], vec![], vec![4], vec![5], vec![]];
        assert_eq!(
            refine(&["a", "b", "c", "a", "b", "c"], &edges),
            [0, 1, 2, 0, 1, 2]
        );
        assert_eq!(
            refine(&["a", "b", "c", "a", "b", "d"], &edges),
            [0, 1, 2, 3, 4, 5]
        );
    }

    #[test]
    fn circles_are_equal_until_something_differs() {
        let edges = [vec![1], vec![0], vec![3], vec![2]];
        assert_eq!(refine(&["a", "b", "a", "b"], &edges), [0, 1, 0, 1]);
        assert_eq!(refine(&["a", "b", "a", "c"], &edges), [0, 1, 2, 3]);
    }

    #[test]
    fn the_order_of_edges_counts() {
        let edges = [vec![2, 3], vec![3, 2], vec![], vec![]];
        assert_eq!(refine(&["a", "a", "b", "c"], &edges), [0, 1, 2, 3]);
    }
}
