//! Whether an answer is what the specification says: for tests of the sandbox, and of what speaks with it.

use std::sync::Arc;

use procountor_codegen::model::{Api, Constraints, Content, Operation, Type};

use crate::check::value::Checker;
use crate::json::Json;
use crate::model::Model;

/// Knows what the answers of an API version look like.
#[derive(Debug)]
pub struct Judge {
    model: Model,
}

impl Judge {
    /// For the answers of this version.
    pub fn new(api: impl Into<Arc<Api>>) -> Self {
        Self {
            model: Model::new(api.into()),
        }
    }

    /// Everything in a successful answer that the specification does not say; nothing when it is right.
    pub fn problems(&self, operation: &Operation, status: u16, body: &[u8]) -> Vec<String> {
        let mut answers = operation.responses.iter();
        let Some(answer) = answers.find(|answer| answer.status == status) else {
            return vec![format!("status {status} is not in the specification")];
        };
        match &answer.content {
            Content::Empty if body.is_empty() => Vec::new(),
            Content::Empty => vec![format!("{} bytes where none are expected", body.len())],
            Content::Binary { .. } if body.is_empty() => vec!["the file is empty".to_owned()],
            Content::Binary { .. } => Vec::new(),
            Content::Json(ty) => self.json(operation, ty, &String::from_utf8_lossy(body)),
            Content::Mixed(ty) => {
                self.json(operation, ty, first_part(&String::from_utf8_lossy(body)))
            }
        }
    }

    fn json(&self, operation: &Operation, ty: &Type, text: &str) -> Vec<String> {
        let value = match Json::parse(text) {
            Ok(value) => value,
            Err(error) => return vec![format!("not JSON: {error}")],
        };
        // Several ids have a list for an answer.
        let several = operation.batch.is_some() && matches!(value, Json::List(_));
        let list = Type::List(Box::new(ty.clone()));
        let mut checker = Checker {
            model: &self.model,
            required: true,
            problems: Vec::new(),
        };
        let ty = if several { &list } else { ty };
        checker.check(ty, &Constraints::default(), &value, "");
        let problems = checker.problems.into_iter();
        problems
            .map(|problem| match problem.field {
                Some(field) => format!("{field}: {}", problem.message),
                None => problem.message,
            })
            .collect()
    }
}

/// The content of the first part of a multipart body.
fn first_part(body: &str) -> &str {
    let content = body.split_once("\r\n\r\n").map_or(body, |(_, rest)| rest);
    content
        .split_once("\r\n--")
        .map_or(content, |(first, _)| first)
}
