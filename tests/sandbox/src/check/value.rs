//! Checks the value of a parameter or of a JSON body against its type and limits.

use std::cmp::Ordering;
use std::collections::HashSet;

use jiff::civil::Date;
use procountor_codegen::model::{Constraints, Type};

use super::charset;
use super::decimal::Decimal;
use crate::json::Json;
use crate::model::Model;
use crate::response::Problem;

/// Checks the text of a path, query or header parameter.
pub(super) fn parameter(
    model: &Model,
    ty: &Type,
    rule: &Constraints,
    value: &str,
) -> Result<(), String> {
    if value.is_empty() && !matches!(ty, Type::String | Type::Json) {
        return Err("is empty".to_owned());
    }
    let json = match ty {
        Type::Decimal if Decimal::parse(value).is_none() => {
            return Err(format!("expected a decimal number, found `{value}`"));
        }
        Type::Integer | Type::Decimal => Json::number(value),
        Type::Id(name) if !model.id_is_text(name) => Json::number(value),
        Type::Boolean => match value {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => return Err(format!("expected true or false, found `{value}`")),
        },
        _ => Json::from(value),
    };
    scalar(model, ty, rule, &json)
}

/// Returns the problems of a value whose required fields must be present.
pub(crate) fn problems(model: &Model, ty: &Type, value: &Json) -> Vec<Problem> {
    Checker::run(model, true, ty, &Constraints::default(), value, "")
}

/// Returns whether a value satisfies the model.
pub(crate) fn is_valid(model: &Model, ty: &Type, rule: &Constraints, value: &Json) -> bool {
    Checker::run(model, true, ty, rule, value, "").is_empty()
}

/// The state of a check.
pub(super) struct Checker<'a> {
    model: &'a Model,
    /// Whether required fields must be present; the body of a PATCH can omit them.
    required: bool,
    problems: Vec<Problem>,
}

impl<'a> Checker<'a> {
    /// Checks a value at `path`, with or without its required fields, and returns the problems.
    pub(super) fn run(
        model: &'a Model,
        required: bool,
        ty: &Type,
        rule: &Constraints,
        value: &Json,
        path: &str,
    ) -> Vec<Problem> {
        let mut checker = Self {
            model,
            required,
            problems: Vec::new(),
        };
        checker.check(ty, rule, value, path);
        checker.problems
    }

    /// Checks a value and all values in it; `path` is written as the API does.
    fn check(&mut self, ty: &Type, rule: &Constraints, value: &Json, path: &str) {
        match (ty, value) {
            (Type::Schema(name), Json::Object(_)) => self.object(name, value, path),
            (Type::List(item), Json::List(items)) => self.list(item, rule, items, path),
            (Type::Map(item), Json::Object(members)) => {
                for (name, value) in members {
                    self.check(item, &Constraints::default(), value, &join(path, name));
                }
            }
            (Type::Json, _) => self.any(value, path),
            (Type::Schema(_) | Type::Map(_), other) => {
                self.refuse(path, format!("expected an object, found {}", kind(other)))
            }
            (Type::List(_), other) => {
                self.refuse(path, format!("expected a list, found {}", kind(other)))
            }
            _ => {
                if let Err(message) = scalar(self.model, ty, rule, value) {
                    self.refuse(path, message);
                }
            }
        }
    }

    fn object(&mut self, name: &str, value: &Json, path: &str) {
        let model = self.model;
        let Some(schema) = model.schema(name) else {
            return;
        };
        for field in &schema.fields {
            let place = join(path, &field.wire);
            match value.get(&field.wire) {
                Some(member) => self.check(&field.ty, &field.constraints, member, &place),
                None if field.required && self.required => self.refuse(&place, "is required"),
                None => {}
            }
        }
        for (member, _) in value.members() {
            if !schema.fields.iter().any(|field| field.wire == *member) {
                self.refuse(&join(path, member), "unknown field");
            }
        }
    }

    fn list(&mut self, item: &Type, rule: &Constraints, items: &[Json], path: &str) {
        let count = items.len();
        if let Some(min) = rule.min_items.filter(|min| count < *min as usize) {
            self.refuse(path, format!("{count} items, at least {min} are needed"));
        }
        if let Some(max) = rule.max_items.filter(|max| count > *max as usize) {
            self.refuse(path, format!("{count} items, at most {max} are allowed"));
        }
        let distinct: HashSet<String> = items.iter().map(Json::to_string).collect();
        if rule.unique && distinct.len() < count {
            self.refuse(path, "has an item twice");
        }
        for (index, value) in items.iter().enumerate() {
            self.check(item, rule, value, &format!("{path}[{index}]"));
        }
    }

    /// Checks the characters in a value without a schema.
    fn any(&mut self, value: &Json, path: &str) {
        match value {
            Json::Text(text) => {
                if let Err(message) = characters(text) {
                    self.refuse(path, message);
                }
            }
            Json::List(items) => items.iter().for_each(|item| self.any(item, path)),
            Json::Object(members) => members
                .iter()
                .for_each(|(name, value)| self.any(value, &join(path, name))),
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    fn refuse(&mut self, path: &str, message: impl Into<String>) {
        self.problems.push(Problem {
            status: 400,
            field: Some(path.to_owned()).filter(|path| !path.is_empty()),
            message: message.into(),
        });
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Checks a value that is neither an object nor a list.
fn scalar(model: &Model, ty: &Type, rule: &Constraints, value: &Json) -> Result<(), String> {
    let wrong = |expected: &str| Err(format!("expected {expected}, found {}", kind(value)));
    match (ty, value) {
        (Type::Boolean, Json::Bool(_)) => Ok(()),
        (Type::Boolean, _) => wrong("true or false"),
        (Type::Decimal, Json::Number(text)) => number(rule, text),
        (Type::Decimal, _) => wrong("a number"),
        (ty, Json::Number(text)) if model.is_integer(ty) => match text.parse::<i64>() {
            Ok(_) => number(rule, text),
            Err(_) => Err(format!("expected a whole number, found `{text}`")),
        },
        (ty, _) if model.is_integer(ty) => wrong("a whole number"),
        (Type::Enum(name), Json::Text(text)) if !model.enum_has(name, text) => Err(format!(
            "invalid value `{text}`; known values start with `{}`",
            model.enum_first(name)
        )),
        (Type::Date, Json::Text(text)) if !is_date(text) => {
            Err(format!("expected a date YYYY-MM-DD, found `{text}`"))
        }
        (Type::DateTime, Json::Text(text)) if !is_datetime(text) => Err(format!(
            "expected a datetime YYYY-MM-DDTHH:MM:SS without a zone, found `{text}`"
        )),
        (_, Json::Text(text)) => characters(text).and_then(|()| length(rule, text)),
        _ => wrong("text"),
    }
}

fn kind(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => format!("`{value}`"),
        Json::Number(text) => format!("the number {text}"),
        Json::Text(text) => format!("the text `{text}`"),
        Json::List(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}

/// Checks a number against its limits.
pub(crate) fn number(rule: &Constraints, text: &str) -> Result<(), String> {
    let limits = [&rule.min, &rule.max, &rule.above, &rule.below];
    if rule.scale.is_none() && limits.iter().all(|limit| limit.is_none()) {
        return Ok(());
    }
    let Some(value) = Decimal::parse(text) else {
        return Err(format!("`{text}` is not a decimal number"));
    };
    use Ordering::{Equal, Greater, Less};
    let limits: [(_, &[Ordering], _); 4] = [
        (&rule.min, &[Less], "at least"),
        (&rule.max, &[Greater], "at most"),
        (&rule.above, &[Less, Equal], "greater than"),
        (&rule.below, &[Greater, Equal], "less than"),
    ];
    for (limit, broken, wording) in limits {
        if let Some(limit) = limit
            && let Some(decimal) = Decimal::parse(limit)
            && broken.contains(&value.cmp(&decimal))
        {
            return Err(format!("{text} must be {wording} {limit}"));
        }
    }
    match rule.scale {
        Some(scale) if value.scale() > scale as usize => {
            Err(format!("{text} has more than {scale} decimal places"))
        }
        _ => Ok(()),
    }
}

fn characters(text: &str) -> Result<(), String> {
    match charset::first_unsupported(text) {
        Some(found) => Err(format!("the character `{found}` is not in Windows-1252")),
        None => Ok(()),
    }
}

fn length(rule: &Constraints, text: &str) -> Result<(), String> {
    let length = text.chars().count();
    match (rule.min_len, rule.max_len) {
        (Some(min), _) if length < min as usize => {
            Err(format!("{length} characters, at least {min} are needed"))
        }
        (_, Some(max)) if length > max as usize => {
            Err(format!("{length} characters, at most {max} are allowed"))
        }
        _ => Ok(()),
    }
}

/// Returns whether a text is a date of the calendar, written as `YYYY-MM-DD`.
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().enumerate().all(|(index, byte)| {
            if matches!(index, 4 | 7) {
                *byte == b'-'
            } else {
                byte.is_ascii_digit()
            }
        })
        && text.parse::<Date>().is_ok()
}

/// Returns whether a text is written as `YYYY-MM-DDTHH:MM:SS`.
fn is_datetime(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let parts: Vec<&str> = time.split(':').collect();
    let below = |part: &str, limit: u8| {
        part.len() == 2
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse().is_ok_and(|n: u8| n < limit)
    };
    is_date(date)
        && matches!(parts.as_slice(), [hour, minute, second] if below(hour, 24) && below(minute, 60) && below(second, 60))
}
