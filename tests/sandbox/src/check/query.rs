//! Checks the query: known names, the style of lists, and the absence of secrets.

use indexmap::IndexMap;
use procountor_codegen::model::{ListStyle, Location, Operation, Parameter, Type};

use super::{RoutedRequest, text, value};
use crate::model::{Model, item_type};
use crate::response::Problem;

/// Names of parameters that must not be sent in a URL.
const SECRET_NAMES: [&str; 10] = [
    "authorization",
    "access_token",
    "token",
    "bearer",
    "api_key",
    "apikey",
    "client_secret",
    "refresh_token",
    "password",
    "code",
];

/// Checks the query and returns its values, with lists split into values.
pub(super) fn check(
    model: &Model,
    operation: &Operation,
    request: &RoutedRequest<'_>,
    problems: &mut Vec<Problem>,
) -> IndexMap<String, Vec<String>> {
    let mut given: IndexMap<String, Vec<String>> = IndexMap::new();
    for (name, value) in text::pairs(request.query.unwrap_or_default(), problems) {
        if request.secrets.contains(&value) {
            problems.push(Problem::at(&name, "a secret must not be sent in the URL"));
        }
        given.entry(name).or_default().push(value);
    }
    let mut known = IndexMap::new();
    for (name, values) in given {
        match operation
            .parameters
            .iter()
            .find(|parameter| parameter.location == Location::Query && parameter.wire == name)
        {
            Some(parameter) => {
                let values = parameter_values(model, parameter, values, problems);
                known.insert(name, values);
            }
            None => problems.push(unknown(operation, &name)),
        }
    }
    for parameter in &operation.parameters {
        if parameter.location == Location::Query
            && parameter.required
            && !known.contains_key(&parameter.wire)
        {
            problems.push(Problem::at(
                &parameter.wire,
                "the query parameter is required",
            ));
        }
    }
    known
}

fn unknown(operation: &Operation, name: &str) -> Problem {
    let is_header = operation
        .parameters
        .iter()
        .any(|parameter| parameter.location == Location::Header && parameter.wire == name);
    let message = if is_header {
        "this parameter is sent as a header, not in the query"
    } else if SECRET_NAMES.contains(&name.to_ascii_lowercase().as_str()) {
        "a secret must not be sent in the URL; send the token in the Authorization header"
    } else {
        "unknown query parameter"
    };
    Problem::at(name, message)
}

fn parameter_values(
    model: &Model,
    parameter: &Parameter,
    given: Vec<String>,
    problems: &mut Vec<Problem>,
) -> Vec<String> {
    let name = &parameter.wire;
    let mut refuse = |message: String| problems.push(Problem::at(name, message));
    let values: Vec<String> = match (&parameter.ty, parameter.list) {
        (Type::List(_), ListStyle::Comma) => {
            if given.len() > 1 {
                refuse(
                    "sent several times; send the values in one parameter, separated by commas"
                        .to_owned(),
                );
            }
            given
                .iter()
                .flat_map(|value| value.split(','))
                .map(str::to_owned)
                .collect()
        }
        (Type::List(item), ListStyle::Repeated) => {
            if **item != Type::String && given.iter().any(|value| value.contains(',')) {
                refuse(
                    "the parameter is repeated for each value, not separated by commas".to_owned(),
                );
                return given;
            }
            given
        }
        _ => {
            if given.len() > 1 {
                refuse("sent several times, but it takes one value".to_owned());
            }
            given
        }
    };
    if let (Type::List(_), Some(max)) = (&parameter.ty, parameter.constraints.max_items)
        && values.len() > max as usize
    {
        refuse(format!(
            "{} values, at most {max} are allowed",
            values.len()
        ));
    }
    for value in &values {
        if let Err(message) = value::parameter(
            model,
            item_type(&parameter.ty),
            &parameter.constraints,
            value,
        ) {
            refuse(message);
        }
    }
    values
}
