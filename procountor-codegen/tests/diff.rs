//! The changes between the versions in `spec/`, checked against independent notes and an independent count; and small pairs
//! of specifications for each rule about breaking changes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod diff {
    pub(crate) mod count;
    pub(crate) mod notes;
    mod small;
}
mod support;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use diff::count::{COUNTED, count};
use diff::notes;
use expect_test::expect_file;
use procountor_codegen::diff::{Change, Diff, Kind, Level, Side, diff, json, markdown, text};
use procountor_codegen::load_all;
use procountor_codegen::model::Api;
use serde_json::Value;
use support::{VERSIONS, real_sources};

struct Version {
    document: Value,
    api: Api,
}

static ALL: LazyLock<Vec<Version>> = LazyLock::new(|| {
    let sources = real_sources(&VERSIONS);
    let apis = load_all(&sources).unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    let documents = sources
        .iter()
        .map(|sources| serde_json::from_str(&sources.openapi.text).expect("the document is JSON"));
    documents
        .zip(apis)
        .map(|(document, api)| Version { document, api })
        .collect()
});

/// The changes from each version to the next, and back.
static STEPS: LazyLock<Vec<[Diff; 2]>> = LazyLock::new(|| {
    let step = |index| {
        let (one, other) = (side(index), side(index + 1));
        [diff(one, other), diff(other, one)]
    };
    (0..VERSIONS.len() - 1).map(step).collect()
});

fn side(index: usize) -> Side<'static> {
    let Version { document, api } = &ALL[index];
    Side { document, api }
}

/// Returns the changes from 24.11 to 26.04.
fn latest() -> &'static Diff {
    let [there, _] = STEPS.last().unwrap();
    assert_eq!((&*there.from, &*there.to), ("24.11", "26.04"));
    there
}

fn document<'a>(diff: &'a Diff, kinds: &'a [Kind]) -> impl Iterator<Item = &'a Change> {
    let changes = diff.level(Level::Document);
    changes.filter(|change| kinds.contains(&change.kind))
}

const PARAMETERS: [Kind; 6] = [
    Kind::ParameterAdded,
    Kind::ParameterRemoved,
    Kind::ParameterType,
    Kind::ParameterRequired,
    Kind::ParameterOptional,
    Kind::ParameterEnum,
];
const BODIES: [Kind; 4] = [
    Kind::BodyChanged,
    Kind::ResponseAdded,
    Kind::ResponseRemoved,
    Kind::ResponseChanged,
];

/// The kinds of changes for each number of the notes.
const KINDS: [&[Kind]; 19] = [
    &[Kind::PathRespelled],
    &[Kind::OperationAdded],
    &[Kind::OperationRemoved],
    &[Kind::OperationIdChanged],
    &[Kind::OperationIdReused],
    &[Kind::DeprecationChanged],
    &PARAMETERS,
    &[Kind::ParameterWidth],
    &BODIES,
    &[Kind::SchemaAdded],
    &[Kind::SchemaRemoved],
    &[Kind::SchemaRenamed],
    &[Kind::FieldAdded],
    &[Kind::FieldRemoved],
    &[Kind::FieldType],
    &[Kind::FieldRequired],
    &[Kind::FieldOptional],
    &[Kind::FieldEnum],
    &[Kind::FieldLimits],
];

/// The numbers of the notes, for each pair of consecutive versions.
const NOTED: [[usize; 19]; 7] = [
    [0, 1, 0, 4, 4, 0, 6, 0, 2, 0, 0, 0, 2, 0, 0, 9, 0, 0, 2],
    [0, 2, 0, 0, 0, 0, 7, 48, 0, 14, 1, 10, 9, 7, 16, 1, 1, 1, 7],
    [3, 1, 0, 6, 6, 0, 12, 0, 14, 3, 3, 3, 1, 0, 6, 1, 8, 7, 87],
    [
        0, 7, 0, 8, 6, 1, 18, 0, 12, 37, 12, 7, 22, 19, 16, 2, 10, 34, 61,
    ],
    [0, 5, 1, 1, 2, 0, 2, 0, 4, 4, 4, 6, 0, 0, 0, 0, 0, 0, 1],
    [0, 7, 2, 1, 1, 0, 3, 0, 3, 16, 10, 1, 3, 2, 0, 0, 0, 0, 1],
    [
        2, 51, 0, 5, 5, 4, 11, 0, 17, 63, 0, 0, 29, 1, 1, 0, 8, 4, 18,
    ],
];

#[test]
fn the_differ_the_notes_and_an_independent_count_agree() {
    for (index, noted) in NOTED.iter().enumerate() {
        let (one, other) = (side(index), side(index + 1));
        let counted = count(one.document, other.document);
        let [found, _] = &STEPS[index];
        for (what, kinds) in KINDS.iter().enumerate() {
            let number = document(found, kinds).count();
            assert_eq!(
                [number, counted[what], noted[what]],
                [noted[what]; 3],
                "{} -> {}: {} (differ, counted, notes)",
                found.from,
                found.to,
                COUNTED[what]
            );
        }
    }
}

/// Asserts that the names are the same, each once, in any order.
fn same(expected: &[&str], found: impl Iterator<Item = String>) {
    let found: Vec<String> = found.collect();
    let set: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    assert_eq!(set, expected.iter().copied().collect());
    assert_eq!(found.len(), expected.len());
}

/// Returns a change in the words of the notes.
fn noted(change: &Change) -> String {
    let place = change.subject.to_string().replace('`', "");
    let before = change.before.as_deref().unwrap_or("absent");
    let after = change.after.as_deref().unwrap_or("absent");
    let sorted = |values: &str| {
        let mut values: Vec<&str> = values.split(", ").collect();
        values.sort_unstable();
        values.join(", ")
    };
    match change.kind {
        Kind::PathRespelled => {
            let verb = place.split(' ').next().unwrap();
            format!("{verb} {before} -> {after}")
        }
        Kind::OperationAdded => format!("{place} ({after})"),
        Kind::OperationIdReused => {
            let id = place.strip_prefix("operationId ").unwrap();
            format!("{id}: {before} -> {after}")
        }
        Kind::ParameterAdded => format!("{place} added"),
        Kind::ParameterEnum => format!("{place} enum -{before}"),
        Kind::FieldEnum if change.before.is_some() => format!("{place} -{before}"),
        Kind::FieldEnum => format!("{place} +{}", sorted(after)),
        Kind::ResponseAdded | Kind::ResponseChanged => format!("{place}: {before} -> {after}"),
        Kind::FieldAdded => match after.strip_suffix(", required") {
            Some(kind) => format!("{place} {kind} (required)"),
            None => format!("{place} {after}"),
        },
        Kind::OperationIdChanged | Kind::FieldType => format!("{place} {before} -> {after}"),
        _ => place,
    }
}

#[test]
fn exactly_the_names_of_the_notes_are_found() {
    let found = latest();
    let check =
        |expected: &[&str], kinds: &[Kind]| same(expected, document(found, kinds).map(noted));
    check(&notes::RESPELLED, &[Kind::PathRespelled]);
    check(&notes::ADDED, &[Kind::OperationAdded]);
    check(&[], &[Kind::OperationRemoved]);
    check(&notes::IDS, &[Kind::OperationIdChanged]);
    check(&notes::REUSED, &[Kind::OperationIdReused]);
    check(&notes::PARAMETERS, &PARAMETERS);
    check(&notes::BODIES, &BODIES);
    check(&notes::SCHEMAS, &[Kind::SchemaAdded]);
    check(&notes::FIELDS_ADDED, &[Kind::FieldAdded]);
    check(&notes::FIELDS_REMOVED, &[Kind::FieldRemoved]);
    check(&notes::FIELD_TYPES, &[Kind::FieldType]);
    check(&notes::FIELDS_OPTIONAL, &[Kind::FieldOptional]);
    check(&notes::FIELD_ENUMS, &[Kind::FieldEnum]);
    let deprecated = document(found, &[Kind::DeprecationChanged]);
    let deprecated: Vec<&Change> = deprecated.collect();
    assert!(
        deprecated
            .iter()
            .all(|one| one.after.as_deref() == Some("deprecated"))
    );
    let places = deprecated.iter().map(|one| one.subject.to_string());
    let expected = notes::DEPRECATED.map(|name| name.rsplit_once(" (").unwrap().0);
    same(&expected, places);
}

#[test]
fn the_new_operations_of_the_notes_are_wire_changes_too() {
    let found = latest();
    let expected = notes::ADDED.map(|name| name.rsplit_once(" (").unwrap().0);
    let added = found.of(Level::Wire, Kind::OperationAdded);
    same(&expected, added.map(|one| one.subject.to_string()));
    assert_eq!(found.of(Level::Wire, Kind::OperationRemoved).count(), 0);
}

#[test]
fn the_reports_are_as_recorded() {
    let found = latest();
    expect_file!["diff/24.11-26.04.txt"].assert_eq(&text(found));
    expect_file!["diff/24.11-26.04-changelog.md"]
        .assert_eq(&procountor_codegen::diff::summary_markdown(found));
    for [found, _] in STEPS.iter() {
        let too_wide = |line: &&str| line.chars().count() > 100 && line.trim().contains(' ');
        assert_eq!(text(found).lines().find(too_wide), None);
        assert_eq!(markdown(found).matches('`').count() % 2, 0);
    }
}

#[test]
fn a_version_does_not_differ_from_itself() {
    for index in 0..VERSIONS.len() {
        let found = diff(side(index), side(index));
        assert_eq!(found.changes, [], "{}", found.from);
        assert!(!found.breaks());
        let (from, to) = (&found.from, &found.to);
        let report = text(&found);
        assert!(
            report.ends_with(&format!("\n{from} -> {to}: nothing changed\n")),
            "{report}"
        );
    }
}

/// Returns the kind of the reversed change.
fn mirrored(kind: Kind) -> Kind {
    use Kind as K;
    let pairs = [
        (K::OperationAdded, K::OperationRemoved),
        (K::ParameterAdded, K::ParameterRemoved),
        (K::ParameterRequired, K::ParameterOptional),
        (K::BodyRequired, K::BodyOptional),
        (K::ResponseAdded, K::ResponseRemoved),
        (K::SchemaAdded, K::SchemaRemoved),
        (K::FieldAdded, K::FieldRemoved),
        (K::FieldRequired, K::FieldOptional),
        (K::ValuesAdded, K::ValuesRemoved),
        (K::EndpointAdded, K::EndpointRemoved),
        (K::FacadeAdded, K::FacadeRemoved),
        (K::SetterAdded, K::SetterRemoved),
        (K::TypeAdded, K::TypeRemoved),
        (K::MemberAdded, K::MemberRemoved),
        (K::RequiredGained, K::RequiredLost),
        (K::DefaultGained, K::DefaultLost),
        (K::VariantAdded, K::VariantRemoved),
    ];
    for (one, other) in pairs {
        if kind == one {
            return other;
        }
        if kind == other {
            return one;
        }
    }
    kind
}

#[test]
fn the_reversed_diff_has_the_reversed_changes() {
    for [there, back] in STEPS.iter() {
        for level in [Level::Document, Level::Wire] {
            let count =
                |diff: &Diff, mirror: bool| -> Vec<(Kind, Option<String>, Option<String>)> {
                    let mut all: Vec<_> = diff
                        .level(level)
                        .map(|one| {
                            let (before, after) = (one.before.clone(), one.after.clone());
                            if mirror {
                                (mirrored(one.kind), after, before)
                            } else {
                                (one.kind, before, after)
                            }
                        })
                        .collect();
                    all.sort();
                    all
                };
            assert_eq!(count(there, false), count(back, true), "{}", there.to);
        }
        let rust = |diff: &Diff, kind| diff.of(Level::Rust, kind).count();
        for (kind, other) in [
            (Kind::EndpointAdded, Kind::EndpointRemoved),
            (Kind::SetterAdded, Kind::SetterRemoved),
            (Kind::FacadeAdded, Kind::FacadeRemoved),
        ] {
            assert_eq!(rust(there, kind), rust(back, other));
            assert_eq!(rust(there, other), rust(back, kind));
        }
    }
}

#[test]
fn ids_are_stable_and_distinct() {
    for steps in STEPS.iter() {
        for found in steps {
            let mut ids = BTreeSet::new();
            for change in &found.changes {
                assert!(
                    ids.insert(&change.id),
                    "{change:?} has the id of another change"
                );
                assert_eq!(change.id.len(), 12);
            }
        }
    }
    let found = latest();
    let change = found.of(Level::Wire, Kind::ParameterAdded).next().unwrap();
    assert_eq!(
        change.subject.to_string(),
        "GET /invoices query `dueEndDate`"
    );
    assert_eq!(change.id, "2d343a73d356");
}

#[test]
fn consequences_name_the_wire_change_that_causes_them() {
    let found = latest();
    let place = "GET /invoices query `dueStartDate`";
    let at = |level| {
        let mut changes = found.level(level);
        changes
            .find(|one| one.subject.to_string() == place)
            .unwrap()
    };
    let (wire, document) = (at(Level::Wire), at(Level::Document));
    assert_eq!(
        wire.rust,
        ["v2604::operations::SearchInvoice::due_start_date"]
    );
    assert_eq!(document.follows.as_ref(), Some(&wire.id));
    let mut setters = found.of(Level::Rust, Kind::SetterAdded);
    let setter = setters.find(|one| one.rust == wire.rust).unwrap();
    assert_eq!(setter.follows.as_ref(), Some(&wire.id));
    let new = found.of(Level::Wire, Kind::OperationAdded);
    let mut new = new.filter(|one| one.subject.item == "GET /vats/settings");
    assert_eq!(
        new.next().unwrap().rust,
        [
            "v2604::operations::GetVatSettings",
            "v2604::Vats::get_vat_settings"
        ]
    );
}

#[test]
fn the_rust_items_of_changes_are_in_the_generated_source() {
    for index in 0..7 {
        let (one, other) = (side(index), side(index + 1));
        let source: String = procountor_codegen::generate(&[one.api.clone(), other.api.clone()])
            .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
            .into_iter()
            .map(|file| file.text)
            .collect();
        let words: BTreeSet<&str> = source
            .split(|one: char| !one.is_alphanumeric() && one != '_')
            .collect();
        for change in &STEPS[index][0].changes {
            for item in &change.rust {
                for (depth, word) in item.split("::").enumerate().skip(1) {
                    let word = if depth == 1 {
                        word.trim_end_matches("Required")
                    } else {
                        word
                    };
                    let made = ["new", "rows"].contains(&word);
                    assert!(made || words.contains(word), "{item} of {change:?}");
                }
            }
        }
    }
}

#[test]
fn json_contains_all_changes_and_ends_with_the_counts() {
    let found = latest();
    let value: Value = serde_json::from_str(&json(found)).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["from", "to", "changes", "counts"]);
    let counts = &value["counts"];
    assert_eq!(counts["total"], found.changes.len());
    assert_eq!(counts["by_kind"]["wire"]["operation-added"], 51);
    assert_eq!(
        counts["by_level"]["document"],
        found.level(Level::Document).count()
    );
    let groups = found.grouped();
    let reads = groups.iter().filter(|one| one.breaks.reads).count();
    assert_eq!(counts["breaking_reads"], reads);
}
