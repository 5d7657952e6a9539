//! The content of a request or response, as text that can be compared.

use serde_json::Value;

use super::{list, object, types};

/// Returns the content: `ErrorMessages`, `multipart/mixed Attachment`, `no body`. With `hide_json`, the media type of JSON
/// is left out.
pub(super) fn name(value: &Value, hide_json: bool) -> String {
    let contents: Vec<String> = object(value, "content")
        .map(|(media, content)| one(media, content.get("schema"), hide_json))
        .collect();
    if contents.is_empty() {
        return "no body".to_owned();
    }
    contents.join(" or ")
}

fn one(media: &str, schema: Option<&Value>, hide_json: bool) -> String {
    let Some(schema) = schema else {
        return media.to_owned();
    };
    if media.starts_with("multipart/form-data") {
        return format!("{media} {}", parts(schema));
    }
    let ty = types::name(schema);
    if hide_json && media == "application/json" {
        ty
    } else {
        format!("{media} {ty}")
    }
}

/// Returns the parts: `meta: Attachment, file?: string/binary`.
fn parts(schema: &Value) -> String {
    let required: Vec<&str> = list(schema, "required").filter_map(Value::as_str).collect();
    let parts = object(schema, "properties").map(|(name, part)| {
        let mark = if required.contains(&name.as_str()) {
            ""
        } else {
            "?"
        };
        format!("{name}{mark}: {}", types::name(part))
    });
    parts.collect::<Vec<_>>().join(", ")
}
