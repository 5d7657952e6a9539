//! Ids found in responses, so that later requests refer to existing resources.

use std::collections::BTreeMap;

use procountor_codegen::model::{Api, Content, Operation, Type};
use serde_json::Value;

/// Ids as JSON, by the name of their type. The first id of a type is kept: it comes from a list, so its resource exists
/// from the start.
#[derive(Default)]
pub(crate) struct Ids(BTreeMap<String, Value>);

impl Ids {
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Adds the ids of a response.
    pub(crate) fn collect(&mut self, api: &Api, operation: &Operation, body: &str) {
        let Ok(body) = serde_json::from_str::<Value>(body) else {
            return;
        };
        for response in &operation.responses {
            if let Content::Json(ty) | Content::Mixed(ty) = &response.content {
                walk(api, ty, &body, &mut |name, id| {
                    self.0.entry(name.to_owned()).or_insert_with(|| id.clone());
                });
            }
        }
    }
}

/// Returns the first id of the type `name` in a response.
pub(crate) fn find(api: &Api, operation: &Operation, body: &str, name: &str) -> Option<Value> {
    let mut ids = Ids::default();
    ids.collect(api, operation, body);
    ids.0.remove(name)
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
            for field in api.schema(name).map_or(&[][..], |schema| &schema.fields) {
                if let Some(value) = members.get(&field.wire) {
                    walk(api, &field.ty, value, found);
                }
            }
        }
        _ => {}
    }
}
