//! The request bodies.

use openapiv3::{ReferenceOr, RequestBody, Schema, SchemaKind, Type as Kind};

use super::types::Context;
use super::{Builder, names};
use crate::model::{Body, Constraints, Part, Type};

impl Builder<'_> {
    pub(super) fn body(
        &mut self,
        body: &ReferenceOr<RequestBody>,
        operation: &Context,
    ) -> Option<Body> {
        let context = operation.named("body").at("requestBody");
        let Some(body) = body.as_item() else {
            self.unsupported(&context, "a reference to a body");
            return None;
        };
        let content: Vec<_> = body.content.iter().collect();
        let [(media, described)] = content[..] else {
            self.unsupported(&context, "a body with no media type or several");
            return None;
        };
        let context = context.at("content").at(media).at("schema");
        let Some(schema) = &described.schema else {
            self.unsupported(&context, "a body without a schema");
            return None;
        };
        match media.as_str() {
            "application/json" => {
                let value = self.value(schema, &context);
                let constrained = value.constraints != Constraints::default();
                self.unsupported_if(constrained, &context, "constraints on a body");
                let bytes = value.ty.leaf() == &Type::Binary;
                self.unsupported_if(bytes, &context, "bytes inside JSON");
                Some(Body::Json {
                    rust: name(&value.ty),
                    ty: value.ty,
                    required: body.required,
                })
            }
            "multipart/form-data" => {
                let optional = "a multipart body that is not required";
                self.unsupported_if(!body.required, &context, optional);
                Some(Body::Multipart(self.parts(schema, &context)))
            }
            other => {
                self.unsupported(&context, &format!("a body of the media type `{other}`"));
                None
            }
        }
    }

    fn parts(&mut self, schema: &ReferenceOr<Schema>, context: &Context) -> Vec<Part> {
        let kind = schema.as_item().map(|schema| &schema.schema_kind);
        let Some(SchemaKind::Type(Kind::Object(object))) = kind else {
            self.unsupported(context, "a multipart body that is not an object");
            return Vec::new();
        };
        let mut parts = Vec::new();
        for (wire, property) in &object.properties {
            let context = context.named(wire).at("properties").at(wire);
            let ty = self.value(&property.clone().unbox(), &context).ty;
            let part = matches!(ty, Type::Binary | Type::Schema(_));
            self.unsupported_if(!part, &context, "a part that is neither file nor object");
            let optional = !object.required.contains(wire);
            self.unsupported_if(optional, &context, "a part that is not required");
            if !names::is_field_name(&names::field(wire)) {
                self.unsupported(&context, &format!("the part name `{wire}`"));
            }
            parts.push(Part {
                wire: wire.clone(),
                ty,
            });
        }
        parts
    }
}

/// Returns the name of the field for a body, after its type: `invoice`, `invoices`, `product_id`.
pub(super) fn name(ty: &Type) -> String {
    match ty {
        Type::Schema(name) | Type::Id(name) => names::field(name),
        Type::List(item) => format!("{}s", name(item)),
        _ => "body".to_owned(),
    }
}
