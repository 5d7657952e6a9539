//! Where the `$ref`s of a document lead. The builder follows them without looking back.

use serde_json::Value;

use super::visit_objects;
use crate::diagnostic::Diagnostics;

/// Notes every reference that leads out of the document, to nothing, or only to itself.
pub(super) fn check(document: &Value, file: &str, diagnostics: &mut Diagnostics) {
    visit_objects(document, &mut |pointer, object| {
        let Some(reference) = object.get("$ref") else {
            return;
        };
        let Some(reference) = reference.as_str() else {
            diagnostics.at(
                file,
                pointer,
                "`$ref` is not text",
                "write it as `#/components/…`",
            );
            return;
        };
        if object.len() > 1 {
            diagnostics.at(
                file,
                pointer,
                format!("what stands beside `$ref` to `{reference}` has no effect"),
                "remove it, or put the reference into `allOf`",
            );
        }
        if let Some((message, help)) = problem(document, reference) {
            diagnostics.at(file, pointer, message, help);
        }
    });
}

fn problem(document: &Value, reference: &str) -> Option<(String, &'static str)> {
    let mut seen = vec![reference];
    loop {
        let current = seen.last().copied().unwrap_or(reference);
        let Some(local) = current.strip_prefix('#') else {
            return Some((
                format!("`$ref` to `{current}` leads out of the document"),
                "put what it refers to under `components`",
            ));
        };
        let Some(target) = document.pointer(local) else {
            return Some((
                format!("`$ref` to `{current}`, which does not exist"),
                "add it under `components`, or correct the reference in the overlay",
            ));
        };
        let next = target.get("$ref").and_then(Value::as_str)?;
        if seen.contains(&next) {
            return Some((
                format!("`$ref` to `{reference}` leads only to itself"),
                "let one of them be a schema",
            ));
        }
        seen.push(next);
    }
}
