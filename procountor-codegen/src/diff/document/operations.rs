//! Operations in the document: paths, ids, deprecation, parameters, bodies and responses.

use std::collections::BTreeMap;

use serde_json::Value;

use super::types::{Declared, Kinds, differences};
use super::{Operation, change, content, flag, object, resolved, text};
use crate::diff::change::{Change, Subject};
use crate::diff::kind::Kind;
use crate::diff::pairs::{Pairs, position};
use crate::specification::plain;

const PARAMETER: Kinds = Kinds {
    ty: Kind::ParameterType,
    width: Kind::ParameterWidth,
    values: Kind::ParameterEnum,
    limits: Kind::ParameterLimits,
    default: Kind::ParameterDefault,
    required: Kind::ParameterRequired,
    optional: Kind::ParameterOptional,
};

pub(super) fn compare(before: &Value, after: &Value, changes: &mut Vec<Change>) {
    let (old, new) = (Operation::all(before), Operation::all(after));
    let names = |all: &[Operation<'_>]| -> Vec<String> {
        all.iter().map(|operation| operation.name.clone()).collect()
    };
    let pairs = Pairs::of(&names(&old), &names(&new));
    for index in &pairs.added {
        changes.push(presence(Kind::OperationAdded, &new[*index]));
    }
    for index in &pairs.removed {
        changes.push(presence(Kind::OperationRemoved, &old[*index]));
    }
    for (one, other) in &pairs.both {
        pair(&old[*one], &new[*other], changes);
    }
    reused_ids(&old, &new, &pairs, changes);
}

fn presence(kind: Kind, operation: &Operation<'_>) -> Change {
    let id = Some(operation.id().to_owned());
    let subject = Subject::whole(&operation.name);
    let (before, after) = match kind {
        Kind::OperationRemoved => (id, None),
        _ => (None, id),
    };
    grouped(change(kind, subject, before, after), operation)
}

/// Sets the tag of the operation.
fn grouped(change: Change, operation: &Operation<'_>) -> Change {
    let tag = operation.value.pointer("/tags/0").and_then(Value::as_str);
    match tag {
        Some(tag) => change.group(tag),
        None => change,
    }
}

/// Finds ids that now name another operation.
fn reused_ids(
    old: &[Operation<'_>],
    new: &[Operation<'_>],
    pairs: &Pairs,
    changes: &mut Vec<Change>,
) {
    let partner: BTreeMap<usize, usize> = pairs.both.iter().copied().collect();
    for (index, operation) in old.iter().enumerate() {
        let now = new.iter().position(|other| other.id() == operation.id());
        if let Some(now) = now.filter(|now| partner.get(&index) != Some(now)) {
            changes.push(grouped(
                change(
                    Kind::OperationIdReused,
                    Subject::part("operationId", format!("`{}`", operation.id())),
                    Some(operation.name.clone()),
                    Some(new[now].name.clone()),
                ),
                &new[now],
            ));
        }
    }
}

fn pair(old: &Operation<'_>, new: &Operation<'_>, changes: &mut Vec<Change>) {
    let subject = Subject::whole(&new.name);
    let mut found = Vec::new();
    let mut push = |kind, before: Option<String>, after: Option<String>| {
        found.push(change(kind, subject.clone(), before, after));
    };
    if old.path != new.path {
        push(
            Kind::PathRespelled,
            Some(old.path.to_owned()),
            Some(new.path.to_owned()),
        );
    }
    if old.id() != new.id() {
        push(
            Kind::OperationIdChanged,
            Some(old.id().to_owned()),
            Some(new.id().to_owned()),
        );
    }
    let deprecated = |operation: &Operation<'_>| flag(operation.value, "deprecated");
    if deprecated(old) != deprecated(new) {
        let word =
            |deprecated: bool| Some(if deprecated { "deprecated" } else { "current" }.to_owned());
        push(
            Kind::DeprecationChanged,
            word(deprecated(old)),
            word(deprecated(new)),
        );
    }
    for (kind, key) in [
        (Kind::RemovalAnnounced, "x-deprecated-removal"),
        (Kind::MarketChanged, "x-market"),
        (Kind::AccessChanged, "x-two-factor"),
    ] {
        let value = |operation: &Operation<'_>| operation.value.get(key).map(plain);
        if value(old) != value(new) {
            push(kind, value(old), value(new));
        }
    }
    parameters(old, new, &mut found);
    bodies(old, new, &mut found);
    changes.extend(found.into_iter().map(|change| grouped(change, new)));
}

/// Path parameters are paired by position, so that a renamed one is not a new parameter.
fn parameters(old: &Operation<'_>, new: &Operation<'_>, changes: &mut Vec<Change>) {
    let (before, after) = (keyed(old), keyed(new));
    let subject = |one: &Value| {
        let location = text(one, "in").unwrap_or_default();
        Subject::parameter(&new.name, location, text(one, "name").unwrap_or_default())
    };
    for (key, one) in &before {
        if !after.contains_key(key) {
            changes.push(change(
                Kind::ParameterRemoved,
                subject(one),
                Some(summary(one)),
                None,
            ));
        }
    }
    for (key, other) in &after {
        let Some(one) = before.get(key) else {
            changes.push(change(
                Kind::ParameterAdded,
                subject(other),
                None,
                Some(summary(other)),
            ));
            continue;
        };
        let differences = differences(&declared(one), &declared(other), &PARAMETER);
        changes.extend(
            differences
                .into_iter()
                .map(|(kind, before, after)| change(kind, subject(other), before, after)),
        );
        let list = |one: &Value| one.get("explode").map(plain);
        if list(one) != list(other) {
            changes.push(change(
                Kind::ParameterList,
                subject(other),
                list(one).map(|explode| format!("explode {explode}")),
                list(other).map(|explode| format!("explode {explode}")),
            ));
        }
    }
}

fn keyed<'a>(operation: &Operation<'a>) -> BTreeMap<(&'a str, String), &'a Value> {
    let parameters = operation.parameters().map(|one| {
        let (location, name) = (
            text(one, "in").unwrap_or_default(),
            text(one, "name").unwrap_or_default(),
        );
        let position = position(operation.path, name).filter(|_| location == "path");
        let key = position.map_or_else(|| name.to_owned(), |position| position.to_string());
        ((location, key), one)
    });
    parameters.collect()
}

fn declared(parameter: &Value) -> Declared<'_> {
    Declared {
        schema: parameter.get("schema").unwrap_or(&Value::Null),
        required: flag(parameter, "required"),
        beside: Some(parameter),
    }
}

/// Returns type and requirement: `string, required`.
fn summary(parameter: &Value) -> String {
    let declared = declared(parameter);
    let required = if declared.required { ", required" } else { "" };
    format!("{}{required}", super::types::name(declared.schema))
}

fn bodies(old: &Operation<'_>, new: &Operation<'_>, changes: &mut Vec<Change>) {
    let body = |operation: &Operation<'_>| {
        let body = operation.value.get("requestBody")?;
        Some(content::name(resolved(operation.document, body), false))
    };
    let (before, after) = (body(old), body(new));
    if before != after {
        let subject = Subject::part(&new.name, "body");
        changes.push(change(Kind::BodyChanged, subject, before, after));
    }
    let responses = |operation: &Operation<'_>| -> BTreeMap<String, String> {
        object(operation.value, "responses")
            .map(|(status, response)| {
                let response = resolved(operation.document, response);
                (status.clone(), content::name(response, true))
            })
            .collect()
    };
    let (before, after) = (responses(old), responses(new));
    let statuses = before
        .keys()
        .chain(after.keys().filter(|status| !before.contains_key(*status)));
    for status in statuses {
        let (one, other) = (before.get(status), after.get(status));
        if one != other {
            let kind = match (one, other) {
                (None, _) => Kind::ResponseAdded,
                (_, None) => Kind::ResponseRemoved,
                _ => Kind::ResponseChanged,
            };
            let subject = Subject::part(&new.name, status);
            changes.push(change(kind, subject, one.cloned(), other.cloned()));
        }
    }
}
