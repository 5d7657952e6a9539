//! The objects under `components/schemas`.

use std::collections::BTreeMap;

use openapiv3::{
    AnySchema, ObjectType, ReferenceOr, Schema as OpenApiSchema, SchemaKind, Type as Kind,
};
use serde_json::Value;

use super::types::Place;
use super::{Builder, names};
use crate::diagnostic::child;
use crate::model::{Field, Schema, Type};

/// The pointer of the schemas.
const SCHEMAS: &str = "/components/schemas";

impl Builder<'_> {
    /// The Rust name of every schema that is an object, by the vendor's name.
    pub(super) fn name_objects(&mut self) -> BTreeMap<String, String> {
        let mut objects = BTreeMap::new();
        for (vendor, schema) in self
            .components()
            .into_iter()
            .flat_map(|components| &components.schemas)
        {
            let Some((schema, _)) = object(schema) else {
                continue;
            };
            let name = match schema.schema_data.extensions.get("x-rust-name") {
                Some(Value::String(name)) => name.clone(),
                Some(_) => String::new(),
                None => vendor.clone(),
            };
            objects.insert(vendor.clone(), name);
        }
        objects
    }

    /// All schemas that are objects, in the order of their names. One that says nothing at all is among them: it is an
    /// object without members of its own, though a value of that type can be anything.
    pub(super) fn schemas(&mut self) -> Vec<Schema> {
        let mut schemas = Vec::new();
        for (vendor, schema) in self
            .components()
            .into_iter()
            .flat_map(|components| &components.schemas)
        {
            let pointer = child(SCHEMAS, vendor);
            match object(schema) {
                Some((_, object)) => schemas.push(self.schema(vendor, object, &pointer)),
                None if says_nothing(schema) => schemas.push(empty(vendor)),
                None => {}
            }
        }
        schemas.sort_by(|a, b| a.name.cmp(&b.name));
        schemas
    }

    fn schema(&mut self, vendor: &str, object: &ObjectType, pointer: &str) -> Schema {
        let name = self.objects.get(vendor).cloned().unwrap_or_default();
        let mut fields: Vec<Field> = Vec::new();
        for (wire, property) in &object.properties {
            let place = Place {
                owner: &name,
                name: wire,
                pointer: child(&child(pointer, "properties"), wire),
            };
            let typed = self.typed(&property.clone().unbox(), &place);
            let rust = names::field(wire);
            self.refuse_if(
                typed.ty.leaf() == &Type::Binary,
                &place,
                "bytes inside JSON",
            );
            self.refuse_if(
                !names::is_field_name(&rust) || rust == "unknown",
                &place,
                &format!("the field name `{rust}`"),
            );
            if let Some(same) = fields.iter().find(|field| field.rust == rust) {
                self.refuse(
                    &place,
                    &format!("`{wire}` beside `{}`: both are `{rust}` in Rust", same.wire),
                );
            }
            fields.push(Field {
                wire: wire.clone(),
                rust,
                ty: typed.ty,
                required: object.required.contains(wire),
                recursive: false,
                rule: typed.rule,
                deprecated: typed.deprecated,
                default: typed.default,
                example: typed.example,
                doc: None,
            });
        }
        let place = Place {
            owner: &name,
            name: "",
            pointer: pointer.to_owned(),
        };
        for wire in object
            .required
            .iter()
            .filter(|wire| !object.properties.contains_key(*wire))
        {
            self.refuse(
                &place,
                &format!("`{wire}`, which is required and not described"),
            );
        }
        self.refuse_if(
            object.additional_properties.is_some(),
            &place,
            "`additionalProperties` beside `properties`",
        );
        Schema {
            fields,
            ..empty_named(vendor, name)
        }
    }
}

/// The object that a schema describes, if it has members.
fn object(schema: &ReferenceOr<OpenApiSchema>) -> Option<(&OpenApiSchema, &ObjectType)> {
    let schema = schema.as_item()?;
    match &schema.schema_kind {
        SchemaKind::Type(Kind::Object(object)) if !object.properties.is_empty() => {
            Some((schema, object))
        }
        _ => None,
    }
}

fn says_nothing(schema: &ReferenceOr<OpenApiSchema>) -> bool {
    match schema.as_item().map(|schema| &schema.schema_kind) {
        Some(SchemaKind::Any(any)) => *any == AnySchema::default(),
        Some(SchemaKind::Type(Kind::Object(object))) => *object == ObjectType::default(),
        _ => false,
    }
}

fn empty(vendor: &str) -> Schema {
    empty_named(vendor, vendor.to_owned())
}

fn empty_named(vendor: &str, name: String) -> Schema {
    Schema {
        name,
        vendor: vendor.to_owned(),
        doc: None,
        fields: Vec::new(),
        in_request: false,
        in_answer: false,
        patch: false,
        group: None,
    }
}
