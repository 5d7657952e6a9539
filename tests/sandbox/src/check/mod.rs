//! Checks a request against the model and collects all its problems. A valid request becomes a [`Call`].

pub(crate) mod body;
mod charset;
mod decimal;
mod headers;
pub(crate) mod multipart;
mod query;
pub(crate) mod text;
pub(crate) mod value;

use bytes::Bytes;
use hyper::HeaderMap;
use indexmap::IndexMap;
use procountor_codegen::model::{Location, Method, Operation};

use crate::json::Json;
use crate::model::{Model, item_type};
use crate::response::Problem;

/// The largest file of an attachment, in bytes.
pub(crate) const MAX_FILE: usize = 10_000_000;

/// A request whose operation is known.
#[derive(Debug)]
pub(crate) struct RoutedRequest<'a> {
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    /// The parts of a multipart body.
    pub(crate) parts: multipart::Parts,
    /// Values that must not appear in a URL.
    pub(crate) secrets: &'a [String],
}

/// A request that satisfies the model.
#[derive(Debug)]
pub(crate) struct Call<'m> {
    pub(crate) operation: &'m Operation,
    /// The values of the path's placeholders.
    pub(crate) path: Vec<(String, String)>,
    /// The query and header parameters, with lists split into values.
    pub(crate) values: IndexMap<String, Vec<String>>,
    pub(crate) payload: Payload,
}

/// The body of a call.
#[derive(Debug)]
pub(crate) enum Payload {
    None,
    Json(Json),
    Upload { meta: Json, file: Bytes },
}

impl Call<'_> {
    /// Returns the value of a parameter, or its default in the specification.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let sent = self.values.get(name).and_then(|values| values.first());
        sent.cloned().or_else(|| {
            let parameter = self
                .operation
                .parameters
                .iter()
                .find(|parameter| parameter.wire == name)?;
            Json::from(parameter.default.as_ref()?).plain()
        })
    }

    /// Returns the last value in the path, or an empty text.
    pub(crate) fn last_path_value(&self) -> &str {
        self.path.last().map_or("", |(_, value)| value.as_str())
    }

    /// Returns a copy of the JSON body, or null.
    pub(crate) fn body_or_null(&self) -> Json {
        self.body().cloned().unwrap_or(Json::Null)
    }

    /// Returns the JSON body.
    pub(crate) fn body(&self) -> Option<&Json> {
        match &self.payload {
            Payload::Json(body) => Some(body),
            Payload::None | Payload::Upload { .. } => None,
        }
    }
}

/// Checks a request; returns all its problems if there are any.
pub(crate) fn check<'m>(
    model: &'m Model,
    operation: &'m Operation,
    request: RoutedRequest<'_>,
) -> Result<Call<'m>, Vec<Problem>> {
    let mut problems = Vec::new();
    path(model, operation, &request.path, &mut problems);
    let mut values = query::check(model, operation, &request, &mut problems);
    values.extend(headers::check(
        model,
        operation,
        request.headers,
        &mut problems,
    ));
    let payload = body::check(
        model,
        operation,
        request.headers,
        &request.body,
        &request.parts,
        &mut problems,
    );
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Call {
        operation,
        path: request.path,
        values,
        payload,
    })
}

fn path(
    model: &Model,
    operation: &Operation,
    values: &[(String, String)],
    problems: &mut Vec<Problem>,
) {
    for (name, value) in values {
        let parameter = operation
            .parameters
            .iter()
            .find(|parameter| parameter.location == Location::Path && parameter.wire == *name);
        let Some(parameter) = parameter else { continue };
        let batch = operation
            .batch
            .as_ref()
            .filter(|batch| batch.parameter == *name);
        let ty = item_type(&parameter.ty);
        let items: Vec<&str> = if batch.is_some() {
            value.split(',').collect()
        } else {
            vec![value]
        };
        if let Some(batch) = batch.filter(|batch| items.len() > batch.max as usize) {
            let message = format!("{} ids, at most {} are allowed", items.len(), batch.max);
            problems.push(Problem::at(name, message));
        }
        for item in items {
            if let Err(message) = value::parameter(model, ty, &parameter.constraints, item) {
                problems.push(Problem::at(name, message));
            }
        }
    }
}

/// Returns whether requests with this method can have a body.
fn may_have_body(method: Method) -> bool {
    !matches!(method, Method::Get | Method::Delete)
}
