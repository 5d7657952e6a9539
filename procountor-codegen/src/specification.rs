//! The JSON of an OpenAPI document: parsing, the check of its OpenAPI version, and a walk over its objects.

use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostics, child};
use crate::inputs::Source;

/// The members of a path item that this project accepts as operations.
pub(crate) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Parses a document and rejects anything but OpenAPI 3.0.
pub(crate) fn parse(source: &Source) -> Result<Value, Diagnostics> {
    let file = &source.name;
    let mut diagnostics = Diagnostics::default();
    let value: Value = match serde_json::from_str(&source.text) {
        Ok(value) => value,
        Err(error) => {
            let problem = if error.is_eof() {
                "the file ends in the middle of the JSON"
            } else {
                "this is not JSON"
            };
            diagnostics.file(
                file,
                format!(
                    "{problem}, line {}, column {}",
                    error.line(),
                    error.column()
                ),
                "fetch the specification again",
            );
            return Err(diagnostics);
        }
    };
    check_version(&value, file, &mut diagnostics);
    diagnostics.or_value(value)
}

/// Reports a document of another format or version.
pub(crate) fn check_version(value: &Value, file: &str, diagnostics: &mut Diagnostics) {
    if let Some(version) = value.get("swagger") {
        let message = format!("this is Swagger {}", plain(version));
        let help = "convert it to OpenAPI 3.0 first";
        return diagnostics.at(file, "/swagger", message, help);
    }
    match value.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => {}
        Some(version) => diagnostics.at(
            file,
            "/openapi",
            format!("this is OpenAPI {}", plain(version)),
            "use an OpenAPI 3.0 document; schemas have another meaning in other versions",
        ),
        None => diagnostics.file(file, "`openapi` is missing", "use an OpenAPI 3.0 document"),
    }
}

/// Returns a value without the quotes of a JSON string.
pub(crate) fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Calls `visit` with the pointer of every object that can have keywords, and with the object. Examples, defaults and enum
/// values are data, and the vendor chooses the names in `properties`, so neither is visited as keywords.
pub(crate) fn visit_objects<'v>(
    value: &'v Value,
    visit: &mut impl FnMut(&str, &'v Map<String, Value>),
) {
    walk(value, "", false, visit);
}

/// `names` is set for an object whose keys are names and not keywords.
fn walk<'v>(
    value: &'v Value,
    pointer: &str,
    names: bool,
    visit: &mut impl FnMut(&str, &'v Map<String, Value>),
) {
    match value {
        Value::Object(object) => {
            if !names {
                visit(pointer, object);
            }
            for (key, member) in object {
                let key = key.as_str();
                if names || !matches!(key, "example" | "examples" | "default" | "enum") {
                    let named = matches!(key, "properties" | "schemas" | "paths" | "responses");
                    walk(member, &child(pointer, key), !names && named, visit);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &child(pointer, index), false, visit);
            }
        }
        _ => {}
    }
}
