//! Whether the parts of an endpoint fit together: method, path, fields and answers.

use syn::{Ident, Type};

use super::parse::{Endpoint, Field, Place};
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
    answers(endpoint, errors);
}

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Whether the API has this method; of one that it has not, nothing else can be said.
pub(super) fn is_known(method: &Ident) -> bool {
    METHODS.iter().any(|known| method == known)
}

fn method(endpoint: &Endpoint, errors: &mut Errors) {
    let method = &endpoint.arguments.method;
    if !is_known(method) {
        errors.at(
            method,
            format!(
                "`{method}` is no method of this API; there are {}",
                METHODS.join(", ")
            ),
        );
    }
}

/// The names in braces in the path.
fn placeholders(endpoint: &Endpoint, errors: &mut Errors) -> Vec<String> {
    let literal = &endpoint.arguments.path;
    let path = literal.value();
    let rest = path.strip_prefix('/').unwrap_or_else(|| {
        errors.at(literal, "a path starts with `/`");
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
            None if segment.is_empty() => errors.at(literal, "a segment of the path is empty: `//`, or `/` at the end"),
            _ => errors.at(literal, format!("`{segment}` is no segment of a path: it is a plain word, or one `{{placeholder}}`")),
        }
    }
    names
}

fn path_fields(endpoint: &Endpoint, placeholders: &[String], errors: &mut Errors) {
    let fields: Vec<_> = endpoint
        .fields
        .iter()
        .filter(|field| field.place == Place::Path)
        .collect();
    for name in placeholders {
        if !endpoint.incomplete && !fields.iter().any(|field| field.wire == *name) {
            errors.at(
                &endpoint.arguments.path,
                format!("no field fills `{{{name}}}`: add one with `#[path]` whose name on the wire is `{name}`"),
            );
        }
    }
    for field in fields {
        let name = &field.wire;
        if !placeholders.contains(name) {
            errors.at(&field.location, format!("the path has no `{{{name}}}` for this field: put it there, or send the field elsewhere"));
        }
        if generic(&field.ty, "Option").is_some() {
            errors.at(
                &field.ty,
                "a segment of the path cannot be left out: use the type without `Option`",
            );
        }
    }
}

fn field_fits(field: &Field, errors: &mut Errors) {
    let allowed: &[&str] = match field.place {
        Place::Path => &["comma"],
        Place::Query => &["comma", "repeated", "required"],
        Place::Header => &["required"],
        Place::Body => &[],
        Place::JsonPart => &["json"],
        Place::FilePart => &["file"],
    };
    field.options.check(allowed, &field.ty, errors);
    // What the place does not allow has been reported as unknown.
    let setting = |name| {
        field
            .options
            .setting(name)
            .filter(|_| allowed.contains(&name))
    };
    let list_or_none =
        generic(&field.ty, "Option").is_some_and(|inner| generic(inner, "Vec").is_some());
    match (field.is_list(), [setting("comma"), setting("repeated")]) {
        _ if list_or_none && matches!(field.place, Place::Query | Place::Header) => {
            errors.at(
                &field.ty,
                "a list that is left out is an empty one: use `Vec<…>` without `Option`",
            );
        }
        (true, [None, None]) if field.place == Place::Path => {
            errors.at(
                &field.location,
                "a list in the path is written with commas: `#[path(comma)]`",
            );
        }
        (true, [None, None]) if field.place == Place::Query => {
            errors.at(
                &field.location,
                "say how the list is written: `comma` for `a=1,2`, `repeated` for `a=1&a=2`",
            );
        }
        (true, [Some(_), Some(second)]) => errors.at(
            &second.name,
            "a list is written in one way: `comma` or `repeated`",
        ),
        (false, [Some(style), _] | [_, Some(style)]) => {
            errors.at(&style.name, format!("`{}` is for a `Vec<…>`", style.name))
        }
        _ => {}
    }
    if let Some(required) = setting("required").filter(|_| !field.is_list()) {
        errors.at(&required.name, "`required` is for a list; any other field is required when its type is not an `Option<…>`");
    }
    if is_named(innermost(&field.ty), "Secret") && matches!(field.place, Place::Path | Place::Query)
    {
        errors.at(
            &field.location,
            "a secret has no place in a URL, where it would be logged: send it in the body",
        );
    }
    if is_named(innermost(&field.ty), "FileUpload") != (field.place == Place::FilePart) {
        errors.at(
            &field.location,
            "`FileUpload` is the type of a `#[part(file)]`, and of nothing else",
        );
    }
    // A facade's setter stands beside these methods of a call.
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
                    "`{}` and `{}` are both `{wire}` on the wire; give one of them `name = \"…\"`",
                    first.ident, field.ident
                ),
            );
        }
    }
}

fn bodies(endpoint: &Endpoint, errors: &mut Errors) {
    let method = &endpoint.arguments.method;
    let carriers = || {
        endpoint
            .fields
            .iter()
            .filter(|field| !matches!(field.place, Place::Path | Place::Query | Place::Header))
    };
    for field in carriers() {
        if method == "GET" || method == "DELETE" {
            errors.at(&field.location, format!("a {method} carries no body, which the vendor's gateway refuses: use `#[query]` or `#[header]`"));
        }
    }
    let mut bodies = carriers().filter(|field| field.place == Place::Body);
    let Some(first) = bodies.next() else { return };
    for second in bodies {
        errors.at(
            &second.location,
            format!("a request has one body: `{}` is it already", first.ident),
        );
    }
    if let Some(part) = carriers().find(|field| field.place != Place::Body) {
        errors.at(
            &part.location,
            "a request has a `#[body]` or parts, not both",
        );
    }
}

fn answers(endpoint: &Endpoint, errors: &mut Errors) {
    let answers = &endpoint.arguments.answers;
    for (index, answer) in answers.iter().enumerate() {
        let Some(status) = &answer.status else {
            continue;
        };
        let code = status.base10_parse::<u16>().unwrap_or(0);
        if !(200..300).contains(&code) {
            errors.at(status, "an answer has a status from 200 to 299; every other one is an `Error` and is not listed");
        }
        let same = |first: &&super::parse::Answer| {
            first
                .status
                .as_ref()
                .is_some_and(|first| first.base10_digits() == status.base10_digits())
        };
        if answers[..index].iter().any(|first| same(&first)) {
            errors.at(status, format!("status {status} has two answers"));
        }
    }
    let several = |ty: &Type| {
        answers.len() > 1 || matches!(ty, Type::Tuple(tuple) if !tuple.elems.is_empty())
    };
    if let Some(answer) = answers
        .iter()
        .find(|answer| answer.status.is_none() && several(&answer.ty))
    {
        errors.at(
            &answer.ty,
            "several answers are told apart by their status: `(200: A, 202: B)`",
        );
    }
}
