//! Checks a `multipart/form-data` body: the JSON part with its media type, and the file with its name.

use std::convert::Infallible;

use bytes::Bytes;
use hyper::header::CONTENT_TYPE;
use procountor_codegen::model::{Part, Type};

use super::{MAX_FILE, Payload, body};
use crate::json::Json;
use crate::model::Model;
use crate::response::Problem;

/// The parts of a body, or the reason why it cannot be split.
pub(crate) type Parts = Result<Vec<ReceivedPart>, String>;

/// A part of a body.
#[derive(Debug, Hash)]
pub(crate) struct ReceivedPart {
    name: String,
    filename: Option<String>,
    media: String,
    content: Bytes,
}

/// Checks the parts of the body.
pub(super) fn check(
    model: &Model,
    parts: &[Part],
    media: &str,
    received: &Parts,
    problems: &mut Vec<Problem>,
) -> Payload {
    if body::essence(media) != "multipart/form-data" {
        problems.push(Problem::new(
            415,
            format!("expected a body of multipart/form-data, found `{media}`"),
        ));
        return Payload::None;
    }
    let received = match received {
        Ok(received) => received,
        Err(error) => {
            problems.push(Problem::new(
                400,
                format!("the multipart body cannot be read: {error}"),
            ));
            return Payload::None;
        }
    };
    for part in received {
        if !parts.iter().any(|known| known.wire == part.name) {
            problems.push(Problem::at(&part.name, "unknown part"));
        }
    }
    let (mut meta, mut file) = (Json::Null, Bytes::new());
    for part in parts {
        let mut same = received
            .iter()
            .filter(|received| received.name == part.wire);
        match (same.next(), same.next()) {
            (None, _) => problems.push(Problem::at(&part.wire, "the part is missing")),
            (Some(_), Some(_)) => problems.push(Problem::at(&part.wire, "the part is sent twice")),
            (Some(received), None) if part.ty == Type::Binary => {
                file = file_part(received, problems)
            }
            (Some(received), None) => {
                meta = json_part(model, part, received, problems).unwrap_or(Json::Null)
            }
        }
    }
    Payload::Upload { meta, file }
}

fn file_part(part: &ReceivedPart, problems: &mut Vec<Problem>) -> Bytes {
    if part.filename.as_deref().unwrap_or_default().is_empty() {
        problems.push(Problem::at(&part.name, "the file part needs a filename"));
    }
    if part.content.len() > MAX_FILE {
        problems.push(Problem::at(&part.name, "File size too big"));
    }
    part.content.clone()
}

fn json_part(
    model: &Model,
    part: &Part,
    received: &ReceivedPart,
    problems: &mut Vec<Problem>,
) -> Option<Json> {
    if body::essence(&received.media) != "application/json" {
        let message = format!(
            "the part must be application/json, found `{}`",
            received.media
        );
        problems.push(Problem::at(&received.name, message));
    }
    body::json(
        model,
        &part.ty,
        true,
        &received.content,
        &part.wire,
        problems,
    )
}

/// Splits a body into its parts.
pub(crate) async fn read(media: &str, content: Bytes) -> Parts {
    let describe = |error: multer::Error| error.to_string();
    let boundary = multer::parse_boundary(media).map_err(describe)?;
    let stream = futures_util::stream::iter([Ok::<_, Infallible>(content)]);
    let mut multipart = multer::Multipart::new(stream, boundary);
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(describe)? {
        let name = field.name().unwrap_or_default().to_owned();
        let filename = field.file_name().map(str::to_owned);
        let media = field
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        parts.push(ReceivedPart {
            name,
            filename,
            media,
            content: field.bytes().await.map_err(describe)?,
        });
    }
    Ok(parts)
}
