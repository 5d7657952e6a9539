//! `cargo xtask release` from the command line. Each test works on a copy of the repository, and an error must not change a
//! byte. `history.rs` tests that replaying all releases yields the committed files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Checkout, Server, ok};

/// Returns a checkout with all files that a release writes.
fn checkout() -> Checkout {
    Checkout::with(&[
        "Cargo.toml",
        "Cargo.lock",
        "CHANGELOG.md",
        "procountor-api/Cargo.toml",
    ])
}

/// Returns 26.04 as 26.05, with a new operation.
fn next(checkout: &Checkout) -> Value {
    let text = fs::read_to_string(checkout.path("spec/26.04/openapi.json")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["info"]["version"] = "26.05".into();
    let mut operation = value["paths"]["/status"]["get"].clone();
    operation["operationId"] = "getNewStatus".into();
    value["paths"]["/status/new"] = json!({"get": operation});
    value
}

/// Writes the document to a file and returns its path.
fn file(checkout: &Checkout, document: &Value) -> String {
    let path = checkout.path("target/document.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, document.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_new_version_takes_one_command() {
    let checkout = checkout();
    let document = file(&checkout, &next(&checkout));
    let output = checkout.succeeds("release", &["26.05", "--from", &document, "--skip-checks"]);

    let read = |name: &str| fs::read_to_string(checkout.path(name)).unwrap();
    let old = read("CHANGELOG.md");
    let number = old
        .split("\n## ")
        .find(|one| one.contains(": API version 26.05"));
    let number = number.unwrap().split(':').next().unwrap().to_owned();
    assert!(
        output.starts_with(&format!("released API version 26.05 as {number}: ")),
        "{output}"
    );
    for text in [
        "1 new operation",
        "spec/26.05/docs.yaml: add descriptions of GET /status/new",
        "spec/26.05/version.yaml: add the release date, and check the path /v2605/api",
    ] {
        assert!(output.contains(text), "`{text}` is not in:\n{output}");
    }
    assert!(read("Cargo.toml").contains(&format!("version = \"{number}\"")));
    assert!(read("Cargo.lock").contains(&format!(
        "name = \"procountor-api\"\nversion = \"{number}\""
    )));
    let manifest = read("procountor-api/Cargo.toml");
    assert!(
        manifest.contains("default = [\"v2605\", \"rustls\"]"),
        "{manifest}"
    );
    assert!(
        manifest.contains("v2604 = []\n## API version 26.05.\nv2605 = []\n"),
        "{manifest}"
    );
    assert!(manifest.contains("\"v2604\", \"v2605\"]"), "{manifest}");
    let modules = read("procountor-api/src/generated/mod.rs");
    assert!(
        modules.contains("new_in_v2605, v2605 = \"v2605\": V2605;"),
        "{modules}"
    );
    assert!(read("tests/sandbox/src/embedded/versions.rs").contains("\"26.05\": "));
    let folder = checkout.path("procountor-api/src/generated/new_in_v2605");
    let mut brought: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|one| one.unwrap().file_name())
        .collect();
    brought.sort();
    assert_eq!(
        brought,
        ["health_status.rs", "mod.rs"],
        "an unchanged definition is not repeated"
    );
    assert!(
        read("procountor-api/src/generated/new_in_v2605/health_status.rs")
            .contains("struct GetNewStatus")
    );
    assert!(
        read("procountor-api/src/generated/v2605.rs")
            .contains("pub use super::super::new_in_v2605::GetNewStatus;")
    );
    assert!(read("spec/lock.yaml").contains("source: \"file document.json\""));
    checkout.generate();

    let before = checkout.snapshot();
    for again in [&["26.05"][..], &["26.05", "--from", &document]] {
        let output = checkout.succeeds("release", again);
        assert_eq!(output, "26.05 is already released; nothing was written\n");
    }
    assert!(before == checkout.snapshot(), "something was written");
    let mut other = next(&checkout);
    other["paths"]["/status/new"]["get"]["deprecated"] = true.into();
    let other = file(&checkout, &other);
    checkout.fails(
        "release",
        &["26.05", "--from", &other],
        &["spec/26.05/openapi.json exists and differs from the new document in 1 place"],
    );
}

#[test]
fn a_pulled_version_is_released_with_its_own_files() {
    let checkout = checkout();
    let document = file(&checkout, &next(&checkout));
    checkout.pulls(&["26.05", "--from", &document]);
    checkout.fails("release", &["26.06", "--from", &document],
        &[
            "26.05 was pulled but not released; run `cargo xtask release 26.05` or remove spec/26.05",
        ],
    );
    fs::write(
        checkout.path("spec/26.05/docs.yaml"),
        "operations:\n  \"GET /status/new\": \"read the new status.\"\n",
    )
    .unwrap();
    let output = checkout.succeeds("release", &["26.05", "--skip-checks"]);
    assert!(!output.contains("docs.yaml"), "{output}");
    checkout.generate();
}

#[test]
fn stale_actions_are_listed_and_dropped_on_request() {
    let checkout = checkout();
    let mut repaired = next(&checkout);
    let comment = &mut repaired["components"]["schemas"]["CheckingEvent"]["properties"]["comment"];
    comment.as_object_mut().unwrap().remove("maximum").unwrap();
    let document = file(&checkout, &repaired);
    let arguments = ["26.05", "--from", &document, "--skip-checks"];
    let target = "$.components.schemas.CheckingEvent.properties.comment.maximum";
    checkout.fails(
        "release",
        &arguments,
        &[target, "the target matches nothing", "--drop-stale"],
    );

    let output = checkout.succeeds("release", &[&arguments[..], &["--drop-stale"]].concat());
    assert!(
        output.contains(&format!(
            "spec/26.05/overlay.yaml disables the action on {target} of "
        )),
        "{output}"
    );
    let overlay = fs::read_to_string(checkout.path("spec/26.05/overlay.yaml")).unwrap();
    assert!(
        overlay.contains(&format!("drop:\n  - target: \"{target}\"\n")),
        "{overlay}"
    );
    checkout.generate();
}

#[test]
fn a_name_that_moves_to_another_operation_is_an_error() {
    let checkout = checkout();
    let mut moved = next(&checkout);
    moved["paths"]["/status/new"]["get"]["operationId"] = "getStatus".into();
    moved["paths"]["/status"]["get"]["operationId"] = "getOldStatus".into();
    let document = file(&checkout, &moved);
    checkout.fails(
        "release",
        &["26.05", "--from", &document, "--skip-checks"],
        &[
            "26.05 cannot be released; nothing was written",
            "`getStatus` is `GET /status/new`, and in 26.04 it is `GET /status`",
            "`GET /status` is `getOldStatus`, and in 26.04 it is `getStatus`",
        ],
    );
}

#[test]
fn versions_are_added_in_order_and_match_their_documents() {
    let checkout = checkout();
    let document = file(&checkout, &next(&checkout));
    let server = Server::new(|_| ok(b"<!DOCTYPE html><title>Log in</title>"));
    let login = server.url("/openapi.json");
    let cases: [(&[&str], &str); 4] = [
        (&["24.10", "--from", &document], "24.10"),
        (&["26.06", "--from", &document], "26.06"),
        (&["26.05", "--from", &login], "this is a web page"),
        (
            &["26.05", "--from", "http://books.example/openapi.json"],
            "https",
        ),
    ];
    for (arguments, expected) in cases {
        checkout.fails("release", arguments, &[expected]);
    }
    let mut older = next(&checkout);
    older["info"]["version"] = "24.10".into();
    let older = file(&checkout, &older);
    checkout.fails(
        "release",
        &["24.10", "--from", &older],
        &["24.10 is older than 26.04"],
    );
}

#[test]
fn all_files_are_restored_if_the_crate_does_not_compile() {
    let checkout = checkout();
    let document = file(&checkout, &next(&checkout));
    // This checkout does not contain a crate to compile.
    checkout.fails(
        "release",
        &["26.05", "--from", &document],
        &[
            "the generated source does not compile",
            "all files were restored",
        ],
    );
}

#[test]
fn a_locked_checkout_is_an_error() {
    let checkout = checkout();
    let lock = fs::File::create(checkout.path("spec/.pull.lock")).unwrap();
    lock.lock().unwrap();
    let document = file(&checkout, &next(&checkout));
    checkout.fails(
        "release",
        &["26.05", "--from", &document],
        &["is running in this checkout"],
    );
}
