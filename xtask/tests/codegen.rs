//! `cargo xtask codegen` from the command line: its output, its exit codes, and that it writes nothing on an error. Each test
//! works on a copy of the specification.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod support;

use std::fs;

use support::Checkout;

/// The folder with the sandbox's list of versions.
const LIST: &str = "tests/sandbox/src/embedded";

/// Returns a checkout with the generated source.
fn checkout() -> Checkout {
    Checkout::with(&["procountor-api/src/generated", LIST])
}

/// Replaces a text in a file.
fn change(checkout: &Checkout, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(checkout.path(name)).unwrap();
    assert!(text.contains(from), "{name} does not contain `{from}`");
    fs::write(checkout.path(name), text.replacen(from, to, 1)).unwrap();
}

const SPEC: &str = "spec/26.04/openapi.json";
const INVOICES: &str = "procountor-api/src/generated/new_in_v2604/invoices.rs";

#[test]
fn the_committed_source_is_up_to_date() {
    let checkout = checkout();
    checkout.succeeds("codegen", &["--check"]);
}

#[test]
fn a_modified_file_is_reported_with_its_line() {
    let checkout = checkout();
    change(
        &checkout,
        INVOICES,
        "pub struct SearchInvoice",
        "pub struct SearchInvoices",
    );
    fs::write(checkout.path("procountor-api/src/generated/old.rs"), "").unwrap();
    fs::remove_file(checkout.path("procountor-api/src/generated/new_in_v2604/ids.rs")).unwrap();
    let line = fs::read_to_string(checkout.path(INVOICES)).unwrap();
    let line = line
        .lines()
        .position(|line| line.contains("SearchInvoices "))
        .unwrap()
        + 1;
    checkout.fails("codegen", &["--check"],
        &[
            &format!(
                "{INVOICES}:{line}: expected `pub struct SearchInvoice {{`, found `pub struct SearchInvoices {{`"
            ),
            "procountor-api/src/generated/new_in_v2604/ids.rs: is missing",
            "procountor-api/src/generated/old.rs:1: unexpected file; nothing in spec/ generates it",
            "run `cargo xtask codegen`",
        ],
    );
    checkout.generate();
    assert!(
        !checkout
            .path("procountor-api/src/generated/old.rs")
            .exists(),
        "stale files are removed"
    );
}

#[test]
fn a_specification_that_does_not_match_the_lockfile_must_be_accepted() {
    let checkout = checkout();
    change(&checkout, SPEC, "\"maxLength\": 70", "\"maxLength\": 71");
    let expected = "spec/26.04/openapi.json does not match spec/lock.yaml";
    checkout.fails("codegen", &[], &[expected]);
    checkout.fails("codegen", &["--check"], &[expected]);
    checkout.succeeds("codegen", &["--accept-spec"]);
    checkout.succeeds("codegen", &["--check"]);
}

#[test]
fn an_invalid_document_is_an_error() {
    let whole = fs::read_to_string(checkout().path(SPEC)).unwrap();
    for (text, expected) in [
        (
            whole[..whole.len() / 2].to_owned(),
            "spec/26.04/openapi.json",
        ),
        ("<html>login</html>".to_owned(), "spec/26.04/openapi.json"),
        (
            whole.replacen("\"openapi\": \"3.0.3\"", "\"openapi\": \"3.1.0\"", 1),
            "3.1",
        ),
        (
            whole.replacen("\"openapi\": \"3.0.3\"", "\"swagger\": \"2.0\"", 1),
            "2.0",
        ),
        (
            whole.replacen(
                "#/components/schemas/CounterParty\"",
                "#/components/schemas/Nobody\"",
                1,
            ),
            "Nobody",
        ),
    ] {
        assert_ne!(text, whole);
        let checkout = checkout();
        fs::write(checkout.path(SPEC), text).unwrap();
        checkout.fails(
            "codegen",
            &["--accept-spec"],
            &["nothing was written", expected],
        );
    }
}

#[test]
fn a_rule_that_matches_nothing_is_an_error() {
    let checkout = checkout();
    let overlay = checkout.path("spec/26.04/overlay.yaml");
    let text = fs::read_to_string(&overlay).unwrap();
    let action = "  - target: $.paths['/nowhere'].get\n    description: A test.\n    update:\n      x-group: nowhere\n";
    fs::write(overlay, text + action).unwrap();
    let docs = checkout.path("spec/docs.yaml");
    let text = fs::read_to_string(&docs).unwrap();
    fs::write(
        docs,
        text.replacen(
            "operations:\n",
            "operations:\n  \"GET /nowhere\": \"read nothing.\"\n",
            1,
        ),
    )
    .unwrap();
    checkout.fails(
        "codegen",
        &[],
        &["nothing was written", "spec/26.04/overlay.yaml", "/nowhere"],
    );
}

#[test]
fn the_version_list_of_the_sandbox_is_generated() {
    let checkout = checkout();
    let list = format!("{LIST}/versions.rs");
    let line = "    \"23.02\": ";
    let text = fs::read_to_string(checkout.path(&list)).unwrap();
    assert_eq!(text.matches(line).count(), 1, "{text}");
    let number = text.lines().position(|known| known.starts_with(line));
    fs::write(checkout.path(&list), text.replace(line, "    \"23.03\": ")).unwrap();
    let place = format!("{list}:{}: expected `\"23.02\": ", number.unwrap() + 1);
    checkout.fails("codegen", &["--check"], &[&place]);
    fs::remove_file(checkout.path(&list)).unwrap();
    checkout.fails("codegen", &["--check"], &[&format!("{list}: is missing")]);
    checkout.succeeds("codegen", &[]);
    assert_eq!(fs::read_to_string(checkout.path(&list)).unwrap(), text);
}
