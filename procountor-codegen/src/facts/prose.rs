//! The vendor's sentences, in the format of `spec/docs.yaml`. They are the vendor's property: they are extracted for private
//! use and are not committed.

use indexmap::IndexMap;
use serde::Serialize;

use super::inherit::each_operation;
use super::json::Json;

/// The vendor's sentences, by the items that they describe.
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
    /// Returns the number of sentences.
    pub fn len(&self) -> usize {
        self.operations.len() + self.schemas.len() + self.fields.len() + self.parameters.len()
    }

    /// Returns whether there are no sentences.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the sentences as YAML, in the sections of `spec/docs.yaml`.
    pub fn to_yaml(&self) -> Result<String, serde_yaml::Error> {
        serde_yaml::to_string(self)
    }
}

/// Collects the sentences of a document.
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
                add(&mut prose.parameters, format!("{name} {wire}"), parameter);
            }
        }
        add(&mut prose.operations, name, operation);
    }
    let schemas = document.at(&["components", "schemas"]);
    for (name, schema) in schemas.into_iter().flat_map(Json::members) {
        add(&mut prose.schemas, name.clone(), schema);
        let parts = schema
            .get("allOf")
            .and_then(Json::as_array)
            .unwrap_or_default();
        let properties = parts
            .iter()
            .chain([schema])
            .filter_map(|part| part.get("properties"));
        for (wire, property) in properties.flat_map(Json::members) {
            add(&mut prose.fields, format!("{name}.{wire}"), property);
        }
    }
    prose
}

/// Returns the parameter that a reference leads to, or the parameter itself.
fn resolved<'j>(document: &'j Json, parameter: &'j Json) -> &'j Json {
    let name = parameter.get("$ref").and_then(Json::as_text);
    name.and_then(|to| to.strip_prefix("#/components/parameters/"))
        .and_then(|name| document.at(&["components", "parameters", name]))
        .unwrap_or(parameter)
}

/// Adds summary and description as one line that ends with a period, as `spec/docs.yaml` requires.
fn add(section: &mut IndexMap<String, String>, key: String, about: &Json) {
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
