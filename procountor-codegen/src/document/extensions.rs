//! The `x-` keys that the generator reads. One that nobody reads is a mistake that would otherwise stay unseen.

use serde_json::{Map, Value};

use super::visit_objects;
use crate::diagnostic::{Diagnostics, child};

/// Every `x-` key that has a meaning here, and the key that it must stand beside; `spec/23.02/overlay.yaml` says what it
/// means.
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

/// Notes every `x-` key that nobody reads where it stands.
pub(super) fn check(document: &Value, file: &str, diagnostics: &mut Diagnostics) {
    visit_objects(document, &mut |pointer, object| {
        for key in object.keys().filter(|key| key.starts_with("x-")) {
            let pointer = child(pointer, key);
            match KNOWN.iter().find(|(known, _)| known == key) {
                None => {
                    let known = KNOWN.map(|(known, _)| known).join(", ");
                    let help = format!("remove it, or use one of {known}");
                    diagnostics.at(file, &pointer, format!("nobody reads `{key}`"), help);
                }
                Some((_, beside)) if !stands_beside(object, beside) => {
                    let message = format!("nobody reads `{key}` here");
                    diagnostics.at(
                        file,
                        &pointer,
                        message,
                        format!("put it where `{beside}` stands"),
                    );
                }
                Some(_) => {}
            }
        }
    });
}

fn stands_beside(object: &Map<String, Value>, beside: &str) -> bool {
    match beside.split_once(": ") {
        Some((key, value)) => object.get(key).is_some_and(|found| found == value),
        None => object.contains_key(beside),
    }
}
