//! Short descriptions of changes. Names are in backticks.

use super::names;
use crate::diff::{Change, Kind, Level, Subject};

/// The number of enum values that a line names.
const MAX_VALUES: usize = 12;

/// Returns the subject of a change, with its names in backticks.
pub(super) fn subject(subject: &Subject) -> String {
    if subject.part.is_empty() {
        return format!("`{}`", subject.item);
    }
    if subject.part.starts_with(['.', ':']) {
        return format!("`{subject}`");
    }
    if subject.part.contains('`') && !subject.item.contains(' ') {
        return subject.to_string();
    }
    format!("`{}` {}", subject.item, subject.part)
}

/// Returns a description of a change.
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
        | Kind::VariantRemoved
        | Kind::TypeRemoved
        | Kind::FacadeRemoved => "removed".to_owned(),
        Kind::OperationMoved => format!("moved from `{before}`"),
        Kind::PathRespelled => format!("was spelled `{before}`"),
        Kind::OperationIdChanged => format!("operationId was `{before}`, is `{after}`"),
        Kind::OperationIdReused => format!("was `{before}`, is `{after}`"),
        Kind::SchemaRenamed | Kind::EndpointRenamed | Kind::TypeRenamed => {
            format!("was `{before}`")
        }
        Kind::DeprecationChanged if after == "deprecated" => "deprecated".to_owned(),
        Kind::DeprecationChanged => "no longer deprecated".to_owned(),
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
        Kind::ParameterLocation => format!("moved from the {before} to the {after}"),
        Kind::ParameterDefault | Kind::FieldDefault => default(change),
        Kind::ParameterEnum | Kind::FieldEnum => enumeration(change),
        Kind::ValuesAdded => format!("added {}", values(after)),
        Kind::ValuesRemoved => format!("removed {}", values(before)),
        Kind::ResponseAdded => format!("new response ({after})"),
        Kind::ResponseRemoved => format!("response removed (was {before})"),
        Kind::MarketChanged => match &change.after {
            Some(market) => format!("only in environments of {market}"),
            None => format!("no longer only in environments of {before}"),
        },
        Kind::SetterAdded => format!("new setter ({after})"),
        Kind::MemberAdded => format!("new field ({after})"),
        Kind::RequiredGained => format!("now in `…Required` ({after})"),
        Kind::RequiredLost => "no longer in `…Required`".to_owned(),
        Kind::DefaultGained => "gained `Default`, lost `…Required`".to_owned(),
        Kind::DefaultLost => "gained `…Required`, lost `Default`".to_owned(),
        Kind::DeprecatedInRust => "deprecated".to_owned(),
        Kind::ConstructorChanged => format!("took `{before}`, takes `{after}`"),
        Kind::OutputChanged => format!("returned `{before}`, returns `{after}`"),
        Kind::MethodMoved => format!("was `{before}`, is `{after}`"),
        Kind::MaxIdsChanged => format!("ids in one request: was {before}, is {after}"),
        Kind::ParameterLimits | Kind::FieldLimits => {
            limits(change.before.as_deref(), change.after.as_deref())
        }
        Kind::RetryChanged => format!("retry was {before}, is {after}"),
        Kind::PagingChanged => format!("paging was {before}; is {after}"),
        Kind::AccessChanged
        | Kind::RateLimitChanged
        | Kind::ParameterType
        | Kind::ParameterWidth
        | Kind::ParameterList
        | Kind::BodyChanged
        | Kind::ResponseChanged
        | Kind::SchemaChanged
        | Kind::FieldType
        | Kind::RowsChanged
        | Kind::TypeChanged
        | Kind::MemberType => became(),
        Kind::SetterType => format!("took `{before}`, takes `{after}`"),
    }
}

/// Types in Rust are code; types on the wire are not.
fn shown(change: &Change, text: &str) -> String {
    if change.level == Level::Rust && text != "none" {
        format!("`{text}`")
    } else {
        text.to_owned()
    }
}

fn limits(before: Option<&str>, after: Option<&str>) -> String {
    match (before, after) {
        (Some(before), None) => format!("limit removed (was {})", in_words(before)),
        (None, Some(after)) => format!("now {}", in_words(after)),
        _ => format!(
            "was {}, is {}",
            in_words(before.unwrap_or_default()),
            in_words(after.unwrap_or_default())
        ),
    }
}

/// Returns `at least 1 character` for `min_len = 1`. Keywords of the document stay as they are.
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
            "unique" => "unique items".to_owned(),
            _ => format!("`{limit}`"),
        }
    });
    words.collect::<Vec<_>>().join(" and ")
}

/// The length of the longest default that a line shows.
const MAX_DEFAULT: usize = 40;

fn default(change: &Change) -> String {
    let text = |value: &Option<String>| match value {
        None => "none".to_owned(),
        Some(value) if value.len() > MAX_DEFAULT => "a long value".to_owned(),
        Some(value) => format!("`{value}`"),
    };
    format!(
        "default was {}, is {}",
        text(&change.before),
        text(&change.after)
    )
}

fn values(list: &str) -> String {
    names(&list.split(", ").collect::<Vec<_>>(), MAX_VALUES)
}

fn enumeration(change: &Change) -> String {
    let sides = [("removed", &change.before), ("added", &change.after)];
    let sides = sides
        .into_iter()
        .filter_map(|(word, list)| Some(format!("{word} {}", values(list.as_ref()?))));
    sides.collect::<Vec<_>>().join("; ")
}
