//! The vendor's sentences, in the shape of `spec/docs.yaml`. They are the vendor's: whoever asks for them gets them for
//! their own use, and the repository does not keep them.

use indexmap::IndexMap;
use serde::Serialize;

use super::carry::each_operation;
use super::json::Json;

/// The sentences, by what they are about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Prose {
    /// By `METHOD /path`.
    operations: IndexMap<String, String>,
    /// By the vendor's name.
    schemas: IndexMap<String, String>,
    /// By schema and wire name: `Invoice.notes`.
    fields: IndexMap<String, String>,
    /// By operation and wire name: `GET /invoices status`.
    parameters: IndexMap<String, String>,
}

impl Prose {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.operations.len() + self.schemas.len() + self.fields.len() + self.parameters.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As YAML, in the sections of `spec/docs.yaml`.
    pub fn to_yaml(&self) -> Result<String, serde_yaml::Error> {
        serde_yaml::to_string(self)
    }
}

/// The sentences of a document that is not reduced yet.
pub fn prose(document: &Json) -> Prose {
    let mut prose = Prose::default();
    for (path, method, operation) in each_operation(document) {
        let name = format!("{} {path}", method.to_uppercase());
        let common = document.at(&["paths", path, "parameters"]);
        let lists = [common, operation.get("parameters")];
        for parameter in lists
            .into_iter()
            .flatten()
            .filter_map(Json::as_array)
            .flatten()
        {
            let parameter = resolved(document, parameter);
            if let Some(wire) = parameter.get("name").and_then(Json::as_text) {
                put(&mut prose.parameters, format!("{name} {wire}"), parameter);
            }
        }
        put(&mut prose.operations, name, operation);
    }
    let schemas = document.at(&["components", "schemas"]);
    for (name, schema) in schemas.into_iter().flat_map(Json::members) {
        put(&mut prose.schemas, name.clone(), schema);
        let parts = schema
            .get("allOf")
            .and_then(Json::as_array)
            .unwrap_or_default();
        let properties = parts
            .iter()
            .chain([schema])
            .filter_map(|part| part.get("properties"));
        for (wire, property) in properties.flat_map(Json::members) {
            put(&mut prose.fields, format!("{name}.{wire}"), property);
        }
    }
    prose
}

/// A parameter may stand under `components`.
fn resolved<'j>(document: &'j Json, parameter: &'j Json) -> &'j Json {
    let name = parameter.get("$ref").and_then(Json::as_text);
    name.and_then(|to| to.strip_prefix("#/components/parameters/"))
        .and_then(|name| document.at(&["components", "parameters", name]))
        .unwrap_or(parameter)
}

/// Summary and description as one line that ends with a period, as every sentence in `spec/docs.yaml` does.
fn put(section: &mut IndexMap<String, String>, key: String, about: &Json) {
    let text = |key| {
        let text = about.get(key).and_then(Json::as_text).unwrap_or_default();
        let words: Vec<&str> = text.split_whitespace().collect();
        let line = words.join(" ");
        match line.as_str() {
            "" => line,
            _ if line.ends_with('.') => line,
            _ => format!("{line}."),
        }
    };
    let (summary, description) = (text("summary"), text("description"));
    let line = if description.starts_with(summary.trim_end_matches('.')) {
        description
    } else {
        format!("{summary} {description}").trim_end().to_owned()
    };
    if !line.is_empty() {
        section.insert(key, line);
    }
}
