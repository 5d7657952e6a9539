//! The Rust items that a change on the wire concerns, as a program writes them.

use crate::emit::module;
use crate::emit::surface::{endpoint_path, method_path, required};
use crate::model::{Api, Enum, Field, Operation, Schema};

/// The ids of the endpoints of an operation: itself, and the one that takes several ids.
pub(in crate::diff) fn endpoint_ids(operation: &Operation) -> impl Iterator<Item = &str> {
    let batch = operation.batch.as_ref().map(|batch| batch.id.as_str());
    std::iter::once(operation.id.as_str()).chain(batch)
}

/// The endpoints and their methods.
pub(super) fn operation(api: &Api, operation: &Operation) -> Vec<String> {
    let module = module(api);
    endpoint_ids(operation)
        .flat_map(|id| {
            [
                format!("{module}::{}", endpoint_path(id)),
                format!("{module}::{}", method_path(api, operation, id)),
            ]
        })
        .collect()
}

/// What an operation takes: a setter, or an argument where it is required.
pub(super) fn taken(api: &Api, operation: &Operation, name: &str, required: bool) -> Vec<String> {
    let module = module(api);
    let member = if required { "new" } else { name };
    let mut items = Vec::new();
    for id in endpoint_ids(operation) {
        items.push(format!("{module}::{}::{member}", endpoint_path(id)));
        if required {
            items.push(format!("{module}::{}", method_path(api, operation, id)));
        }
    }
    items
}

/// A field, and where it is asked for.
pub(super) fn field(api: &Api, schema: &Schema, field: &Field) -> Vec<String> {
    let (module, name) = (module(api), &field.rust);
    let mut items = vec![format!("{module}::{}::{name}", schema.name)];
    if required(schema, field) {
        items.push(format!("{module}::{}Required::{name}", schema.name));
    }
    let patches = api
        .schemas
        .iter()
        .filter(|patch| patch.patch && patch.vendor == schema.vendor && patch.name != schema.name);
    items.extend(patches.map(|patch| format!("{module}::{}::{name}", patch.name)));
    items
}

/// Variants, by their values.
pub(super) fn variants(api: &Api, enumeration: &Enum, wires: &[&str]) -> Vec<String> {
    let module = module(api);
    let values = enumeration
        .values
        .iter()
        .filter(|value| wires.contains(&value.wire.as_str()));
    values
        .map(|value| format!("{module}::{}::{}", enumeration.name, value.rust))
        .collect()
}
