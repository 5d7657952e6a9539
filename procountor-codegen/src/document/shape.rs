//! Converts the JSON into the types of `openapiv3`. Their errors do not contain a position, so if the conversion fails, each
//! part is converted separately.

use openapiv3::{OpenAPI, Operation, Parameter, ReferenceOr, RequestBody, Response, Schema};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostics, child};
use crate::specification::METHODS;

/// The members of a path item that are not operations.
const OTHERS: [&str; 4] = ["parameters", "summary", "description", "servers"];

/// Returns the document, or `None` after reporting every invalid part.
pub(super) fn read(document: &Value, file: &str, diagnostics: &mut Diagnostics) -> Option<OpenAPI> {
    let before = diagnostics.0.len();
    let whole = OpenAPI::deserialize(document);
    let mut parts = Parts {
        file,
        diagnostics,
        valid: whole.is_ok(),
    };
    match document.pointer("/info/version").and_then(Value::as_str) {
        None => parts.missing("/info", "version"),
        Some(version)
            if version
                .chars()
                .all(|one| one.is_ascii_digit() || one == '.') => {}
        Some(version) => {
            let message = format!("`{version}` is not a valid version; expected one like 26.04");
            parts
                .diagnostics
                .at(file, "/info/version", message, "correct it in the overlay");
        }
    }
    if let Some(paths) = parts.object(document, "", "paths") {
        for (path, item) in paths {
            parts.path(&child("/paths", path), item);
        }
    }
    if let Some(schemas) = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
    {
        for (name, schema) in schemas {
            parts.try_read::<ReferenceOr<Schema>>(
                &child("/components/schemas", name),
                schema,
                "a schema",
            );
        }
    }
    if diagnostics.0.len() > before {
        return None;
    }
    match whole {
        Ok(openapi) => Some(openapi),
        Err(error) => {
            diagnostics.file(
                file,
                format!("this is not an OpenAPI document ({error})"),
                "repair it in the overlay",
            );
            None
        }
    }
}

struct Parts<'a> {
    file: &'a str,
    diagnostics: &'a mut Diagnostics,
    /// Whether the document was converted, so that no part needs to be.
    valid: bool,
}

impl Parts<'_> {
    fn path(&mut self, pointer: &str, item: &Value) {
        let Some(item) = item.as_object() else {
            self.diagnostics.at(
                self.file,
                pointer,
                "the path is not an object",
                "repair it in the overlay",
            );
            return;
        };
        for (key, member) in item {
            let pointer = child(pointer, key);
            if METHODS.contains(&key.as_str()) {
                self.operation(&pointer, member);
            } else if !OTHERS.contains(&key.as_str()) {
                self.diagnostics.at(
                    self.file,
                    &pointer,
                    format!("`{key}` is not a supported method"),
                    format!("use one of {}", METHODS.join(", ")),
                );
            }
        }
    }

    fn operation(&mut self, pointer: &str, operation: &Value) {
        let before = self.diagnostics.0.len();
        for key in ["operationId", "tags"] {
            if operation.get(key).is_none() {
                self.missing(pointer, key);
            }
        }
        for (index, parameter) in operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let pointer = child(&child(pointer, "parameters"), index);
            self.try_read::<ReferenceOr<Parameter>>(&pointer, parameter, "a parameter");
        }
        if let Some(body) = operation.get("requestBody") {
            self.try_read::<ReferenceOr<RequestBody>>(
                &child(pointer, "requestBody"),
                body,
                "a request body",
            );
        }
        if let Some(responses) = self.object(operation, pointer, "responses") {
            for (status, response) in responses {
                let pointer = child(&child(pointer, "responses"), status);
                self.try_read::<ReferenceOr<Response>>(&pointer, response, "a response");
            }
        }
        if self.diagnostics.0.len() == before {
            self.try_read::<Operation>(pointer, operation, "an operation");
        }
    }

    /// Reports a part that cannot be converted.
    fn try_read<T: DeserializeOwned>(&mut self, pointer: &str, value: &Value, what: &str) {
        if self.valid {
            return;
        }
        if let Err(error) = serde_json::from_value::<T>(value.clone()) {
            self.diagnostics.at(
                self.file,
                pointer,
                format!("this is not {what} ({error})"),
                "repair it in the overlay",
            );
        }
    }

    fn object<'v>(
        &mut self,
        value: &'v Value,
        pointer: &str,
        key: &str,
    ) -> Option<&'v Map<String, Value>> {
        let object = value.get(key).and_then(Value::as_object);
        if object.is_none() {
            self.missing(pointer, key);
        }
        object
    }

    fn missing(&mut self, pointer: &str, key: &str) {
        self.diagnostics.at(
            self.file,
            pointer,
            format!("`{key}` is missing"),
            "add it in the overlay",
        );
    }
}
