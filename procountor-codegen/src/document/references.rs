//! Checks the `$ref`s of a document, so that the builder can follow them.

use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::specification::visit_objects;

/// Reports every reference that leads out of the document, to a missing target, or only to itself.
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
                "write it like `#/components/…`",
            );
            return;
        };
        if object.len() > 1 {
            diagnostics.at(
                file,
                pointer,
                format!("keys beside `$ref` to `{reference}` have no effect"),
                "remove them, or put the reference into `allOf`",
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
                "move the target to `components`",
            ));
        };
        let Some(target) = document.pointer(local) else {
            return Some((
                format!("the target of `$ref` to `{current}` does not exist"),
                "add the target to `components`, or correct the reference in the overlay",
            ));
        };
        let next = target.get("$ref").and_then(Value::as_str)?;
        if seen.contains(&next) {
            return Some((
                format!("`$ref` to `{reference}` leads only to itself"),
                "replace one of the references with a schema",
            ));
        }
        seen.push(next);
    }
}
