//! Types and constraints of values.

use std::fmt::Display;

use openapiv3::{
    AdditionalProperties, ArrayType, IntegerType, NumberType, ObjectType, ReferenceOr, Schema,
    SchemaData, SchemaKind, StringFormat, StringType, Type as Kind, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::{Builder, names};
use crate::diagnostic::child;
use crate::model::{Constraints, Type};

/// The largest `int`, which the vendor's tools write for "no limit".
const NO_LIMIT: usize = 2_147_483_647;

/// The position of a schema in the document. Ids and enums are named after it.
#[derive(Clone, Debug)]
pub(super) struct Context<'c> {
    /// The schema or operation, as a type name.
    pub(super) owner: &'c str,
    /// The wire name of the property or parameter; the singular of it for the items of a list.
    pub(super) name: &'c str,
    /// The JSON pointer.
    pub(super) pointer: String,
}

impl<'c> Context<'c> {
    pub(super) fn new(owner: &'c str, pointer: &str) -> Self {
        Self {
            owner,
            name: "",
            pointer: pointer.to_owned(),
        }
    }

    /// Returns the context of a member of this object or list.
    pub(super) fn at(&self, key: impl Display) -> Self {
        Self {
            pointer: child(&self.pointer, key),
            ..self.clone()
        }
    }

    /// Returns the same context with another name.
    pub(super) fn named(&self, name: &'c str) -> Self {
        Self {
            name,
            ..self.clone()
        }
    }
}

/// A value, as its schema describes it.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub(super) ty: Type,
    pub(super) constraints: Constraints,
    pub(super) default: Option<Value>,
    pub(super) example: Option<Value>,
    pub(super) deprecated: bool,
}

impl Builder<'_> {
    /// Reads a schema. An unsupported one is reported and read as `Json`.
    pub(super) fn value(&mut self, schema: &ReferenceOr<Schema>, context: &Context) -> Described {
        let schema = match schema {
            ReferenceOr::Reference { reference } => return self.referred(reference, context),
            ReferenceOr::Item(schema) => schema,
        };
        let data = &schema.schema_data;
        let (ty, constraints) = match &schema.schema_kind {
            SchemaKind::Type(Kind::String(string)) => self.string(string, data, context),
            SchemaKind::Type(Kind::Number(number)) => self.number(number, data, context),
            SchemaKind::Type(Kind::Integer(integer)) => self.integer(integer, data, context),
            SchemaKind::Type(Kind::Boolean(boolean)) => {
                let values = !boolean.enumeration.is_empty();
                self.unsupported_if(values, context, "`enum` on a boolean");
                (Type::Boolean, Constraints::default())
            }
            SchemaKind::Type(Kind::Array(array)) => self.list(array, context),
            SchemaKind::Type(Kind::Object(object)) => {
                (self.object(object, context), Constraints::default())
            }
            // OpenAPI 3.0 needs an `allOf` with one schema to put keywords beside a reference.
            SchemaKind::AllOf { all_of } if all_of.len() == 1 => {
                let inner = self.value(&all_of[0], context);
                return Described {
                    deprecated: inner.deprecated || data.deprecated,
                    ..inner
                };
            }
            SchemaKind::Any(any) if *any == openapiv3::AnySchema::default() => {
                (Type::Json, Constraints::default())
            }
            SchemaKind::Any(any) => {
                let ty = any.typ.as_deref().unwrap_or("no type");
                let what = format!("keywords that do not fit together (type: {ty})");
                self.unsupported(context, &what);
                (Type::Json, Constraints::default())
            }
            SchemaKind::OneOf { .. }
            | SchemaKind::AllOf { .. }
            | SchemaKind::AnyOf { .. }
            | SchemaKind::Not { .. } => {
                self.unsupported(context, "a combination of schemas");
                (Type::Json, Constraints::default())
            }
        };
        Described {
            ty,
            constraints,
            default: data.default.clone(),
            example: data.example.clone(),
            deprecated: data.deprecated,
        }
    }

    /// Follows a reference. Only objects are types with a name of their own.
    fn referred(&mut self, reference: &str, context: &Context) -> Described {
        let plain = |ty| Described {
            ty,
            constraints: Constraints::default(),
            default: None,
            example: None,
            deprecated: false,
        };
        let Some(name) = reference.strip_prefix("#/components/schemas/") else {
            self.unsupported(context, "a reference outside of `#/components/schemas`");
            return plain(Type::Json);
        };
        if let Some(rust) = self.objects.get(name) {
            return plain(Type::Schema(rust.clone()));
        }
        if self.following.iter().any(|followed| followed == name) {
            let what = format!("`{name}`, which consists only of itself");
            self.unsupported(context, &what);
            return plain(Type::Json);
        }
        let schemas = self.components().map(|components| &components.schemas);
        let Some(schema) = schemas.and_then(|schemas| schemas.get(name)) else {
            return plain(Type::Json);
        };
        self.following.push(name.to_owned());
        let value = self.value(schema, context);
        self.following.pop();
        value
    }

    fn string(
        &mut self,
        string: &StringType,
        data: &SchemaData,
        context: &Context,
    ) -> (Type, Constraints) {
        self.unsupported_if(string.pattern.is_some(), context, "`pattern`");
        let min = string.min_length.filter(|length| *length > 0);
        let max = string.max_length.filter(|length| *length < NO_LIMIT);
        let constraints = Constraints {
            min_len: min.and_then(|length| self.small(length, context)),
            max_len: max.and_then(|length| self.small(length, context)),
            ..Constraints::default()
        };
        if !string.enumeration.is_empty() {
            let length = string.min_length.or(string.max_length).is_some();
            self.unsupported_if(length, context, "a length beside `enum`");
            let ty = self.enumeration(&string.enumeration, data, context);
            return (ty, Constraints::default());
        }
        let ty = match &string.format {
            VariantOrUnknownOrEmpty::Item(StringFormat::Date) => Type::Date,
            VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => Type::DateTime,
            VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => Type::Binary,
            VariantOrUnknownOrEmpty::Item(StringFormat::Password) => Type::Secret,
            VariantOrUnknownOrEmpty::Item(StringFormat::Byte) => {
                self.unknown_format("byte", context)
            }
            VariantOrUnknownOrEmpty::Empty => self.text(data, context),
            VariantOrUnknownOrEmpty::Unknown(format) => match format.as_str() {
                "uuid" | "email" | "url" => self.text(data, context),
                format => self.unknown_format(format, context),
            },
        };
        (ty, constraints)
    }

    fn text(&mut self, data: &SchemaData, context: &Context) -> Type {
        match (
            data.extensions.get("x-rust-id"),
            data.extensions.get("x-secret"),
        ) {
            (Some(Value::String(id)), None) => Type::Id(id.clone()),
            (None, Some(Value::Bool(true))) => Type::Secret,
            (None | Some(Value::Bool(false)), None) => Type::String,
            _ => {
                self.unsupported(context, "this value of `x-rust-id` or `x-secret`");
                Type::String
            }
        }
    }

    fn enumeration(
        &mut self,
        values: &[Option<String>],
        data: &SchemaData,
        context: &Context,
    ) -> Type {
        self.unsupported_if(values.contains(&None), context, "null in `enum`");
        let mut distinct: Vec<String> = Vec::new();
        for value in values.iter().flatten() {
            if !distinct.contains(value) {
                distinct.push(value.clone());
            }
        }
        self.enums.intern(distinct, context, &data.extensions)
    }

    fn number(
        &mut self,
        number: &NumberType,
        data: &SchemaData,
        context: &Context,
    ) -> (Type, Constraints) {
        self.unsupported_if(number.multiple_of.is_some(), context, "`multipleOf`");
        let values = !number.enumeration.is_empty();
        self.unsupported_if(values, context, "`enum` on a number");
        if let VariantOrUnknownOrEmpty::Unknown(format) = &number.format {
            self.unknown_format(format, context);
        }
        let stated = data.extensions.get("x-scale");
        let scale = stated.and_then(|scale| u32::try_from(scale.as_u64()?).ok());
        let invalid = stated.is_some() && scale.is_none();
        self.unsupported_if(invalid, context, "this value of `x-scale`");
        let constraints = Constraints {
            scale,
            ..bounds(
                number.minimum,
                number.exclusive_minimum,
                number.maximum,
                number.exclusive_maximum,
            )
        };
        (Type::Decimal, constraints)
    }

    fn integer(
        &mut self,
        integer: &IntegerType,
        data: &SchemaData,
        context: &Context,
    ) -> (Type, Constraints) {
        self.unsupported_if(integer.multiple_of.is_some(), context, "`multipleOf`");
        let values = !integer.enumeration.is_empty();
        self.unsupported_if(values, context, "`enum` on an integer");
        if let VariantOrUnknownOrEmpty::Unknown(format) = &integer.format {
            self.unknown_format(format, context);
        }
        let ty = match data.extensions.get("x-rust-id") {
            Some(Value::String(id)) => Type::Id(id.clone()),
            Some(_) => Type::Integer,
            None => self
                .ids
                .by_rule(context.name)
                .map_or(Type::Integer, Type::Id),
        };
        let constraints = bounds(
            integer.minimum,
            integer.exclusive_minimum,
            integer.maximum,
            integer.exclusive_maximum,
        );
        (ty, constraints)
    }

    fn list(&mut self, array: &ArrayType, context: &Context) -> (Type, Constraints) {
        let Some(items) = &array.items else {
            self.unsupported(context, "a list without `items`");
            return (Type::Json, Constraints::default());
        };
        let inner = context.named(names::singular(context.name)).at("items");
        let item = self.value(&items.clone().unbox(), &inner);
        let constrained = item.constraints != Constraints::default();
        self.unsupported_if(constrained, &inner, "constraints on the items of a list");
        let min = array.min_items.filter(|count| *count > 0);
        let max = array.max_items.filter(|count| *count < NO_LIMIT);
        let constraints = Constraints {
            min_items: min.and_then(|count| self.small(count, context)),
            max_items: max.and_then(|count| self.small(count, context)),
            unique: array.unique_items,
            ..Constraints::default()
        };
        (Type::List(Box::new(item.ty)), constraints)
    }

    fn object(&mut self, object: &ObjectType, context: &Context) -> Type {
        if !object.properties.is_empty() {
            self.unsupported(context, "an object without a name");
            return Type::Json;
        }
        match &object.additional_properties {
            Some(AdditionalProperties::Schema(values)) => {
                Type::Map(Box::new(self.value(values, context).ty))
            }
            Some(AdditionalProperties::Any(true)) => Type::Map(Box::new(Type::Json)),
            Some(AdditionalProperties::Any(false)) | None => Type::Json,
        }
    }

    fn unknown_format(&mut self, format: &str, context: &Context) -> Type {
        self.unsupported(context, &format!("the format `{format}`"));
        Type::String
    }

    fn small(&mut self, number: usize, context: &Context) -> Option<u32> {
        let small = u32::try_from(number).ok();
        self.unsupported_if(small.is_none(), context, "a limit above 4,294,967,295");
        small
    }

    /// Reports something that the model cannot express.
    pub(super) fn unsupported(&mut self, context: &Context, what: &str) {
        self.diagnostics.at(
            self.file,
            &context.pointer,
            format!("the generator does not support {what}"),
            "describe it in another way in the overlay",
        );
    }

    pub(super) fn unsupported_if(&mut self, condition: bool, context: &Context, what: &str) {
        if condition {
            self.unsupported(context, what);
        }
    }
}

/// Returns the bounds as text: the shortest that parses to the same number, never with an exponent.
fn bounds<N: ToString>(
    min: Option<N>,
    exclusive_min: bool,
    max: Option<N>,
    exclusive_max: bool,
) -> Constraints {
    let (min, max) = (min.map(|n| n.to_string()), max.map(|n| n.to_string()));
    let (min, above) = if exclusive_min {
        (None, min)
    } else {
        (min, None)
    };
    let (max, below) = if exclusive_max {
        (None, max)
    } else {
        (max, None)
    };
    Constraints {
        min,
        max,
        above,
        below,
        ..Constraints::default()
    }
}
