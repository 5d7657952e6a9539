//! Types and limits: what a schema says about a value.

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, ArrayType, IntegerType, NumberType, ObjectType, ReferenceOr, Schema,
    SchemaData, SchemaKind, StringFormat, StringType, Type as Kind, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::{Builder, names};
use crate::diagnostic::child;
use crate::model::{Rule, Type};

/// The largest `int`, which the vendor's tools write where there is no limit.
const NO_LIMIT: usize = 2_147_483_647;

/// Where a schema stands; ids and enums are named after it.
#[derive(Clone, Debug)]
pub(super) struct Place<'p> {
    /// The schema or operation, as a type name.
    pub(super) owner: &'p str,
    /// The property or parameter on the wire; for the items of a list, one of them.
    pub(super) name: &'p str,
    /// Its JSON pointer.
    pub(super) pointer: String,
}

/// What a schema says about a value.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) ty: Type,
    pub(super) rule: Rule,
    pub(super) default: Option<Value>,
    pub(super) example: Option<Value>,
    pub(super) deprecated: bool,
}

impl Typed {
    fn new(ty: Type, rule: Rule, data: &SchemaData) -> Self {
        Self {
            ty,
            rule,
            default: data.default.clone(),
            example: data.example.clone(),
            deprecated: data.deprecated,
        }
    }
}

impl Builder<'_> {
    /// Reads a schema. What it cannot take is noted, and `Json` stands for it until the end of the run.
    pub(super) fn typed(&mut self, schema: &ReferenceOr<Schema>, place: &Place) -> Typed {
        let schema = match schema {
            ReferenceOr::Reference { reference } => return self.referred(reference, place),
            ReferenceOr::Item(schema) => schema,
        };
        let data = &schema.schema_data;
        let (ty, rule) = match &schema.schema_kind {
            SchemaKind::Type(Kind::String(string)) => self.string(string, data, place),
            SchemaKind::Type(Kind::Number(number)) => self.number(number, data, place),
            SchemaKind::Type(Kind::Integer(integer)) => self.integer(integer, data, place),
            SchemaKind::Type(Kind::Boolean(boolean)) => {
                self.refuse_if(
                    !boolean.enumeration.is_empty(),
                    place,
                    "`enum` on a boolean",
                );
                (Type::Boolean, Rule::default())
            }
            SchemaKind::Type(Kind::Array(array)) => self.list(array, place),
            SchemaKind::Type(Kind::Object(object)) => (self.object(object, place), Rule::default()),
            // One schema in `allOf` is how something is said beside a reference.
            SchemaKind::AllOf { all_of } if all_of.len() == 1 => {
                let inner = self.typed(&all_of[0], place);
                return Typed {
                    deprecated: inner.deprecated || data.deprecated,
                    ..inner
                };
            }
            SchemaKind::Any(any) if *any == openapiv3::AnySchema::default() => {
                (Type::Json, Rule::default())
            }
            SchemaKind::Any(any) => {
                let ty = any.typ.as_deref().unwrap_or("no type");
                self.refuse(
                    place,
                    &format!("keywords that do not fit together (type: {ty})"),
                );
                (Type::Json, Rule::default())
            }
            SchemaKind::OneOf { .. }
            | SchemaKind::AllOf { .. }
            | SchemaKind::AnyOf { .. }
            | SchemaKind::Not { .. } => {
                self.refuse(place, "a combination of schemas");
                (Type::Json, Rule::default())
            }
        };
        Typed::new(ty, rule, data)
    }

    /// An object of its own is used by name; everything else under `components` stands for what it says.
    fn referred(&mut self, reference: &str, place: &Place) -> Typed {
        let plain = |ty| Typed {
            ty,
            rule: Rule::default(),
            default: None,
            example: None,
            deprecated: false,
        };
        let Some(name) = reference.strip_prefix("#/components/schemas/") else {
            self.refuse(
                place,
                "a reference to something that is no schema of its own",
            );
            return plain(Type::Json);
        };
        if let Some(rust) = self.objects.get(name) {
            return plain(Type::Schema(rust.clone()));
        }
        if self.following.iter().any(|followed| followed == name) {
            self.refuse(place, &format!("`{name}`, which consists only of itself"));
            return plain(Type::Json);
        }
        let Some(schema) = self
            .components()
            .and_then(|components| components.schemas.get(name))
        else {
            return plain(Type::Json);
        };
        self.following.push(name.to_owned());
        let typed = self.typed(schema, place);
        self.following.pop();
        typed
    }

    fn string(&mut self, string: &StringType, data: &SchemaData, place: &Place) -> (Type, Rule) {
        self.refuse_if(string.pattern.is_some(), place, "`pattern`");
        let rule = Rule {
            // Every text has at least no characters.
            min_len: string
                .min_length
                .filter(|length| *length > 0)
                .and_then(|length| self.small(length, place)),
            max_len: string
                .max_length
                .filter(|length| *length < NO_LIMIT)
                .and_then(|length| self.small(length, place)),
            ..Rule::default()
        };
        if !string.enumeration.is_empty() {
            self.refuse_if(
                string.min_length.or(string.max_length).is_some(),
                place,
                "a length beside `enum`",
            );
            return (
                self.enumeration(&string.enumeration, data, place),
                Rule::default(),
            );
        }
        let ty = match &string.format {
            VariantOrUnknownOrEmpty::Item(StringFormat::Date) => Type::Date,
            VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => Type::DateTime,
            VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => Type::Binary,
            VariantOrUnknownOrEmpty::Item(StringFormat::Password) => Type::Secret,
            VariantOrUnknownOrEmpty::Empty => self.text(data, place),
            VariantOrUnknownOrEmpty::Unknown(format)
                if ["uuid", "email", "url"].contains(&format.as_str()) =>
            {
                self.text(data, place)
            }
            VariantOrUnknownOrEmpty::Item(StringFormat::Byte) => self.unknown_format("byte", place),
            VariantOrUnknownOrEmpty::Unknown(format) => self.unknown_format(format, place),
        };
        (ty, rule)
    }

    fn text(&mut self, data: &SchemaData, place: &Place) -> Type {
        match (
            data.extensions.get("x-rust-id"),
            data.extensions.get("x-secret"),
        ) {
            (Some(Value::String(id)), None) => Type::Id(id.clone()),
            (None, Some(Value::Bool(true))) => Type::Secret,
            (None | Some(Value::Bool(false)), None) => Type::String,
            _ => {
                self.refuse(place, "`x-rust-id` or `x-secret` with a strange value");
                Type::String
            }
        }
    }

    fn enumeration(&mut self, values: &[Option<String>], data: &SchemaData, place: &Place) -> Type {
        self.refuse_if(values.contains(&None), place, "null in `enum`");
        let values: IndexMap<String, ()> = values
            .iter()
            .flatten()
            .map(|value| (value.clone(), ()))
            .collect();
        self.enums
            .intern(values.into_keys().collect(), place, &data.extensions)
    }

    fn number(&mut self, number: &NumberType, data: &SchemaData, place: &Place) -> (Type, Rule) {
        self.refuse_if(number.multiple_of.is_some(), place, "`multipleOf`");
        self.refuse_if(!number.enumeration.is_empty(), place, "`enum` on a number");
        if let VariantOrUnknownOrEmpty::Unknown(format) = &number.format {
            self.unknown_format(format, place);
        }
        let scale = match data.extensions.get("x-scale") {
            None => None,
            Some(scale) => {
                let digits = scale.as_u64().and_then(|scale| u32::try_from(scale).ok());
                self.refuse_if(
                    digits.is_none(),
                    place,
                    "an `x-scale` that is no number of digits",
                );
                digits
            }
        };
        let rule = Rule {
            scale,
            ..bounds(
                number.minimum,
                number.exclusive_minimum,
                number.maximum,
                number.exclusive_maximum,
            )
        };
        (Type::Decimal, rule)
    }

    fn integer(&mut self, integer: &IntegerType, data: &SchemaData, place: &Place) -> (Type, Rule) {
        self.refuse_if(integer.multiple_of.is_some(), place, "`multipleOf`");
        self.refuse_if(
            !integer.enumeration.is_empty(),
            place,
            "`enum` on a whole number",
        );
        if let VariantOrUnknownOrEmpty::Unknown(format) = &integer.format {
            self.unknown_format(format, place);
        }
        let ty = match data.extensions.get("x-rust-id") {
            Some(Value::String(id)) => Type::Id(id.clone()),
            Some(_) => Type::Integer,
            None => self.ids.by_rule(place.name).map_or(Type::Integer, Type::Id),
        };
        (
            ty,
            bounds(
                integer.minimum,
                integer.exclusive_minimum,
                integer.maximum,
                integer.exclusive_maximum,
            ),
        )
    }

    fn list(&mut self, array: &ArrayType, place: &Place) -> (Type, Rule) {
        let Some(items) = &array.items else {
            self.refuse(place, "a list without `items`");
            return (Type::Json, Rule::default());
        };
        let item = Place {
            name: names::singular(place.name),
            pointer: child(&place.pointer, "items"),
            ..place.clone()
        };
        let typed = self.typed(&items.clone().unbox(), &item);
        self.refuse_if(
            typed.rule != Rule::default(),
            &item,
            "limits on the items of a list",
        );
        let rule = Rule {
            min_items: array
                .min_items
                .filter(|count| *count > 0)
                .and_then(|count| self.small(count, place)),
            max_items: array
                .max_items
                .filter(|count| *count < NO_LIMIT)
                .and_then(|count| self.small(count, place)),
            unique: array.unique_items,
            ..Rule::default()
        };
        (Type::List(Box::new(typed.ty)), rule)
    }

    fn object(&mut self, object: &ObjectType, place: &Place) -> Type {
        if !object.properties.is_empty() {
            self.refuse(place, "an object without a name");
            return Type::Json;
        }
        match &object.additional_properties {
            Some(AdditionalProperties::Schema(values)) => {
                let values = self.typed(values, place);
                Type::Map(Box::new(values.ty))
            }
            Some(AdditionalProperties::Any(true)) => Type::Map(Box::new(Type::Json)),
            Some(AdditionalProperties::Any(false)) | None => Type::Json,
        }
    }

    fn unknown_format(&mut self, format: &str, place: &Place) -> Type {
        self.refuse(place, &format!("the format `{format}`"));
        Type::String
    }

    fn small(&mut self, number: usize, place: &Place) -> Option<u32> {
        let small = u32::try_from(number).ok();
        self.refuse_if(small.is_none(), place, "a limit that is too large");
        small
    }

    /// Notes something that the generator cannot take.
    pub(super) fn refuse(&mut self, place: &Place, what: &str) {
        self.diagnostics.at(
            self.file,
            &place.pointer,
            format!("the generator cannot take {what}"),
            "say it in another way in the overlay",
        );
    }

    pub(super) fn refuse_if(&mut self, refused: bool, place: &Place, what: &str) {
        if refused {
            self.refuse(place, what);
        }
    }
}

/// Numbers as text: the shortest that reads back as the same number, never with an exponent.
fn bounds<N: ToString>(min: Option<N>, above: bool, max: Option<N>, below: bool) -> Rule {
    let (min, max) = (
        min.map(|number| number.to_string()),
        max.map(|number| number.to_string()),
    );
    let (min, above) = if above { (None, min) } else { (min, None) };
    let (max, below) = if below { (None, max) } else { (max, None) };
    Rule {
        min,
        max,
        above,
        below,
        ..Rule::default()
    }
}
