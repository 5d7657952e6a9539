//! The objects under `components/schemas`.

use std::collections::BTreeMap;

use openapiv3::{
    AnySchema, ObjectType, ReferenceOr, Schema as OpenApiSchema, SchemaKind, Type as Kind,
};
use serde_json::Value;

use super::types::Context;
use super::{Builder, names};
use crate::diagnostic::child;
use crate::model::{Field, Schema, Type};

impl<'d> Builder<'d> {
    /// Returns the Rust name of every schema that is an object, by the vendor's name.
    pub(super) fn name_objects(&self) -> BTreeMap<String, String> {
        let objects = self.described().filter_map(|(vendor, schema)| {
            let (schema, _) = object(schema)?;
            let name = match schema.schema_data.extensions.get("x-rust-name") {
                Some(Value::String(name)) => name.clone(),
                Some(_) => String::new(),
                None => vendor.clone(),
            };
            Some((vendor.clone(), name))
        });
        objects.collect()
    }

    /// Returns all schemas that are objects, sorted by name. An empty schema is included as an object without fields,
    /// although it allows any value.
    pub(super) fn schemas(&mut self) -> Vec<Schema> {
        let mut schemas = Vec::new();
        for (vendor, schema) in self.described() {
            match object(schema) {
                Some((_, object)) => schemas.push(self.schema(vendor, object)),
                None if is_empty(schema) => {
                    schemas.push(new_schema(vendor, vendor.to_owned(), Vec::new()));
                }
                None => {}
            }
        }
        schemas.sort_by(|a, b| a.name.cmp(&b.name));
        schemas
    }

    fn described(
        &self,
    ) -> impl Iterator<Item = (&'d String, &'d ReferenceOr<OpenApiSchema>)> + use<'d> {
        let components = self.components().into_iter();
        components.flat_map(|components| &components.schemas)
    }

    fn schema(&mut self, vendor: &str, object: &ObjectType) -> Schema {
        let name = self.objects.get(vendor).cloned().unwrap_or_default();
        let schema = Context::new(&name, &child("/components/schemas", vendor));
        let mut fields: Vec<Field> = Vec::new();
        for (wire, property) in &object.properties {
            let context = schema.named(wire).at("properties").at(wire);
            let value = self.value(&property.clone().unbox(), &context);
            let rust = names::field(wire);
            let bytes = value.ty.leaf() == &Type::Binary;
            self.unsupported_if(bytes, &context, "bytes inside JSON");
            // The macro adds a field `unknown`.
            if !names::is_field_name(&rust) || rust == "unknown" {
                self.unsupported(&context, &format!("the field name `{rust}`"));
            }
            if let Some(same) = fields.iter().find(|field| field.rust == rust) {
                let what = format!("`{wire}` beside `{}`: both are `{rust}` in Rust", same.wire);
                self.unsupported(&context, &what);
            }
            fields.push(Field {
                wire: wire.clone(),
                rust,
                ty: value.ty,
                required: object.required.contains(wire),
                recursive: false,
                constraints: value.constraints,
                deprecated: value.deprecated,
                default: value.default,
                example: value.example,
                doc: None,
            });
        }
        for wire in &object.required {
            if !object.properties.contains_key(wire) {
                let what = format!("`{wire}`, which is required and not declared");
                self.unsupported(&schema, &what);
            }
        }
        self.unsupported_if(
            object.additional_properties.is_some(),
            &schema,
            "`additionalProperties` beside `properties`",
        );
        new_schema(vendor, name, fields)
    }
}

/// Returns the object that a schema describes, if it has properties.
fn object(schema: &ReferenceOr<OpenApiSchema>) -> Option<(&OpenApiSchema, &ObjectType)> {
    let schema = schema.as_item()?;
    match &schema.schema_kind {
        SchemaKind::Type(Kind::Object(object)) if !object.properties.is_empty() => {
            Some((schema, object))
        }
        _ => None,
    }
}

fn is_empty(schema: &ReferenceOr<OpenApiSchema>) -> bool {
    match schema.as_item().map(|schema| &schema.schema_kind) {
        Some(SchemaKind::Any(any)) => *any == AnySchema::default(),
        Some(SchemaKind::Type(Kind::Object(object))) => *object == ObjectType::default(),
        _ => false,
    }
}

/// Returns a schema whose users are not known yet.
fn new_schema(vendor: &str, name: String, fields: Vec<Field>) -> Schema {
    Schema {
        name,
        vendor: vendor.to_owned(),
        doc: None,
        fields,
        in_request: false,
        in_response: false,
        patch: false,
        group: None,
    }
}
