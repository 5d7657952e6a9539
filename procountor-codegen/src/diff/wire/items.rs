//! The Rust items that a change on the wire affects.

use crate::emit::module;
use crate::emit::surface::{endpoint_path, method_path, required};
use crate::model::{Api, Enum, Field, Operation, Schema};

/// Returns the ids of an operation's endpoints: its own, and the one of the variant for several ids.
pub(in crate::diff) fn endpoint_ids(operation: &Operation) -> impl Iterator<Item = &str> {
    let batch = operation.batch.as_ref().map(|batch| batch.id.as_str());
    std::iter::once(operation.id.as_str()).chain(batch)
}

/// Returns the endpoints of an operation and their methods.
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

/// Returns the items that take a parameter: the constructor if it is required, otherwise the setter.
pub(super) fn parameter(
    api: &Api,
    operation: &Operation,
    name: &str,
    required: bool,
) -> Vec<String> {
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

/// Returns a field, and the same field in `…Required` and in PATCH bodies.
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

/// Returns the variants of these values.
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
