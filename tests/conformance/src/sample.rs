//! Values that the specification allows: with every property, or with the required ones only.

use heck::ToLowerCamelCase;
use procountor_codegen::model::{Api, Body, Constraints, Field, Operation, Type};
use serde_json::{Map, Value, json};

use crate::harvest::Ids;

/// How much of what may be sent is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Every parameter and every property.
    Full,
    /// What is required.
    Required,
}

/// The parameters of an operation, by their names on the wire; the body is one of them.
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

/// The name of a file has an extension; the specification cannot say that.
const FILE_NAME: &str = "kuitti.txt";

/// Recursive schemas end here.
const DEEPEST: usize = 8;

impl Sample<'_> {
    fn value(&self, ty: &Type, rule: &Constraints, depth: usize) -> Value {
        match ty {
            Type::String | Type::Secret | Type::Binary => Value::from(text(rule)),
            Type::Integer => number(rule, 1),
            Type::Decimal => decimal(rule),
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
                let count = rule.min_items.unwrap_or(1).max(1);
                Value::from_iter((0..count).map(|_| self.value(item, rule, depth + 1)))
            }
            Type::Map(item) => json!({"avain": self.value(item, rule, depth + 1)}),
        }
    }

    fn id(&self, name: &str) -> Value {
        let text = self.api.id(name).is_some_and(|id| id.text);
        let unknown = if text {
            Value::from("1")
        } else {
            Value::from(1)
        };
        self.ids.get(name).cloned().unwrap_or(unknown)
    }

    fn schema(&self, name: &str, depth: usize) -> Value {
        let fields = self
            .api
            .schema(name)
            .into_iter()
            .flat_map(|schema| &schema.fields);
        let wanted = fields.filter(|field| {
            let recursive = field.recursive && depth > 2;
            field.required || (self.extent == Extent::Full && depth < DEEPEST && !recursive)
        });
        let value = |field: &Field| match (name, field.wire.as_str()) {
            ("Attachment" | "AttachmentRename", "name") => json!(FILE_NAME),
            _ => self.value(&field.ty, &field.constraints, depth),
        };
        Value::Object(
            wanted
                .map(|field| (field.wire.clone(), value(field)))
                .collect(),
        )
    }
}

/// Text with letters outside ASCII, as long as it may be.
fn text(rule: &Constraints) -> String {
    let least = rule.min_len.unwrap_or(1).max(1) as usize;
    let most = rule
        .max_len
        .map_or(16, |most| most as usize)
        .min(least.max(16));
    "Äyräpää €12 é-"
        .chars()
        .cycle()
        .take(most)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn number(rule: &Constraints, usual: i64) -> Value {
    let limit = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<f64>().ok());
    let least = limit(&rule.min).or(limit(&rule.above).map(|above| above + 1.0));
    let most = limit(&rule.max).or(limit(&rule.below).map(|below| below - 1.0));
    let value = least.map_or(usual, |least| usual.max(least.ceil() as i64));
    Value::from(most.map_or(value, |most| value.min(most.floor() as i64)))
}

fn decimal(rule: &Constraints) -> Value {
    match (rule.scale, &rule.max) {
        (Some(0), _) => number(rule, 1),
        (_, Some(_)) => number(rule, 1),
        _ => json!(12.5),
    }
}
