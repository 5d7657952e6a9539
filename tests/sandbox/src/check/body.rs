//! Checks the body of a request: its presence, media type and JSON.

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::header::CONTENT_TYPE;
use procountor_codegen::model::{Body, Constraints, Method, Operation, Type};

use super::multipart::Parts;
use super::value::Checker;
use super::{Payload, may_have_body, multipart};
use crate::json::Json;
use crate::model::Model;
use crate::response::Problem;

/// Checks and parses the body.
pub(super) fn check(
    model: &Model,
    operation: &Operation,
    headers: &HeaderMap,
    body: &Bytes,
    parts: &Parts,
    problems: &mut Vec<Problem>,
) -> Payload {
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match &operation.body {
        _ if !may_have_body(operation.method) && !body.is_empty() => {
            problems.push(Problem::new(
                400,
                format!("a {} request must not have a body", operation.method),
            ));
            Payload::None
        }
        None if !body.is_empty() => {
            problems.push(Problem::new(400, "this operation takes no body"));
            Payload::None
        }
        None => Payload::None,
        Some(Body::Json { required, .. }) if body.is_empty() => {
            if *required {
                problems.push(Problem::new(400, "the body is missing"));
            }
            Payload::None
        }
        Some(Body::Json { ty, .. }) => {
            if essence(media) != "application/json" {
                problems.push(Problem::new(
                    415,
                    format!("expected a body of application/json, found `{media}`"),
                ));
                return Payload::None;
            }
            json(
                model,
                ty,
                operation.method != Method::Patch,
                body,
                "",
                problems,
            )
            .map_or(Payload::None, Payload::Json)
        }
        Some(Body::Multipart(known)) => multipart::check(model, known, media, parts, problems),
    }
}

/// Parses and checks a JSON document.
pub(super) fn json(
    model: &Model,
    ty: &Type,
    required: bool,
    body: &[u8],
    path: &str,
    problems: &mut Vec<Problem>,
) -> Option<Json> {
    let place = Some(path.to_owned()).filter(|path| !path.is_empty());
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(_) => {
            problems.push(Problem {
                status: 400,
                field: place,
                message: "the JSON is not UTF-8".to_owned(),
            });
            return None;
        }
    };
    match Json::parse(text) {
        Ok(value) => {
            let rule = Constraints::default();
            problems.extend(Checker::run(model, required, ty, &rule, &value, path));
            Some(value)
        }
        Err(message) => {
            problems.push(Problem {
                status: 400,
                field: place,
                message: format!("not JSON: {message}"),
            });
            None
        }
    }
}

/// Returns a media type without its parameters.
pub(crate) fn essence(media: &str) -> String {
    media
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}
