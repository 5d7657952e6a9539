//! An indexed model of an API version, because every value of every request is looked up in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use procountor_codegen::model::{Api, Content, Operation, Schema, Type};

/// An API version with indexes.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) api: Arc<Api>,
    schemas: HashMap<String, usize>,
    enums: HashMap<String, HashSet<String>>,
    text_ids: HashSet<String>,
}

impl Model {
    pub(crate) fn new(api: Arc<Api>) -> Self {
        let schemas = api
            .schemas
            .iter()
            .enumerate()
            .map(|(index, schema)| (schema.name.clone(), index))
            .collect();
        let values = |index: usize| {
            api.enums[index]
                .values
                .iter()
                .map(|value| value.wire.clone())
                .collect()
        };
        let enums = (0..api.enums.len())
            .map(|index| (api.enums[index].name.clone(), values(index)))
            .collect();
        let text_ids = api
            .ids
            .iter()
            .filter(|id| id.text)
            .map(|id| id.name.clone())
            .collect();
        Self {
            schemas,
            enums,
            text_ids,
            api,
        }
    }

    /// Returns the schema with this name.
    pub(crate) fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas
            .get(name)
            .and_then(|index| self.api.schemas.get(*index))
    }

    /// Returns whether an enum has this value.
    pub(crate) fn enum_has(&self, name: &str, value: &str) -> bool {
        self.enums
            .get(name)
            .is_some_and(|values| values.contains(value))
    }

    /// Returns the first non-empty value of an enum.
    pub(crate) fn enum_first(&self, name: &str) -> &str {
        let values = self
            .api
            .enumeration(name)
            .map(|enumeration| enumeration.values.as_slice())
            .unwrap_or_default();
        values
            .iter()
            .map(|value| value.wire.as_str())
            .find(|wire| !wire.is_empty())
            .unwrap_or_default()
    }

    /// Returns whether ids of this type are text.
    pub(crate) fn id_is_text(&self, name: &str) -> bool {
        self.text_ids.contains(name)
    }

    /// Returns whether values of this type are integers.
    pub(crate) fn is_integer(&self, ty: &Type) -> bool {
        match ty {
            Type::Integer => true,
            Type::Id(name) => !self.id_is_text(name),
            _ => false,
        }
    }

    /// Returns the operation with this method and path.
    pub(crate) fn operation(
        &self,
        method: procountor_codegen::model::Method,
        path: &str,
    ) -> Option<&Operation> {
        self.api
            .operations
            .iter()
            .find(|operation| operation.method == method && operation.path == path)
    }
}

/// Returns the name of a schema type.
pub(crate) fn schema_name(ty: &Type) -> Option<&str> {
    match ty {
        Type::Schema(name) => Some(name),
        _ => None,
    }
}

/// Returns the successful response of an operation with the lowest status.
pub(crate) fn success_response(operation: &Operation) -> Option<(u16, &Content)> {
    operation
        .responses
        .iter()
        .map(|answer| (answer.status, &answer.content))
        .min_by_key(|(status, _)| *status)
}

/// Returns the schema of the successful response, if its content is one object.
pub(crate) fn response_schema(operation: &Operation) -> Option<&str> {
    match success_response(operation)?.1 {
        Content::Json(ty) | Content::Mixed(ty) => schema_name(ty),
        Content::Empty | Content::Binary { .. } => None,
    }
}

/// Returns the type of one value of a parameter.
pub(crate) fn item_type(ty: &Type) -> &Type {
    match ty {
        Type::List(item) => item,
        other => other,
    }
}
