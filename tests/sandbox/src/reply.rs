//! What goes back to the caller: answers, and refusals in the shape of the API's error messages.

use bytes::Bytes;

use crate::json::Json;

/// An answer before it becomes bytes on a connection.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl Reply {
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

    /// All problems of a request. They share a status unless they differ, then it is a plain bad request.
    pub(crate) fn refusal(problems: &[Problem]) -> Self {
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
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: u16,
    /// Where: `invoiceRows[3].vatStatus`.
    pub(crate) field: Option<String>,
    pub(crate) message: String,
}

impl Problem {
    /// Something wrong with the request as a whole, or with what it asks for.
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            field: None,
            message: message.into(),
        }
    }

    /// A value that is not valid.
    pub(crate) fn at(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            status: 400,
            field: Some(field.into()),
            message: message.into(),
        }
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

/// The outcome of carrying out a request.
pub(crate) type Outcome = Result<Reply, Problem>;
