//! Responses, and problems in the shape of the API's error messages.

use bytes::{BufMut, Bytes, BytesMut};
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};

use crate::json::Json;

/// The boundary between the parts of a `multipart/mixed` response.
const BOUNDARY: &str = "procountor-sandbox-part";

/// A response before it is written to a connection.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Response {
    pub(crate) fn json(status: u16, body: &Json) -> Self {
        Self::bytes(status, "application/json", body.to_string())
    }

    pub(crate) fn bytes(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type", content_type.to_owned())],
            body: body.into(),
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// Builds a JSON response that consists of a message.
    pub(crate) fn message(status: u16, message: impl Into<String>) -> Self {
        Self::json(status, &Json::object([("message", message.into().into())]))
    }

    /// Builds a response of two parts: JSON, then a file.
    pub(crate) fn mixed(status: u16, meta: &Json, name: &str, media: &str, file: &[u8]) -> Self {
        let name = name.replace(['"', '\\', '\r', '\n'], "_");
        let head = format!(
            "--{BOUNDARY}\r\nContent-Type: application/json\r\n\r\n{meta}\r\n\
             --{BOUNDARY}\r\nContent-Type: {media}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
        );
        let mut body = BytesMut::from(head.as_bytes());
        body.put(file);
        body.put(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let content_type = format!("multipart/mixed; boundary={BOUNDARY}");
        Self::bytes(status, &content_type, body)
    }

    /// Builds an error response. Its status is that of the problems, or 400 if they differ.
    pub(crate) fn errors(problems: &[Problem]) -> Self {
        let first = problems.first().map_or(400, |problem| problem.status);
        let status = if problems.iter().all(|problem| problem.status == first) {
            first
        } else {
            400
        };
        let errors = problems
            .iter()
            .map(|problem| problem.to_json(status))
            .collect::<Vec<_>>();
        Self::json(status, &Json::object([("errors", errors.into())]))
    }

    /// Converts to an HTTP response with the body that `body` makes of the bytes.
    pub(crate) fn into_http<B>(self, body: impl FnOnce(Bytes) -> B) -> hyper::Response<B> {
        let mut response = hyper::Response::new(body(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response
                    .headers_mut()
                    .append(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

/// A problem with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    /// The path of the invalid field: `invoiceRows[3].vatStatus`.
    pub(crate) field: Option<String>,
    pub(crate) message: String,
}

impl Problem {
    /// Returns a problem with the request as a whole, or with the resource that it names.
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            field: None,
            message: message.into(),
        }
    }

    /// Returns an invalid value.
    pub(crate) fn at(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            field: Some(field.into()),
            message: message.into(),
        }
    }

    /// Returns a document that does not exist.
    pub(crate) fn not_found(key: impl std::fmt::Display, collection: &str) -> Self {
        Self::new(404, format!("there is no {key} in {collection}"))
    }

    fn to_json(&self, status: u16) -> Json {
        let mut json = Json::object([("status", i64::from(status).into())]);
        if let Some(field) = &self.field {
            json.set("field", field.as_str());
        }
        json.set("message", self.message.as_str());
        json
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{field}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl From<Problem> for Vec<Problem> {
    fn from(problem: Problem) -> Self {
        vec![problem]
    }
}

/// The result of handling a request.
pub(crate) type HandlerResult = Result<Response, Problem>;
