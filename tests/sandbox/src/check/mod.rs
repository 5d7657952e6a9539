//! Checks a request against the model and collects everything that is wrong with it. What passes is a [`Call`].

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
use procountor_codegen::model::{Location, Method, Operation, Type};

use crate::json::Json;
use crate::model::Model;
use crate::reply::Problem;

/// The largest file that an attachment may have.
pub(crate) const MAX_FILE: usize = 10_000_000;

/// A request as it came, apart from what routing has read already.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Bytes,
    /// The parts of the body, when it is multipart.
    pub(crate) parts: multipart::Parts,
    /// Values that must never stand in a URL.
    pub(crate) secrets: &'a [String],
}

/// A request that obeys the model.
#[derive(Debug)]
pub(crate) struct Call<'m> {
    pub(crate) operation: &'m Operation,
    /// The values of the path's placeholders.
    pub(crate) path: Vec<(String, String)>,
    /// Query and header parameters, lists already taken apart.
    pub(crate) values: IndexMap<String, Vec<String>>,
    pub(crate) payload: Payload,
}

/// What a request carries.
#[derive(Debug)]
pub(crate) enum Payload {
    None,
    Json(Json),
    Upload { meta: Json, file: Bytes },
}

impl Call<'_> {
    /// The parameter's value, or the default that the specification names.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        let sent = self.values.get(name).and_then(|values| values.first());
        sent.cloned().or_else(|| {
            let parameter = self
                .operation
                .parameters
                .iter()
                .find(|parameter| parameter.wire == name)?;
            parameter
                .default
                .as_ref()
                .and_then(|value| Json::from(value).plain())
        })
    }

    /// The JSON body, where there is one.
    pub(crate) fn body(&self) -> Option<&Json> {
        match &self.payload {
            Payload::Json(body) => Some(body),
            Payload::None | Payload::Upload { .. } => None,
        }
    }
}

/// Checks everything, and names everything that is wrong.
pub(crate) fn check<'m>(
    model: &'m Model,
    operation: &'m Operation,
    request: Request<'_>,
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
    match problems.is_empty() {
        true => Ok(Call {
            operation,
            path: request.path,
            values,
            payload,
        }),
        false => Err(problems),
    }
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
            problems.push(Problem::at(
                name,
                format!("{} ids, at most {} are allowed", items.len(), batch.max),
            ));
        }
        for item in items {
            if let Err(message) = value::parameter(model, ty, &parameter.constraints, item) {
                problems.push(Problem::at(name, message));
            }
        }
    }
}

/// The type of one value of a parameter.
pub(crate) fn item_type(ty: &Type) -> &Type {
    match ty {
        Type::List(item) => item,
        other => other,
    }
}

/// Whether the method may carry a body at all.
fn may_have_body(method: Method) -> bool {
    !matches!(method, Method::Get | Method::Delete)
}
