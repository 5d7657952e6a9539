//! Checks the header parameters.

use hyper::HeaderMap;
use indexmap::IndexMap;
use procountor_codegen::model::{Location, Operation};

use super::{text, value};
use crate::model::{Model, item_type};
use crate::response::Problem;

/// Checks the header parameters and returns their values.
pub(super) fn check(
    model: &Model,
    operation: &Operation,
    headers: &HeaderMap,
    problems: &mut Vec<Problem>,
) -> IndexMap<String, Vec<String>> {
    let mut known = IndexMap::new();
    for parameter in operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location == Location::Header)
    {
        let name = &parameter.wire;
        let values: Vec<String> = headers
            .get_all(name.as_str())
            .iter()
            .map(|value| text::header(value.as_bytes()))
            .collect();
        match values.as_slice() {
            [] if parameter.required => problems.push(Problem::at(name, "the header is required")),
            [] => {}
            [value] => {
                if let Err(message) = value::parameter(
                    model,
                    item_type(&parameter.ty),
                    &parameter.constraints,
                    value,
                ) {
                    problems.push(Problem::at(name, message));
                }
                known.insert(name.clone(), values);
            }
            _ => problems.push(Problem::at(name, "the header is sent several times")),
        }
    }
    known
}
