//! Sample values that the specification allows.

use heck::ToLowerCamelCase;
use procountor_codegen::model::{Api, Body, Constraints, Field, Operation, Type};
use serde_json::{Map, Value, json};

use crate::ids::Ids;

/// The parameters and properties that a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Full,
    Required,
}

impl Extent {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Full => "every property",
            Self::Required => "required only",
        }
    }
}

/// Returns sample parameters of an operation by their names on the wire, including the body.
pub(crate) fn parameters(
    api: &Api,
    ids: &Ids,
    operation: &Operation,
    extent: Extent,
) -> Map<String, Value> {
    let sample = Sample { api, ids, extent };
    let mut members = Map::new();
    for parameter in &operation.parameters {
        if parameter.required || extent == Extent::Full {
            let value = match (operation.id.as_str(), parameter.wire.as_str()) {
                ("renameAttachment", "name") => json!(FILE_NAME),
                _ => sample.value(&parameter.ty, &parameter.constraints, 0),
            };
            members.insert(parameter.wire.clone(), value);
        }
    }
    match &operation.body {
        Some(Body::Json { rust, ty, required }) if *required || extent == Extent::Full => {
            members.insert(
                rust.to_lower_camel_case(),
                sample.value(ty, &Constraints::default(), 0),
            );
        }
        Some(Body::Multipart(parts)) => {
            for part in parts {
                let value = match part.ty {
                    Type::Binary => json!("Kuitti 12,50 €"),
                    _ => sample.value(&part.ty, &Constraints::default(), 0),
                };
                members.insert(part.wire.clone(), value);
            }
        }
        Some(Body::Json { .. }) | None => {}
    }
    members
}

struct Sample<'a> {
    api: &'a Api,
    ids: &'a Ids,
    extent: Extent,
}

/// A file name with an extension. The server requires one, but the specification does not state that.
const FILE_NAME: &str = "kuitti.txt";

/// The depth at which recursive schemas end.
const MAX_DEPTH: usize = 8;

impl Sample<'_> {
    fn value(&self, ty: &Type, constraints: &Constraints, depth: usize) -> Value {
        match ty {
            Type::String | Type::Secret | Type::Binary => Value::from(text(constraints)),
            Type::Integer => number(constraints),
            Type::Decimal => decimal(constraints),
            Type::Boolean => Value::from(true),
            Type::Date => Value::from("2026-04-15"),
            Type::DateTime => Value::from("2026-04-15T09:30:00"),
            Type::Json => json!({"tapa": "käsin", "arvo": 12.5}),
            Type::Id(name) => self.id(name),
            Type::Enum(name) => {
                let first = self
                    .api
                    .enumeration(name)
                    .and_then(|known| known.values.first());
                Value::from(first.map_or("", |value| &value.wire))
            }
            Type::Schema(name) => self.schema(name, depth + 1),
            Type::List(item) => {
                let count = constraints.min_items.unwrap_or(1).max(1);
                Value::from_iter((0..count).map(|_| self.value(item, constraints, depth + 1)))
            }
            Type::Map(item) => json!({"avain": self.value(item, constraints, depth + 1)}),
        }
    }

    fn id(&self, name: &str) -> Value {
        let is_text = self.api.id(name).is_some_and(|id| id.text);
        let default = || if is_text { json!("1") } else { json!(1) };
        self.ids.get(name).cloned().unwrap_or_else(default)
    }

    fn schema(&self, name: &str, depth: usize) -> Value {
        let fields = self
            .api
            .schema(name)
            .map_or(&[][..], |schema| &schema.fields);
        let included = fields.iter().filter(|field| {
            let recursive = field.recursive && depth > 2;
            field.required || (self.extent == Extent::Full && depth < MAX_DEPTH && !recursive)
        });
        let value = |field: &Field| match (name, field.wire.as_str()) {
            ("Attachment" | "AttachmentRename", "name") => json!(FILE_NAME),
            _ => self.value(&field.ty, &field.constraints, depth),
        };
        Value::Object(
            included
                .map(|field| (field.wire.clone(), value(field)))
                .collect(),
        )
    }
}

/// Returns text with letters outside ASCII, up to 16 characters within the limits.
fn text(constraints: &Constraints) -> String {
    let min = constraints.min_len.unwrap_or(1).max(1) as usize;
    let max = constraints
        .max_len
        .map_or(16, |max| max as usize)
        .min(min.max(16));
    let text: String = "Äyräpää €12 é-".chars().cycle().take(max).collect();
    text.trim().to_owned()
}

/// Returns 1, or the number nearest to it within the limits.
fn number(constraints: &Constraints) -> Value {
    let limit = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
    let min = limit(&constraints.min).or(limit(&constraints.above).map(|above| above + 1.0));
    let max = limit(&constraints.max).or(limit(&constraints.below).map(|below| below - 1.0));
    let value = min.map_or(1, |min| min.ceil().max(1.0) as i64);
    Value::from(max.map_or(value, |max| value.min(max.floor() as i64)))
}

fn decimal(constraints: &Constraints) -> Value {
    if constraints.scale == Some(0) || constraints.max.is_some() {
        number(constraints)
    } else {
        json!(12.5)
    }
}
