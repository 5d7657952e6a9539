//! Checks that a name has the same meaning in all versions.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostics;
use crate::model::{Api, Type};

/// The names that were compared with the newest older version that has them.
type Seen = BTreeSet<String>;

/// Reports names whose meaning changes between versions.
pub(super) fn check(versions: &[Api]) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    for (index, newer) in versions.iter().enumerate() {
        let mut seen = BTreeSet::new();
        for older in versions[..index].iter().rev() {
            operations(older, newer, &mut seen, &mut diagnostics);
            schemas(older, newer, &mut seen, &mut diagnostics);
            enums(older, newer, &mut seen, &mut diagnostics);
        }
    }
    diagnostics.or_value(())
}

fn overlay(api: &Api) -> String {
    format!("spec/{}/overlay.yaml", api.version)
}

/// Method and path are an operation; its id is its name.
fn operations(older: &Api, newer: &Api, seen: &mut Seen, diagnostics: &mut Diagnostics) {
    let named = |api: &Api| -> BTreeMap<String, String> {
        let operations = api.operations.iter();
        operations.map(|one| (one.id.clone(), one.key())).collect()
    };
    let (before, after) = (named(older), named(newer));
    let routes: BTreeMap<&String, &String> =
        before.iter().map(|(name, route)| (route, name)).collect();
    for (name, route) in &after {
        let known = before.contains_key(name) || routes.contains_key(route);
        if !known || !seen.insert(format!("operation {name}")) {
            continue;
        }
        if let Some(old) = before.get(name).filter(|old| *old != route) {
            diagnostics.file(
                &overlay(newer),
                format!(
                    "`{name}` is `{route}`, and in {} it is `{old}`",
                    older.version
                ),
                "give one of them another `operationId`",
            );
        } else if let Some(old) = routes.get(route).filter(|old| **old != name) {
            diagnostics.file(
                &overlay(newer),
                format!(
                    "`{route}` is `{name}`, and in {} it is `{old}`",
                    older.version
                ),
                format!("give it the `operationId` {old}"),
            );
        }
    }
}

/// The vendor may rename a schema, and so may we, but a name must not go from one to another that lives on.
fn schemas(older: &Api, newer: &Api, seen: &mut Seen, diagnostics: &mut Diagnostics) {
    for schema in newer.schemas.iter().filter(|schema| !schema.patch) {
        let Some(old) = older.schema(&schema.name) else {
            continue;
        };
        if !seen.insert(format!("schema {}", schema.name)) {
            continue;
        }
        let lives = |api: &Api, vendor: &str| {
            let mut schemas = api.schemas.iter();
            schemas.any(|one| one.vendor == vendor && one.name != schema.name && !one.patch)
        };
        if old.vendor != schema.vendor
            && (lives(newer, &old.vendor) || lives(older, &schema.vendor))
        {
            diagnostics.file(
                &overlay(newer),
                format!(
                    "`{}` is the vendor's `{}`, and in {} it is the vendor's `{}`",
                    schema.name, schema.vendor, older.version, old.vendor
                ),
                "give one of them an `x-rust-name`",
            );
        }
    }
}

/// An enum's meaning is where it is used. A name moves when it leaves all its places to other enums.
fn enums(older: &Api, newer: &Api, seen: &mut Seen, diagnostics: &mut Diagnostics) {
    let (before, after) = (places(older), places(newer));
    let mut held: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (place, name) in &after {
        held.entry(name).or_default().insert(place);
    }
    let mut left: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    for (place, name) in &before {
        if let Some(now) = after.get(place) {
            left.entry(name).or_default().insert(place, now);
        }
    }
    for (name, places) in left {
        if !held.contains_key(name) || !seen.insert(format!("enum {name}")) {
            continue;
        }
        let taken = places.values().all(|now| *now != name);
        if let (true, Some((place, now))) = (taken, places.first_key_value()) {
            diagnostics.file(
                &overlay(newer),
                format!(
                    "the enum `{name}` of {} was `{place}`, which is `{now}` now, and `{name}` is another",
                    older.version
                ),
                "give one of them another `x-rust-enum`",
            );
        }
    }
}

/// Returns the place and the name of each use of an enum.
fn places<'a>(api: &'a Api) -> BTreeMap<String, &'a str> {
    let named = |ty: &'a Type| match ty.leaf() {
        Type::Enum(name) => Some(name.as_str()),
        _ => None,
    };
    let fields = api.schemas.iter().flat_map(|schema| {
        let place = move |wire: &str| format!("{}.{wire}", schema.name);
        let fields = schema.fields.iter();
        fields.filter_map(move |field| Some((place(&field.wire), named(&field.ty)?)))
    });
    let parameters = api.operations.iter().flat_map(|operation| {
        let place = move |wire: &str| format!("{}?{wire}", operation.id);
        let parameters = operation.parameters.iter();
        parameters.filter_map(move |one| Some((place(&one.wire), named(&one.ty)?)))
    });
    fields.chain(parameters).collect()
}
