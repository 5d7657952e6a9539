//! Checks of the method, path, fields and responses of an endpoint.

use syn::{Ident, Type};

use super::parse::{Endpoint, Field, ParamLocation};
use crate::errors::Errors;
use crate::field::{generic, innermost, is_named};

pub(super) fn endpoint(endpoint: &Endpoint, errors: &mut Errors) {
    method(endpoint, errors);
    let placeholders = placeholders(endpoint, errors);
    path_fields(endpoint, &placeholders, errors);
    for field in &endpoint.fields {
        field_fits(field, errors);
    }
    distinct_names(endpoint, errors);
    bodies(endpoint, errors);
    responses(endpoint, errors);
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Returns whether the API has the method. Further checks need a known method.
pub(super) fn is_known(method: &Ident) -> bool {
    METHODS.iter().any(|known| method == known)
}

fn method(endpoint: &Endpoint, errors: &mut Errors) {
    let method = &endpoint.arguments.method;
    if !is_known(method) {
        errors.at(
            method,
            format!(
                "`{method}` is not a method of this API; use one of {}",
                METHODS.join(", ")
            ),
        );
    }
}

/// Returns the placeholders of the path.
fn placeholders(endpoint: &Endpoint, errors: &mut Errors) -> Vec<String> {
    let literal = &endpoint.arguments.path;
    let path = literal.value();
    let rest = path.strip_prefix('/').unwrap_or_else(|| {
        errors.at(literal, "a path must start with `/`");
        &path
    });
    let mut names: Vec<String> = Vec::new();
    for segment in rest.split('/') {
        let inner = segment
            .strip_prefix('{')
            .and_then(|segment| segment.strip_suffix('}'));
        match inner {
            Some(name) if names.iter().any(|known| known == name) => {
                errors.at(literal, format!("`{{{name}}}` is in the path twice"));
            }
            Some(name) if !name.is_empty() && !name.contains(['{', '}']) => names.push(name.to_owned()),
            None if !segment.is_empty() && !segment.contains(['{', '}', '?', '#', '%']) && segment != "." && segment != ".." => {}
            None if segment.is_empty() => errors.at(literal, "a path segment is empty: remove `//` or the final `/`"),
            _ => errors.at(literal, format!("`{segment}` is not a valid path segment: use a plain word or one `{{placeholder}}`")),
        }
    }
    names
}

fn path_fields(endpoint: &Endpoint, placeholders: &[String], errors: &mut Errors) {
    let fields: Vec<_> = endpoint
        .fields
        .iter()
        .filter(|field| field.place == ParamLocation::Path)
        .collect();
    for name in placeholders {
        if !endpoint.incomplete && !fields.iter().any(|field| field.wire == *name) {
            errors.at(
                &endpoint.arguments.path,
                format!("`{{{name}}}` does not have a field: add one with `#[path]` whose wire name is `{name}`"),
            );
        }
    }
    for field in fields {
        let name = &field.wire;
        if !placeholders.contains(name) {
            errors.at(
                &field.location,
                format!("the path does not contain `{{{name}}}`: add it, or use another location"),
            );
        }
        if generic(&field.ty, "Option").is_some() {
            errors.at(
                &field.ty,
                "a path parameter cannot be optional: use the type without `Option`",
            );
        }
    }
}

fn field_fits(field: &Field, errors: &mut Errors) {
    let allowed: &[&str] = match field.place {
        ParamLocation::Path => &["comma"],
        ParamLocation::Query => &["comma", "repeated", "required"],
        ParamLocation::Header => &["required"],
        ParamLocation::Body => &[],
        ParamLocation::JsonPart => &["json"],
        ParamLocation::FilePart => &["file"],
    };
    field.options.check(allowed, &field.ty, errors);
    // Options that the location does not allow were already reported.
    let setting = |name| {
        field
            .options
            .setting(name)
            .filter(|_| allowed.contains(&name))
    };
    let list_or_none =
        generic(&field.ty, "Option").is_some_and(|inner| generic(inner, "Vec").is_some());
    match (field.is_list(), [setting("comma"), setting("repeated")]) {
        _ if list_or_none
            && matches!(field.place, ParamLocation::Query | ParamLocation::Header) =>
        {
            errors.at(
                &field.ty,
                "an empty list is not sent: use `Vec<…>` without `Option`",
            );
        }
        (true, [None, None]) if field.place == ParamLocation::Path => {
            errors.at(
                &field.location,
                "a list in the path is separated by commas: write `#[path(comma)]`",
            );
        }
        (true, [None, None]) if field.place == ParamLocation::Query => {
            errors.at(
                &field.location,
                "the list style is missing: add `comma` for `a=1,2` or `repeated` for `a=1&a=2`",
            );
        }
        (true, [Some(_), Some(second)]) => {
            errors.at(&second.name, "a list has one style: `comma` or `repeated`")
        }
        (false, [Some(style), _] | [_, Some(style)]) => errors.at(
            &style.name,
            format!("`{}` is only valid for a `Vec<…>`", style.name),
        ),
        _ => {}
    }
    if let Some(required) = setting("required").filter(|_| !field.is_list()) {
        errors.at(&required.name, "`required` is only valid for a list; another field is required if its type is not an `Option<…>`");
    }
    if is_named(innermost(&field.ty), "Secret")
        && matches!(field.place, ParamLocation::Path | ParamLocation::Query)
    {
        errors.at(
            &field.location,
            "a secret in a URL would be logged: send it in the body",
        );
    }
    if is_named(innermost(&field.ty), "FileUpload") != (field.place == ParamLocation::FilePart) {
        errors.at(
            &field.location,
            "`FileUpload` and `#[part(file)]` are only valid together",
        );
    }
    // Setters are methods of `Call`, beside these.
    const TAKEN: [&str; 7] = [
        "send",
        "send_with_meta",
        "raw",
        "rows",
        "pages",
        "timeout",
        "retry",
    ];
    if !field.is_required() && TAKEN.iter().any(|taken| field.ident == taken) {
        errors.at(&field.ident, format!("`{}` is a method of every call: name the field differently and give it `name = \"…\"`", field.ident));
    }
}

fn distinct_names(endpoint: &Endpoint, errors: &mut Errors) {
    for (index, field) in endpoint.fields.iter().enumerate() {
        let wire = &field.wire;
        let twin = |first: &&Field| first.place == field.place && first.wire == *wire;
        if let Some(first) = endpoint.fields[..index].iter().find(twin) {
            errors.at(
                &field.ident,
                format!(
                    "`{}` and `{}` both have the wire name `{wire}`; add `name = \"…\"` to one of them",
                    first.ident, field.ident
                ),
            );
        }
    }
}

fn bodies(endpoint: &Endpoint, errors: &mut Errors) {
    let method = &endpoint.arguments.method;
    let carriers = || {
        endpoint.fields.iter().filter(|field| {
            !matches!(
                field.place,
                ParamLocation::Path | ParamLocation::Query | ParamLocation::Header
            )
        })
    };
    for field in carriers() {
        if method == "GET" || method == "DELETE" {
            errors.at(&field.location, format!("a {method} cannot have a body, because the vendor's gateway rejects it: use `#[query]` or `#[header]`"));
        }
    }
    let mut bodies = carriers().filter(|field| field.place == ParamLocation::Body);
    let Some(first) = bodies.next() else { return };
    for second in bodies {
        errors.at(
            &second.location,
            format!("a request can have one body, which is `{}`", first.ident),
        );
    }
    if let Some(part) = carriers().find(|field| field.place != ParamLocation::Body) {
        errors.at(
            &part.location,
            "a request can have a `#[body]` or parts, but not both",
        );
    }
}

fn responses(endpoint: &Endpoint, errors: &mut Errors) {
    let responses = &endpoint.arguments.responses;
    for (index, response) in responses.iter().enumerate() {
        let Some(status) = &response.status else {
            continue;
        };
        let code = status.base10_parse::<u16>().unwrap_or(0);
        if !(200..300).contains(&code) {
            errors.at(status, "a response status must be from 200 to 299; others are an `Error` and are not listed");
        }
        let same = |first: &&super::parse::ResponseType| {
            first
                .status
                .as_ref()
                .is_some_and(|first| first.base10_digits() == status.base10_digits())
        };
        if responses[..index].iter().any(|first| same(&first)) {
            errors.at(status, format!("status {status} has two responses"));
        }
    }
    let several = |ty: &Type| {
        responses.len() > 1 || matches!(ty, Type::Tuple(tuple) if !tuple.elems.is_empty())
    };
    if let Some(response) = responses
        .iter()
        .find(|response| response.status.is_none() && several(&response.ty))
    {
        errors.at(
            &response.ty,
            "several responses need a status each: `(200: A, 202: B)`",
        );
    }
}
