//! Generates valid values for any type of the model. Every field is set, and the same type always has the same value.

use procountor_codegen::model::{Constraints, Content, Field, Type};

use crate::check::value::{is_valid, number};
use crate::json::Json;
use crate::model::Model;
use crate::response::Response;

/// The depth from which schemas are omitted, which only recursive schemas reach.
const MAX_DEPTH: usize = 12;

/// Realistic texts, by a part of the field's name.
const TEXTS: &[(&str, &str)] = &[
    ("email", "talous@esimerkki.fi"),
    ("iban", "FI2112345600000785"),
    ("bic", "NDEAFIHH"),
    ("uuid", "00000000-0000-4000-8000-000000000001"),
    ("url", "https://esimerkki.fi/kutsu"),
    ("phone", "+358 9 1234567"),
    ("zip", "00100"),
    ("city", "Helsinki"),
    ("street", "Mannerheimintie 1"),
    ("countryCode", "FI"),
    ("currency", "EUR"),
    ("accountNumber", "FI2112345600000785"),
    ("filename", "tosite.pdf"),
];

/// An image of one pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0,
    0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T', 0x78, 0x9c,
    0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5, 0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0, 0, 0, b'I',
    b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A file in the accounting exchange format.
const SIE: &str = "#FLAGGA 0\r\n#PROGRAM \"Procountor sandbox\" 1\r\n#FORMAT PC8\r\n#SIETYP 4\r\n#FNAMN \"Hiekkalaatikko Oy\"\r\n";

/// Generates a response with this content.
pub(crate) fn response(model: &Model, status: u16, content: &Content) -> Response {
    match content {
        Content::Empty => Response::empty(status),
        Content::Json(ty) => {
            Response::json(status, &value(model, ty, &Constraints::default(), "", 0))
        }
        Content::Binary { media } if media.starts_with("image/") => {
            Response::bytes(status, "image/png", PIXEL)
        }
        Content::Binary { media } => Response::bytes(
            status,
            if media.contains('*') {
                "application/octet-stream"
            } else {
                media
            },
            SIE,
        ),
        Content::Mixed(ty) => {
            let meta = value(model, ty, &Constraints::default(), "", 0);
            Response::mixed(status, &meta, "tosite.png", "image/png", PIXEL)
        }
    }
}

/// Generates a valid object of a schema.
pub(crate) fn object(model: &Model, schema: &str) -> Json {
    value(
        model,
        &Type::Schema(schema.to_owned()),
        &Constraints::default(),
        "",
        0,
    )
}

/// Returns the example of a field in the specification, or a generated value if that is missing or invalid.
pub(crate) fn field(model: &Model, field: &Field, depth: usize) -> Json {
    let example = field.example.as_ref().map(Json::from);
    match example.filter(|example| is_valid(model, &field.ty, &field.constraints, example)) {
        Some(example) => example,
        None => value(model, &field.ty, &field.constraints, &field.wire, depth),
    }
}

/// Generates a valid value for a field with this name.
pub(crate) fn value(
    model: &Model,
    ty: &Type,
    rule: &Constraints,
    name: &str,
    depth: usize,
) -> Json {
    match ty {
        Type::String | Type::Secret | Type::Binary => text(rule, name).into(),
        Type::Integer => integer(rule),
        Type::Decimal => decimal(rule),
        Type::Boolean => true.into(),
        Type::Date => "2026-01-15".into(),
        Type::DateTime => "2026-01-15T12:00:00".into(),
        Type::Json => Json::object([]),
        Type::Id(id) if model.id_is_text(id) => text(rule, name).into(),
        Type::Id(_) => integer(rule),
        Type::Enum(name) => model.enum_first(name).into(),
        Type::List(item) => {
            let count = rule.min_items.unwrap_or(1).max(1);
            let items = (0..count).map(|_| value(model, item, rule, name, depth));
            items.collect::<Vec<_>>().into()
        }
        Type::Map(item) => Json::object([(
            "esimerkki",
            value(model, item, &Constraints::default(), name, depth),
        )]),
        Type::Schema(name) => schema(model, name, depth),
    }
}

fn schema(model: &Model, name: &str, depth: usize) -> Json {
    let fields = model
        .schema(name)
        .map(|schema| schema.fields.as_slice())
        .unwrap_or_default();
    let mut members = Vec::with_capacity(fields.len());
    for known in fields
        .iter()
        .filter(|known| !known.recursive && depth < MAX_DEPTH)
    {
        members.push((known.wire.clone(), field(model, known, depth + 1)));
    }
    Json::Object(members)
}

fn text(rule: &Constraints, name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let known = TEXTS
        .iter()
        .find(|(piece, _)| lower.contains(&piece.to_ascii_lowercase()));
    let text = known.map_or(
        if name.is_empty() { "esimerkki" } else { name },
        |(_, text)| text,
    );
    let max = rule.max_len.map_or(usize::MAX, |max| max as usize);
    let mut text: String = text.chars().take(max).collect();
    while text.chars().count() < rule.min_len.unwrap_or(0) as usize {
        text.push('x');
    }
    text
}

fn integer(rule: &Constraints) -> Json {
    let limit = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<i64>().ok());
    let least = limit(&rule.min).or(limit(&rule.above).map(|above| above + 1));
    let most = limit(&rule.max).or(limit(&rule.below).map(|below| below - 1));
    1.max(least.unwrap_or(i64::MIN))
        .min(most.unwrap_or(i64::MAX))
        .into()
}

/// Returns the first of the candidates within the limits, or else a limit.
fn decimal(rule: &Constraints) -> Json {
    let candidates = ["12.5", "10", "1", "0.5", "0.01", "0", "100", "-1"];
    let fits = |text: &&&str| number(rule, text).is_ok();
    let fallback = || rule.min.as_deref().or(rule.max.as_deref()).unwrap_or("1");
    Json::number(
        candidates
            .iter()
            .find(fits)
            .copied()
            .unwrap_or_else(fallback),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::value::problems;
    use crate::embedded;

    #[test]
    fn every_answer_of_every_version_obeys_the_model() {
        for version in embedded::versions() {
            let model = Model::new(embedded::load(version).unwrap().unwrap());
            let operations = model.api.operations.iter();
            let answers = operations
                .flat_map(|known| known.responses.iter().map(move |answer| (known, answer)));
            for (operation, answer) in answers {
                let Content::Json(ty) = &answer.content else {
                    continue;
                };
                let value = value(&model, ty, &Constraints::default(), "", 0);
                let (method, path) = (operation.method, &operation.path);
                assert_eq!(
                    problems(&model, ty, &value),
                    [],
                    "{version} {method} {path}"
                );
            }
        }
    }
}
