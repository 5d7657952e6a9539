//! `cargo xtask release` as a user meets it. Each test works on a copy of the files that it reads and writes, and what is
//! refused leaves every byte as it was. That releases give the committed tree is shown in `history.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Checkout, Server, ok};

/// A checkout with everything that a release writes.
fn checkout() -> Checkout {
    let checkout = Checkout::new();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "CHANGELOG.md",
        "procountor-api/Cargo.toml",
    ] {
        let to = checkout.path(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(here.join(name), to).unwrap();
    }
    checkout
}

/// 26.04 as 26.05, with one operation more.
fn next(checkout: &Checkout) -> Value {
    let text = fs::read_to_string(checkout.path("spec/26.04/openapi.json")).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["info"]["version"] = "26.05".into();
    let mut operation = value["paths"]["/status"]["get"].clone();
    operation["operationId"] = "getNewStatus".into();
    value["paths"]["/status/new"] = json!({"get": operation});
    value
}

/// The document in a file, as an argument.
fn file(checkout: &Checkout, document: &Value) -> String {
    let path = checkout.path("target/document.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, document.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn releases(checkout: &Checkout, arguments: &[&str]) -> String {
    let output = checkout.command("release", arguments).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn refuses(checkout: &Checkout, arguments: &[&str], expected: &[&str]) {
    let before = checkout.snapshot();
    let output = checkout.command("release", arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in expected {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    assert!(before == checkout.snapshot(), "something was written");
}

#[test]
fn a_new_version_is_one_command() {
    let checkout = checkout();
    let document = file(&checkout, &next(&checkout));
    let said = releases(&checkout, &["26.05", "--from", &document, "--skip-checks"]);

    let read = |name: &str| fs::read_to_string(checkout.path(name)).unwrap();
    let old = read("CHANGELOG.md");
    let number = old
        .split("\n## ")
        .find(|one| one.contains(": API version 26.05"));
    let number = number.unwrap().split(':').next().unwrap().to_owned();
    assert!(
        said.starts_with(&format!("API version 26.05 is released as {number}: ")),
        "{said}"
    );
    for words in [
        "1 new operation",
        "spec/26.05/docs.yaml: sentences of ours are missing for GET /status/new",
        "spec/26.05/version.yaml: when it was released is not said; its path is /v2605/api",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
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
        "what did not change is shared"
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
        let said = releases(&checkout, again);
        assert_eq!(said, "26.05 is released already; nothing was written\n");
    }
    assert!(before == checkout.snapshot(), "something was written");
    let mut other = next(&checkout);
    other["paths"]["/status/new"]["get"]["deprecated"] = true.into();
    let other = file(&checkout, &other);
    refuses(
        &checkout,
        &["26.05", "--from", &other],
        &["spec/26.05/openapi.json is there and differs from what came in 1 place"],
    );
}

#[test]
fn what_was_pulled_is_released_with_what_was_said_about_it() {
    let checkout = checkout();
    let document = file(&checkout, &next(&checkout));
    checkout.does(&["26.05", "--from", &document]);
    refuses(
        &checkout,
        &["26.06", "--from", &document],
        &[
            "26.05 was pulled and is not released: `cargo xtask release 26.05`, or remove spec/26.05",
        ],
    );
    fs::write(
        checkout.path("spec/26.05/docs.yaml"),
        "operations:\n  \"GET /status/new\": \"read the new status.\"\n",
    )
    .unwrap();
    let said = releases(&checkout, &["26.05", "--skip-checks"]);
    assert!(!said.contains("sentences of ours"), "{said}");
    checkout.generate();
}

#[test]
fn inherited_actions_that_apply_no_longer_are_named_and_dropped_when_told() {
    let checkout = checkout();
    let mut repaired = next(&checkout);
    let comment = &mut repaired["components"]["schemas"]["CheckingEvent"]["properties"]["comment"];
    comment.as_object_mut().unwrap().remove("maximum").unwrap();
    let document = file(&checkout, &repaired);
    let arguments = ["26.05", "--from", &document, "--skip-checks"];
    let target = "$.components.schemas.CheckingEvent.properties.comment.maximum";
    refuses(
        &checkout,
        &arguments,
        &[target, "the target matches nothing", "--drop-stale"],
    );

    let said = releases(&checkout, &[&arguments[..], &["--drop-stale"]].concat());
    assert!(
        said.contains(&format!("spec/26.05/overlay.yaml drops {target}")),
        "{said}"
    );
    let overlay = fs::read_to_string(checkout.path("spec/26.05/overlay.yaml")).unwrap();
    assert!(
        overlay.contains(&format!("drop:\n  - target: \"{target}\"\n")),
        "{overlay}"
    );
    checkout.generate();
}

#[test]
fn a_name_that_moves_is_refused() {
    let checkout = checkout();
    let mut moved = next(&checkout);
    moved["paths"]["/status/new"]["get"]["operationId"] = "getStatus".into();
    moved["paths"]["/status"]["get"]["operationId"] = "getOldStatus".into();
    let document = file(&checkout, &moved);
    refuses(
        &checkout,
        &["26.05", "--from", &document, "--skip-checks"],
        &[
            "26.05 cannot be released as it is; nothing was written",
            "`getStatus` is `GET /status/new`, and in 26.04 it is `GET /status`",
            "`GET /status` is `getOldStatus`, and in 26.04 it is `getStatus`",
        ],
    );
}

#[test]
fn versions_rise_and_documents_are_what_they_say() {
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
        refuses(&checkout, arguments, &[expected]);
    }
    let mut older = next(&checkout);
    older["info"]["version"] = "24.10".into();
    let older = file(&checkout, &older);
    refuses(
        &checkout,
        &["24.10", "--from", &older],
        &["24.10 is older than 26.04, which is there"],
    );
}

#[test]
fn when_the_compiler_says_no_everything_is_put_back() {
    let checkout = checkout();
    let document = file(&checkout, &next(&checkout));
    // There is no crate in this checkout that could be compiled.
    refuses(
        &checkout,
        &["26.05", "--from", &document],
        &[
            "the generated source does not compile",
            "the tree is as it was",
        ],
    );
}

#[test]
fn only_one_command_writes_at_a_time() {
    let checkout = checkout();
    let lock = fs::File::create(checkout.path("spec/.pull.lock")).unwrap();
    lock.lock().unwrap();
    let document = file(&checkout, &next(&checkout));
    refuses(
        &checkout,
        &["26.05", "--from", &document],
        &["is at work in this checkout"],
    );
}
