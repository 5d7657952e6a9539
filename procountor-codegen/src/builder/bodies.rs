//! What requests carry.

use openapiv3::{ReferenceOr, RequestBody, Schema, SchemaKind, Type as Kind};

use super::types::Place;
use super::{Builder, names};
use crate::diagnostic::child;
use crate::model::{Body, Part, Rule, Type};

impl Builder<'_> {
    pub(super) fn body(
        &mut self,
        body: &ReferenceOr<RequestBody>,
        operation: &Place,
    ) -> Option<Body> {
        let place = Place {
            name: "body",
            pointer: child(&operation.pointer, "requestBody"),
            ..operation.clone()
        };
        let Some(body) = body.as_item() else {
            self.refuse(&place, "a reference to a body");
            return None;
        };
        let content: Vec<_> = body.content.iter().collect();
        let [(media, described)] = content[..] else {
            self.refuse(&place, "a body with no media type or several");
            return None;
        };
        let place = Place {
            pointer: child(&child(&child(&place.pointer, "content"), media), "schema"),
            ..place
        };
        let Some(schema) = &described.schema else {
            self.refuse(&place, "a body without a schema");
            return None;
        };
        match media.as_str() {
            "application/json" => {
                let typed = self.typed(schema, &place);
                self.refuse_if(typed.rule != Rule::default(), &place, "limits on a body");
                self.refuse_if(
                    typed.ty.leaf() == &Type::Binary,
                    &place,
                    "bytes inside JSON",
                );
                Some(Body::Json {
                    rust: name(&typed.ty),
                    ty: typed.ty,
                    required: body.required,
                })
            }
            "multipart/form-data" => {
                self.refuse_if(
                    !body.required,
                    &place,
                    "a multipart body that is not required",
                );
                Some(Body::Multipart(self.parts(schema, &place)))
            }
            other => {
                self.refuse(&place, &format!("a body of the media type `{other}`"));
                None
            }
        }
    }

    fn parts(&mut self, schema: &ReferenceOr<Schema>, place: &Place) -> Vec<Part> {
        let kind = schema.as_item().map(|schema| &schema.schema_kind);
        let Some(SchemaKind::Type(Kind::Object(object))) = kind else {
            self.refuse(place, "a multipart body that is not described as an object");
            return Vec::new();
        };
        let mut parts = Vec::new();
        for (wire, property) in &object.properties {
            let place = Place {
                name: wire,
                pointer: child(&child(&place.pointer, "properties"), wire),
                ..place.clone()
            };
            let typed = self.typed(&property.clone().unbox(), &place);
            let file = typed.ty == Type::Binary;
            self.refuse_if(
                !file && !matches!(typed.ty, Type::Schema(_)),
                &place,
                "a part that is neither a file nor an object",
            );
            self.refuse_if(
                !object.required.contains(wire),
                &place,
                "a part that may be left out",
            );
            self.refuse_if(
                !names::is_field_name(&names::field(wire)),
                &place,
                &format!("the part name `{wire}`"),
            );
            parts.push(Part {
                wire: wire.clone(),
                ty: typed.ty,
            });
        }
        parts
    }
}

/// The field that holds a body: named after its type, as `invoice`, `invoices`, `product_id`.
pub(super) fn name(ty: &Type) -> String {
    match ty {
        Type::Schema(name) | Type::Id(name) => names::field(name),
        Type::List(item) => format!("{}s", name(item)),
        _ => "body".to_owned(),
    }
}
