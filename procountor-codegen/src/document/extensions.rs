//! The `x-` keys that the generator reads. Any other `x-` key is reported, since a misspelled key would have no effect.

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostics, child};
use crate::specification::visit_objects;

/// The known `x-` keys, each with a key that must be in the same object. `spec/23.02/overlay.yaml` explains them.
const KNOWN: [(&str, &str); 13] = [
    ("x-deprecated-removal", "responses"),
    ("x-group", "name"),
    ("x-inferred-integer", "type"),
    ("x-market", "responses"),
    ("x-max-ids", "in"),
    ("x-response-media-type", "responses"),
    ("x-rust-enum", "enum"),
    ("x-rust-id", "type"),
    ("x-rust-name", "properties"),
    ("x-rust-variants", "enum"),
    ("x-scale", "type: number"),
    ("x-secret", "type: string"),
    ("x-two-factor", "responses"),
];

/// Reports every `x-` key that is unknown or misplaced.
pub(super) fn check(document: &Value, file: &str, diagnostics: &mut Diagnostics) {
    visit_objects(document, &mut |pointer, object| {
        for key in object.keys().filter(|key| key.starts_with("x-")) {
            let pointer = child(pointer, key);
            match KNOWN.iter().find(|(known, _)| known == key) {
                None => {
                    let known = KNOWN.map(|(known, _)| known).join(", ");
                    let help = format!("remove it, or use one of {known}");
                    diagnostics.at(file, &pointer, format!("unknown key `{key}`"), help);
                }
                Some((_, beside)) if !is_beside(object, beside) => {
                    let message = format!("`{key}` has no effect here");
                    diagnostics.at(
                        file,
                        &pointer,
                        message,
                        format!("move it to an object with `{beside}`"),
                    );
                }
                Some(_) => {}
            }
        }
    });
}

fn is_beside(object: &Map<String, Value>, beside: &str) -> bool {
    match beside.split_once(": ") {
        Some((key, value)) => object.get(key).is_some_and(|found| found == value),
        None => object.contains_key(beside),
    }
}
