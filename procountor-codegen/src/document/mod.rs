//! Reads a specification: JSON, the overlay applied, and everything checked that the types of `openapiv3` would lose or
//! report without a place. What comes out can be built from without asking again whether a reference leads anywhere.

mod extensions;
mod references;
mod shape;

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::diagnostic::{Diagnostics, child};
use crate::layers::{Shared, Source, Sources};
use crate::overlay;

/// A specification with its overlay applied.
#[derive(Clone, Debug)]
pub struct Document {
    /// The name of the specification's file, for diagnostics.
    pub file: String,
    /// What it says, as JSON.
    pub value: Value,
    /// What it says.
    pub openapi: OpenAPI,
}

/// Reads a specification and applies the overlays.
pub(crate) fn read(sources: &Sources, shared: &mut Shared) -> Result<Document, Diagnostics> {
    let specification = &sources.openapi;
    let mut value = parse(specification)?;
    overlay::apply(&mut value, sources, shared)?;
    let file = &specification.name;
    let mut diagnostics = Diagnostics::default();
    references::check(&value, file, &mut diagnostics);
    extensions::check(&value, file, &mut diagnostics);
    let openapi = shape::read(&value, file, &mut diagnostics);
    match openapi {
        Some(openapi) => diagnostics.or_value(Document {
            file: file.clone(),
            value,
            openapi,
        }),
        None => Err(diagnostics),
    }
}

/// Parses the text and refuses what is not OpenAPI 3.0.
pub(crate) fn parse(specification: &Source) -> Result<Value, Diagnostics> {
    let file = &specification.name;
    let mut diagnostics = Diagnostics::default();
    let value: Value = match serde_json::from_str(&specification.text) {
        Ok(value) => value,
        Err(error) => {
            let what = if error.is_eof() {
                "the file ends in the middle of the JSON"
            } else {
                "this is not JSON"
            };
            diagnostics.file(
                file,
                format!("{what}, line {}, column {}", error.line(), error.column()),
                "fetch the specification again",
            );
            return Err(diagnostics);
        }
    };
    check_version(&value, file, &mut diagnostics);
    diagnostics.or_value(value)
}

/// The kinds of specification that look alike and are not.
pub(crate) fn check_version(value: &Value, file: &str, diagnostics: &mut Diagnostics) {
    if let Some(version) = value.get("swagger") {
        diagnostics.at(
            file,
            "/swagger",
            format!("this is Swagger {}", plain(version)),
            "give an OpenAPI 3.0 document; converters from Swagger exist",
        );
        return;
    }
    match value.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => {}
        Some(version) => diagnostics.at(
            file,
            "/openapi",
            format!("this is OpenAPI {}", plain(version)),
            "give an OpenAPI 3.0 document; schemas mean something else in other versions",
        ),
        None => diagnostics.file(file, "`openapi` is missing", "give an OpenAPI 3.0 document"),
    }
}

/// A value as a person would write it.
fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Calls `visit` with every object below `value` that can carry keywords, and with its pointer. Examples, defaults and
/// enum values are data, and the members of `properties` are named by the vendor, so neither is taken for a keyword.
pub(crate) fn visit_objects<'v>(
    value: &'v Value,
    visit: &mut impl FnMut(&str, &'v serde_json::Map<String, Value>),
) {
    fn walk<'v>(
        value: &'v Value,
        pointer: &str,
        names: bool,
        visit: &mut impl FnMut(&str, &'v serde_json::Map<String, Value>),
    ) {
        match value {
            Value::Object(object) => {
                if !names {
                    visit(pointer, object);
                }
                for (key, member) in object {
                    let data = matches!(key.as_str(), "example" | "examples" | "default" | "enum");
                    if names || !data {
                        let names = !names
                            && matches!(
                                key.as_str(),
                                "properties" | "schemas" | "paths" | "responses"
                            );
                        walk(member, &child(pointer, key), names, visit);
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
    walk(value, "", false, visit);
}
