//! Visitors of all versions, endpoints and schemas, for tests.

use super::Endpoint;
use super::access::{CanCall, OnBehalf};
use super::version::{Supports, Version};
use crate::wire::{DecodeError, FieldsMut, Schema, members};

/// A visitor of the enabled versions: see `visit_versions`.
pub trait VersionVisitor {
    /// Visits a version.
    fn version<V: Version>(&mut self);
}

/// A visitor of the schemas and endpoints of the version `V`.
pub trait Visitor<V> {
    /// Visits a schema.
    fn schema<S: Schema>(&mut self, name: &'static str) {
        let _ = name;
    }

    /// Visits an endpoint. All endpoints can be called on behalf of a person.
    fn endpoint<E: Endpoint>(&mut self)
    where
        V: Supports<E, E::Versions>,
        OnBehalf: CanCall<E, E::Access>,
    {
    }
}

/// Creates an endpoint from a JSON object of its parameters, by their names on the wire. The body is a parameter too.
///
/// # Errors
///
/// Returns an error if a parameter has another type, is missing but required, or is unknown.
pub fn endpoint_from_json<E: Endpoint>(json: &str) -> Result<E, DecodeError> {
    let mut endpoint = E::empty();
    let members = members(json)?;
    let FieldsMut { descriptor, values } = endpoint.fields_mut();
    for field in descriptor.fields() {
        if field.required && !members.iter().any(|(name, _)| name == field.name) {
            return Err(DecodeError::new("a value", "").in_member(field.name));
        }
    }
    for (name, json) in members {
        let Some(index) = descriptor.position(&name, 0) else {
            return Err(DecodeError::new("a parameter of this endpoint", json).in_member(&name));
        };
        values[index]
            .decode(json, 0)
            .map_err(|error| error.in_member(&name))?;
    }
    drop(values);
    Ok(endpoint)
}
