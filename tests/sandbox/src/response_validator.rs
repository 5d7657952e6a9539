//! Validates responses against the specification, for tests of the sandbox and of its clients.

use std::sync::Arc;

use procountor_codegen::model::{Api, Content, Operation, Type};

use crate::check::value;
use crate::json::Json;
use crate::model::Model;

/// A validator for the responses of an API version.
#[derive(Debug)]
pub struct ResponseValidator {
    model: Model,
}

impl ResponseValidator {
    /// Creates a validator for the responses of a version.
    pub fn new(api: impl Into<Arc<Api>>) -> Self {
        Self {
            model: Model::new(api.into()),
        }
    }

    /// Returns all differences between a successful response and the specification; none if the response is valid.
    pub fn problems(&self, operation: &Operation, status: u16, body: &[u8]) -> Vec<String> {
        let mut responses = operation.responses.iter();
        let Some(response) = responses.find(|response| response.status == status) else {
            return vec![format!("status {status} is not in the specification")];
        };
        let text = String::from_utf8_lossy(body);
        match &response.content {
            Content::Empty if body.is_empty() => Vec::new(),
            Content::Empty => vec![format!(
                "expected an empty body, found {} bytes",
                body.len()
            )],
            Content::Binary { .. } if body.is_empty() => vec!["the file is empty".to_owned()],
            Content::Binary { .. } => Vec::new(),
            Content::Json(ty) => self.json(operation, ty, &text),
            Content::Mixed(ty) => self.json(operation, ty, first_part(&text)),
        }
    }

    fn json(&self, operation: &Operation, ty: &Type, text: &str) -> Vec<String> {
        let value = match Json::parse(text) {
            Ok(value) => value,
            Err(error) => return vec![format!("not JSON: {error}")],
        };
        // A request for several ids returns a list.
        let list = Type::List(Box::new(ty.clone()));
        let is_batch = operation.batch.is_some() && matches!(value, Json::List(_));
        let ty = if is_batch { &list } else { ty };
        let problems = value::problems(&self.model, ty, &value).into_iter();
        problems.map(|problem| problem.to_string()).collect()
    }
}

/// Returns the content of the first part of a multipart body.
fn first_part(body: &str) -> &str {
    let content = body.split_once("\r\n\r\n").map_or(body, |(_, rest)| rest);
    content
        .split_once("\r\n--")
        .map_or(content, |(first, _)| first)
}
