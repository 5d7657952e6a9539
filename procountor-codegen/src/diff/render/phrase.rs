//! What happened, in a few words; names between backticks.

use super::names;
use crate::diff::{Change, Kind, Level, Place};

/// The most values of an enum that a line names.
const VALUES: usize = 12;

/// The place, between backticks as far as it is a name.
pub(super) fn place(place: &Place) -> String {
    if place.part.is_empty() {
        return format!("`{}`", place.of);
    }
    if place.part.starts_with(['.', ':']) {
        return format!("`{place}`");
    }
    if place.part.contains('`') && !place.of.contains(' ') {
        return place.to_string();
    }
    format!("`{}` {}", place.of, place.part)
}

/// What happened there.
pub(super) fn phrase(change: &Change) -> String {
    let before = change.before.as_deref().unwrap_or("none");
    let after = change.after.as_deref().unwrap_or("none");
    let became = || format!("was {}, is {}", shown(change, before), shown(change, after));
    match change.kind {
        Kind::OperationAdded | Kind::ParameterAdded | Kind::FieldAdded => format!("new ({after})"),
        Kind::EndpointAdded
        | Kind::FacadeAdded
        | Kind::SchemaAdded
        | Kind::TypeAdded
        | Kind::VariantAdded => "new".to_owned(),
        Kind::OperationRemoved
        | Kind::ParameterRemoved
        | Kind::FieldRemoved
        | Kind::SchemaRemoved
        | Kind::EndpointRemoved
        | Kind::MemberRemoved
        | Kind::SetterRemoved
        | Kind::VariantRemoved => "gone".to_owned(),
        Kind::TypeRemoved => "no such type any more".to_owned(),
        Kind::FacadeRemoved => "no such group any more".to_owned(),
        Kind::OperationMoved => format!("moved from `{before}`"),
        Kind::PathRespelled => format!("was spelled `{before}`"),
        Kind::OperationIdChanged => format!("has the operationId `{after}`, had `{before}`"),
        Kind::OperationIdReused => format!("was `{before}`, is now `{after}`"),
        Kind::SchemaRenamed | Kind::EndpointRenamed | Kind::TypeRenamed => {
            format!("was `{before}`")
        }
        Kind::DeprecationChanged if after == "deprecated" => "deprecated".to_owned(),
        Kind::DeprecationChanged => "not deprecated any more".to_owned(),
        Kind::RemovalAnnounced => match &change.after {
            Some(version) => format!("to be removed in {version}"),
            None => format!("no longer to be removed in {before}"),
        },
        Kind::ParameterRequired | Kind::FieldRequired | Kind::BodyRequired => {
            "became required".to_owned()
        }
        Kind::ParameterOptional | Kind::FieldOptional | Kind::BodyOptional => {
            "became optional".to_owned()
        }
        Kind::ParameterLocation => format!("goes into the {after}, not the {before}"),
        Kind::ParameterDefault | Kind::FieldDefault => default(change),
        Kind::ParameterEnum | Kind::FieldEnum => enumeration(change),
        Kind::ValuesAdded => format!("also {}", values(after)),
        Kind::ValuesRemoved => format!("no longer {}", values(before)),
        Kind::AnswerAdded => format!("new answer ({after})"),
        Kind::AnswerRemoved => format!("no longer an answer (was {before})"),
        Kind::MarketChanged => match &change.after {
            Some(market) => format!("only in environments of {market}"),
            None => format!("no longer only in environments of {before}"),
        },
        Kind::SetterAdded => format!("new setter ({after})"),
        Kind::MemberAdded => format!("new field ({after})"),
        Kind::RequiredGained => format!("now in `…Required` ({after})"),
        Kind::RequiredLost => "no longer in `…Required`".to_owned(),
        Kind::DefaultGained => "has `Default`, and no `…Required` any more".to_owned(),
        Kind::DefaultLost => "has a `…Required`, and no `Default` any more".to_owned(),
        Kind::DeprecatedInRust => "deprecated".to_owned(),
        Kind::ConstructorChanged => format!("took `{before}`, takes `{after}`"),
        Kind::OutputChanged => format!("returned `{before}`, returns `{after}`"),
        Kind::MethodMoved => format!("was `{before}`, is `{after}`"),
        Kind::MaxIdsChanged => format!("ids in one request: {before} became {after}"),
        Kind::ParameterLimits | Kind::FieldLimits => {
            limits(change.before.as_deref(), change.after.as_deref())
        }
        Kind::RetryChanged => format!("retry was {before}, is {after}"),
        Kind::PagingChanged => format!("pages: {before}; became: {after}"),
        Kind::AccessChanged
        | Kind::RateLimitChanged
        | Kind::ParameterType
        | Kind::ParameterWidth
        | Kind::ParameterList
        | Kind::BodyChanged
        | Kind::AnswerChanged
        | Kind::SchemaChanged
        | Kind::FieldType
        | Kind::RowsChanged
        | Kind::TypeChanged
        | Kind::MemberType => became(),
        Kind::SetterType => format!("took `{before}`, takes `{after}`"),
    }
}

/// A type in Rust is code; a word of the wire is not.
fn shown(change: &Change, text: &str) -> String {
    if change.level == Level::Rust && text != "none" {
        format!("`{text}`")
    } else {
        text.to_owned()
    }
}

fn limits(before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (Some(before), None) => format!("no limit any more (was {})", in_words(before)),
        (None, Some(after)) => format!("now {}", in_words(after)),
        _ => format!(
            "was {}, is {}",
            in_words(before.unwrap_or_default()),
            in_words(after.unwrap_or_default())
        ),
    }
}

/// `at least 1 character`, for `min_len = 1`. The words of the document stay as they are.
fn in_words(limits: &str) -> String {
    let words = limits.split(", ").map(|limit| {
        let (name, number) = limit.split_once(" = ").unwrap_or((limit, ""));
        let of = |one: &str| super::count(number.parse().unwrap_or_default(), one);
        match name {
            "min_len" => format!("at least {}", of("character")),
            "max_len" => format!("at most {}", of("character")),
            "min" => format!("at least {number}"),
            "max" => format!("at most {number}"),
            "above" => format!("above {number}"),
            "below" => format!("below {number}"),
            "scale" => format!("at most {}", of("decimal")),
            "min_items" => format!("at least {}", of("item")),
            "max_items" => format!("at most {}", of("item")),
            "unique" => "no item twice".to_owned(),
            _ => format!("`{limit}`"),
        }
    });
    words.collect::<Vec<_>>().join(" and ")
}

/// The longest default that a line shows.
const DEFAULT: usize = 40;

fn default(change: &Change) -> String {
    let text = |value: &Option<String>| match value {
        None => "none".to_owned(),
        Some(value) if value.len() > DEFAULT => "a long one".to_owned(),
        Some(value) => format!("`{value}`"),
    };
    format!(
        "default was {}, is {}",
        text(&change.before),
        text(&change.after)
    )
}

fn values(list: &str) -> String {
    names(&list.split(", ").collect::<Vec<_>>(), VALUES)
}

fn enumeration(change: &Change) -> String {
    let sides = [("no longer", &change.before), ("also", &change.after)];
    let sides = sides
        .into_iter()
        .filter_map(|(word, list)| Some(format!("{word} {}", values(list.as_ref()?))));
    sides.collect::<Vec<_>>().join("; ")
}
