//! The ids that answers have told of, so that later requests ask for what exists.

use std::collections::BTreeMap;

use procountor_codegen::model::{Api, Content, Operation, Type};
use serde_json::Value;

/// Ids by the name of their type, as JSON. The first one found stays: lists tell of what has been there all along.
#[derive(Default)]
pub(crate) struct Ids(BTreeMap<String, Value>);

impl Ids {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Takes the ids out of an answer.
    pub(crate) fn learn(&mut self, api: &Api, operation: &Operation, body: &str) {
        let Ok(body) = serde_json::from_str::<Value>(body) else {
            return;
        };
        for answer in &operation.responses {
            if let Content::Json(ty) | Content::Mixed(ty) = &answer.content {
                walk(api, ty, &body, &mut |name, id| {
                    self.0.entry(name.to_owned()).or_insert_with(|| id.clone());
                });
            }
        }
    }
}

/// The first id of this type in an answer.
pub(crate) fn find(api: &Api, operation: &Operation, body: &str, wanted: &str) -> Option<Value> {
    let mut ids = Ids::default();
    ids.learn(api, operation, body);
    ids.0.remove(wanted)
}

fn walk(api: &Api, ty: &Type, value: &Value, found: &mut impl FnMut(&str, &Value)) {
    match (ty, value) {
        (Type::Id(name), Value::Number(_) | Value::String(_)) => found(name, value),
        (Type::List(item), Value::Array(items)) => {
            items.iter().for_each(|value| walk(api, item, value, found))
        }
        (Type::Map(item), Value::Object(members)) => members
            .values()
            .for_each(|value| walk(api, item, value, found)),
        (Type::Schema(name), Value::Object(members)) => {
            for field in api
                .schema(name)
                .into_iter()
                .flat_map(|schema| &schema.fields)
            {
                if let Some(value) = members.get(&field.wire) {
                    walk(api, &field.ty, value, found);
                }
            }
        }
        _ => {}
    }
}
