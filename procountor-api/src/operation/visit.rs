//! Visitors of versions, endpoints and schemas, for tests that cover all of them.

use super::Endpoint;
use super::access::{CanCall, OnBehalf};
use super::version::{Supports, Version};
use crate::wire::{DecodeError, FieldsMut, Schema, members};

/// Something that goes over the enabled versions: see [`visit_versions`](crate::__private::visit_versions).
pub trait VersionVisitor {
    /// One version.
    fn version<V: Version>(&mut self);
}

/// Something that looks at everything in a version, such as a conformance test.
pub trait Visitor<V> {
    /// One schema.
    fn schema<S: Schema>(&mut self, name: &'static str) {
        let _ = name;
    }

    /// One endpoint. Every one of them can be called on behalf of a person.
    fn endpoint<E: Endpoint>(&mut self)
    where
        V: Supports<E, E::Versions>,
        OnBehalf: CanCall<E, E::Access>,
    {
    }
}

/// Makes an endpoint from a JSON object of its parameters, by their names on the wire; the body is a parameter too.
///
/// # Errors
/// A parameter is of another type, is missing and cannot be left out, or is not one of this endpoint.
pub fn endpoint_from_json<E: Endpoint>(json: &str) -> Result<E, DecodeError> {
    let mut endpoint = E::empty();
    let members = members(json)?;
    let FieldsMut { table, slots } = endpoint.fields_mut();
    for column in table.columns() {
        if column.required && !members.iter().any(|(name, _)| name == column.name) {
            return Err(DecodeError::new("a value", "").in_member(column.name));
        }
    }
    for (name, json) in members {
        let Some(index) = table.position(&name, 0) else {
            return Err(DecodeError::new("no such parameter", json).in_member(&name));
        };
        slots[index]
            .decode(json, 0)
            .map_err(|error| error.in_member(&name))?;
    }
    drop(slots);
    Ok(endpoint)
}
