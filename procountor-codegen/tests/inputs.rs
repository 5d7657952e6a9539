//! Files of a version apply to later versions: inheritance, drops, and errors.

#![allow(clippy::panic, reason = "a test may fail")]

#[cfg(test)]
mod support;

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use procountor_codegen::docs::undocumented;
use procountor_codegen::model::Retry;
use procountor_codegen::model::{Api, Lifecycle};
use procountor_codegen::{Sources, inputs, load, load_all};
use support::{all_problems, overlay, specification};

/// A rule that decides every operation.
const POLICIES: &str = "
rules:
  - { reason: all, match: {}, set: { access: any, paging: inferred, rate_limit: queued, retry: only_if_unsent } }
";

/// The files of a small repository.
struct Files(BTreeMap<String, String>);

impl Files {
    /// Creates versions with these operations, and a rule that decides them.
    fn new(versions: &[(&str, &str)]) -> Self {
        let mut files = Self(BTreeMap::new());
        for (version, paths) in versions {
            let openapi = specification(
                paths,
                "Thing: { type: object, properties: { name: { type: string } } }",
            );
            files = files.with(
                &format!("spec/{version}/openapi.json"),
                &openapi.replace("26.04", version),
            );
        }
        files.with("spec/policies.yaml", POLICIES)
    }

    fn with(mut self, name: &str, text: &str) -> Self {
        self.0.insert(name.to_owned(), text.to_owned());
        self
    }

    fn overlay(self, version: &str, rest: &str) -> Self {
        self.with(&format!("spec/{version}/overlay.yaml"), &overlay(rest))
    }

    fn sources(&self) -> Vec<Sources> {
        let versions: Vec<&str> = self
            .0
            .keys()
            .filter_map(|name| name.strip_prefix("spec/")?.strip_suffix("/openapi.json"))
            .collect();
        let read = |name: &str| Ok::<_, String>(self.0.get(name).cloned());
        inputs::collect(&versions, read).unwrap_or_else(|error| panic!("{error}"))
    }

    fn apis(&self) -> Vec<Api> {
        load_all(&self.sources()).unwrap_or_else(|wrong| panic!("{wrong}"))
    }

    fn check(&self, expected: &Expect) {
        expected.assert_eq(&all_problems(&self.sources()));
    }

    /// Returns the ids of the operations of each version.
    fn ids(&self) -> Vec<Vec<String>> {
        let ids = |api: Api| api.operations.into_iter().map(|one| one.id).collect();
        self.apis().into_iter().map(ids).collect()
    }
}

const THINGS: &str = "
/things:
  get: { operationId: getThings1, tags: [Things], responses: { '204': { description: '' } } }
";
const RENAMED: &str = "
/things:
  get: { operationId: getThings, tags: [Things], responses: { '204': { description: '' } } }
";
const GONE: &str = "
/others:
  get: { operationId: getOthers, tags: [Others], responses: { '204': { description: '' } } }
";
const RENAME: &str = "
actions:
  - { target: \"$.paths['/things'].get\", description: Numbered., update: { operationId: getThings } }
";

#[test]
fn a_later_version_inherits_actions_and_adds_its_own() {
    let files = Files::new(&[("23.02", THINGS), ("23.09", THINGS), ("24.05", THINGS)])
        .overlay("23.02", RENAME)
        .overlay(
            "24.05",
            "actions: [{ target: \"$.paths['/things'].get\", description: Ours., update: { operationId: listThings } }]",
        );
    assert_eq!(files.ids(), [["getThings"], ["getThings"], ["listThings"]]);
}

#[test]
fn a_dropped_action_does_not_apply_unless_it_is_repeated() {
    let files = Files::new(&[
        ("23.02", THINGS),
        ("23.09", RENAMED),
        ("24.05", RENAMED),
        ("24.06", THINGS),
    ])
    .overlay("23.02", RENAME)
    .overlay(
        "23.09",
        "drop: [{ target: \"$.paths['/things'].get\", description: The vendor has repaired it. }]",
    )
    .overlay("24.06", RENAME);
    assert_eq!(
        files.ids(),
        [["getThings"], ["getThings"], ["getThings"], ["getThings"]]
    );
}

#[test]
fn a_drop_removes_all_inherited_actions_of_its_target_but_none_of_its_own_version() {
    let files = Files::new(&[("23.02", THINGS), ("23.09", THINGS)])
        .overlay(
            "23.02",
            "
actions:
  - { target: \"$.paths['/things'].get\", description: Ours., update: { operationId: listThings } }
  - { target: \"$.paths['/things'].get\", description: Ours., update: { deprecated: true } }
",
        )
        .overlay(
            "23.09",
            &format!(
                "drop: [{{ target: \"$.paths['/things'].get\", description: Both. }}]{RENAME}"
            ),
        );
    let apis = files.apis();
    let deprecated = |api: &Api| api.operations[0].deprecated.is_some();
    assert!(deprecated(&apis[0]));
    assert!(!deprecated(&apis[1]));
    assert_eq!(apis[1].operations[0].id, "getThings");
}

#[test]
fn a_stale_inherited_action_is_reported_once_with_its_remedy() {
    let files = Files::new(&[
        ("23.02", THINGS),
        ("23.09", THINGS),
        ("24.05", RENAMED),
        ("24.06", RENAMED),
        ("24.08", GONE),
    ])
    .overlay("23.02", RENAME)
    .overlay(
        "23.09",
        "actions: [{ target: \"$.paths['/things'].get\", description: Old., update: { deprecated: true } }]",
    );
    files.check(&expect![[r#"
        spec/24.05/openapi.json: inherited action 1 of spec/23.02/overlay.yaml ($.paths['/things'].get): the update changes nothing. help: if the action does not apply any more, drop it in the overlay.yaml beside the document: `drop: [{ target: "$.paths['/things'].get", description: the reason }]`
        spec/24.08/openapi.json: inherited action 1 of spec/23.09/overlay.yaml ($.paths['/things'].get): the target matches nothing. help: if the action does not apply any more, drop it in the overlay.yaml beside the document: `drop: [{ target: "$.paths['/things'].get", description: the reason }]`"#]]);
    let alone = files.sources().remove(3);
    expect![[r#"spec/24.06/openapi.json: inherited action 1 of spec/23.02/overlay.yaml ($.paths['/things'].get): the update changes nothing. help: if the action does not apply any more, drop it in the overlay.yaml beside the document: `drop: [{ target: "$.paths['/things'].get", description: the reason }]`"#]].assert_eq(&all_problems(&[alone]));
}

#[test]
fn invalid_drops() {
    let files = Files::new(&[("23.02", RENAMED), ("23.09", RENAMED), ("24.05", RENAMED)])
        .overlay(
            "23.02",
            "drop: [{ target: \"$.paths['/things'].get\", description: There is nothing before. }]",
        )
        .overlay(
            "23.09",
            "
drop:
  - { target: \"$.paths['/things'].put\", description: No action has this target. }
  - { target: \"$.paths['/things'].get\" }
  - { description: No target. }
  - { target: a, description: A typo., remove: true }
",
        );
    files.check(&expect![[r#"
        spec/23.02/overlay.yaml: drop 1 ($.paths['/things'].get): no inherited action has this target. help: copy the target exactly from the action of the earlier version, or remove the drop
        spec/23.09/overlay.yaml: drop 1 ($.paths['/things'].put): no inherited action has this target. help: copy the target exactly from the action of the earlier version, or remove the drop
        spec/23.09/overlay.yaml: drop 2 ($.paths['/things'].get): `description` is missing or empty. help: explain in `description` why the action does not apply any more
        spec/23.09/overlay.yaml: drop 2 ($.paths['/things'].get): no inherited action has this target. help: copy the target exactly from the action of the earlier version, or remove the drop
        spec/23.09/overlay.yaml: drop 3 (no target): missing field `target`. help: a drop has `target` and `description`
        spec/23.09/overlay.yaml: drop 4 (a): unknown field `remove`, expected `target` or `description`. help: a drop has `target` and `description`"#]]);
}

#[test]
fn a_problem_of_a_shared_file_is_reported_once() {
    let files = Files::new(&[("23.02", THINGS), ("23.09", THINGS), ("24.05", THINGS)])
        .overlay(
            "23.02",
            "actions: [{ target: '$.paths', description: Nothing. }]",
        )
        .with(
            "spec/23.09/policies.yaml",
            "rules: [{ match: {}, set: {} }]",
        )
        .with("spec/docs.yaml", "operations: { GET /things: list them }");
    files.check(&expect!["spec/23.02/overlay.yaml: action 1 ($.paths): exactly one of `update` and `remove: true` is required. help: write two actions to do both"]);
    let files = Files::new(&[("23.02", RENAMED), ("23.09", RENAMED)])
        .with(
            "spec/23.02/policies.yaml",
            "rules: [{ match: {}, set: {} }]",
        )
        .with("spec/docs.yaml", "operations: { GET /things: list them }")
        .with("spec/23.02/docs.yaml", "sentence: no");
    files.check(&expect![[r#"
        spec/23.02/policies.yaml: rule 1: missing field `reason`. help: a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)
        spec/docs.yaml: `operations`: `GET /things` is not one sentence. help: write one line that ends with a period
        spec/23.02/docs.yaml: this is not a file of sentences (unknown field `sentence`, expected one of `groups`, `operations`, `schemas`, `fields`, `parameters`, `enums`, `ids`). help: use the keys `groups`, `operations`, `schemas`, `fields`, `parameters`, `enums` and `ids`; each is optional"#]]);
}

#[test]
fn a_missing_policy_file_is_reported() {
    let mut files = Files::new(&[("23.02", RENAMED), ("23.09", RENAMED)]);
    files.0.remove("spec/policies.yaml");
    files.check(&expect![
        "spec/policies.yaml: the file does not exist. help: create it with a list of `rules`"
    ]);
}

#[test]
fn a_rule_or_sentence_must_match_something_in_one_of_the_versions() {
    let files = Files::new(&[("23.02", RENAMED), ("23.09", GONE)])
        .with(
            "spec/policies.yaml",
            &format!("{POLICIES}  - {{ reason: gone later, match: {{ path: /things }}, set: {{ retry: never }} }}\n"),
        )
        .with(
            "spec/23.09/policies.yaml",
            "
rules:
  - { reason: brought, match: { path: /others }, set: { retry: safe } }
  - { reason: in no version, match: { path: /nowhere }, set: { retry: safe } }
",
        )
        .with(
            "spec/docs.yaml",
            "{ groups: { things: 'Things.' }, operations: { GET /things: list them., GET /others: list the others. } }",
        )
        .with(
            "spec/23.09/docs.yaml",
            "operations: { GET /others: list all others., GET /nowhere: list nothing. }",
        );
    files.check(&expect![[r#"
        spec/23.09/policies.yaml: rule 2 matches no operation. help: correct `match`, or remove the rule
        spec/23.09/docs.yaml: `operations`: `GET /nowhere` does not exist. help: correct the name, or remove the sentence"#]]);
    // A single version cannot tell.
    for sources in files.sources() {
        assert!(load(&sources).is_ok());
    }
    // A sentence for all versions must match something before later versions exist.
    expect!["spec/docs.yaml: `operations`: `GET /others` does not exist. help: correct the name, or remove the sentence"].assert_eq(&all_problems(&files.sources()[..1]));
}

#[test]
fn later_rules_are_added_and_later_sentences_replace_earlier_ones() {
    let files = Files::new(&[("23.02", RENAMED), ("23.09", RENAMED), ("24.05", RENAMED)])
        .with("spec/docs.yaml", "operations: { GET /things: list them. }")
        .with(
            "spec/23.09/docs.yaml",
            "operations: { GET /Things: list them all. }",
        )
        .with(
            "spec/23.09/policies.yaml",
            "rules: [{ reason: reads, match: { method: GET }, set: { retry: safe } }]",
        );
    let apis = files.apis();
    let found: Vec<_> = apis
        .iter()
        .map(|api| {
            (
                api.operations[0].doc.as_deref(),
                api.operations[0].policy.retry,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (Some("list them."), Retry::OnlyIfUnsent),
            (Some("list them all."), Retry::Safe),
            (Some("list them all."), Retry::Safe),
        ]
    );
    assert!(apis.iter().all(|api| undocumented(api).is_empty()));
}

#[test]
fn rules_of_two_files_must_not_contradict_each_other() {
    let files = Files::new(&[("23.02", RENAMED), ("23.09", RENAMED)]).with(
        "spec/23.09/policies.yaml",
        "rules: [{ reason: all, match: {}, set: { retry: never } }]",
    );
    files.check(&expect!["spec/policies.yaml: rule 1 and rule 1 of spec/23.09/policies.yaml are equally specific and contradict each other on `retry` of `GET /things` (OnlyIfUnsent and Never). help: make one of them more specific"]);
}

#[test]
fn a_rule_or_sentence_applies_to_all_spellings_of_a_path() {
    let respelled = "
/SIE/{fileid}:
  put:
    operationId: putFile
    tags: [Things]
    parameters: [{ name: fileid, in: path, required: true, schema: { type: string } }]
    responses: { '204': { description: '' } }
";
    let files = Files::new(&[
        ("23.02", respelled),
        (
            "23.09",
            &respelled.replace("SIE", "sie").replace("fileid", "fileId"),
        ),
    ])
    .with(
        "spec/23.02/policies.yaml",
        "rules: [{ reason: once, match: { path: '/Sie/{file}' }, set: { retry: never } }]",
    )
    .with(
        "spec/docs.yaml",
        "operations: { 'PUT /sie/{fileId}': send a file. }",
    );
    for api in files.apis() {
        assert_eq!(api.operations[0].key(), "PUT /sie/{}");
        assert_eq!(api.operations[0].policy.retry, Retry::Never);
        assert_eq!(api.operations[0].doc.as_deref(), Some("send a file."));
    }
}

#[test]
fn the_lifecycle_comes_from_the_version_file_or_the_vendors_rule() {
    let files = Files::new(&[("23.02", RENAMED), ("23.09", RENAMED), ("24.08", RENAMED)]).with(
        "spec/24.08/version.yaml",
        "{ released: 2024-08-17, supported_until: mid-May 2025 }",
    );
    let at = |path: &str| Lifecycle {
        path: path.to_owned(),
        ..Lifecycle::default()
    };
    let lifecycles: Vec<Lifecycle> = files.apis().into_iter().map(|api| api.lifecycle).collect();
    let dated = Lifecycle {
        released: Some("2024-08-17".to_owned()),
        supported_until: Some("mid-May 2025".to_owned()),
        ..at("/v2408/api")
    };
    assert_eq!(lifecycles, [at("/v2302/api"), at("/latest/api"), dated]);
    let files = files
        .with(
            "spec/23.02/version.yaml",
            "{ path: v2302/api/, released: 2023-02, supported_until: '' }",
        )
        .with("spec/23.09/version.yaml", "{ path: /api, until: 2024 }");
    files.check(&expect![[r#"
        spec/23.02/version.yaml: `v2302/api/` is not a valid base path. help: write it like `/v2411/api`
        spec/23.02/version.yaml: `released`: `2023-02` is not a date. help: write it like 2024-08-17
        spec/23.02/version.yaml: `supported_until` is not one line of text. help: write it like `mid-May 2025`, or remove it
        spec/23.09/version.yaml: this is not a version file (unknown field `until`, expected one of `path`, `released`, `supported_until` at line 1 column 15). help: use the keys `path`, `released` and `supported_until`; each is optional"#]]);
}
