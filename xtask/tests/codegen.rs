//! `cargo xtask codegen` as a user meets it: what it prints, how it exits, and that it writes nothing when anything is
//! wrong. Each test works on a copy of the specification.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// The folder of the sandbox's list of versions.
const LIST: &str = "tests/sandbox/src/embedded";

/// A copy of the parts of the repository that the command reads and writes.
struct Checkout(TempDir);

impl Checkout {
    fn new() -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let copy = Self(TempDir::new().unwrap());
        for folder in ["spec", "procountor-api/src/generated", LIST] {
            for path in files(&here.join(folder)) {
                let to = copy.0.path().join(path.strip_prefix(here).unwrap());
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::copy(&path, to).unwrap();
            }
        }
        copy
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Changes a text in a file.
    fn change(&self, name: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} has no `{from}`");
        fs::write(self.path(name), text.replacen(from, to, 1)).unwrap();
    }

    fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files(self.0.path())
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect()
    }

    /// Runs the command: whether it succeeded, and what it said.
    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let output = command
            .arg("codegen")
            .args(arguments)
            .arg("--root")
            .arg(self.0.path())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let success = output.status.code().map(|code| code == 0).unwrap();
        (success, String::from_utf8(said).unwrap())
    }

    /// Runs the command, which must fail with these words and leave everything as it was.
    fn refuses(&self, arguments: &[&str], expected: &[&str]) {
        let before = self.snapshot();
        let (success, said) = self.run(arguments);
        assert!(!success, "{said}");
        for words in expected {
            assert!(said.contains(words), "`{words}` is not in:\n{said}");
        }
        assert!(before == self.snapshot(), "something was written");
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

const SPEC: &str = "spec/26.04/openapi.json";
const INVOICES: &str = "procountor-api/src/generated/new_in_v2604/invoices.rs";

#[test]
fn the_committed_source_is_what_the_specification_gives() {
    let checkout = Checkout::new();
    let (success, said) = checkout.run(&["--check"]);
    assert!(success, "{said}");
}

#[test]
fn a_touched_file_is_named_with_its_line() {
    let checkout = Checkout::new();
    checkout.change(
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
    checkout.refuses(
        &["--check"],
        &[
            &format!("{INVOICES}:{line}: expected `pub struct SearchInvoice {{`, found `pub struct SearchInvoices {{`"),
            "procountor-api/src/generated/new_in_v2604/ids.rs: is missing",
            "procountor-api/src/generated/old.rs:1: nothing in the specification gives this file",
            "run `cargo xtask codegen`",
        ],
    );
    let (success, said) = checkout.run(&[]);
    assert!(success, "{said}");
    assert!(checkout.run(&["--check"]).0);
    assert!(
        !checkout
            .path("procountor-api/src/generated/old.rs")
            .exists(),
        "stale files are removed"
    );
}

#[test]
fn a_specification_that_is_not_the_pinned_one_is_refused_until_it_is_accepted() {
    let checkout = Checkout::new();
    checkout.change(SPEC, "\"maxLength\": 70", "\"maxLength\": 71");
    let expected = "spec/26.04/openapi.json is not the document that spec/lock.yaml pins";
    checkout.refuses(&[], &[expected]);
    checkout.refuses(&["--check"], &[expected]);
    let (success, said) = checkout.run(&["--accept-spec"]);
    assert!(success, "{said}");
    assert!(checkout.run(&["--check"]).0);
}

#[test]
fn a_document_that_cannot_be_taken_is_refused() {
    let whole = fs::read_to_string(Checkout::new().path(SPEC)).unwrap();
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
        let checkout = Checkout::new();
        fs::write(checkout.path(SPEC), text).unwrap();
        checkout.refuses(&["--accept-spec"], &["nothing was written", expected]);
    }
}

#[test]
fn rules_that_match_nothing_are_refused() {
    let checkout = Checkout::new();
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
    checkout.refuses(
        &[],
        &["nothing was written", "spec/26.04/overlay.yaml", "/nowhere"],
    );
}

#[test]
fn the_list_of_the_sandbox_follows_the_folders() {
    let checkout = Checkout::new();
    let list = format!("{LIST}/versions.rs");
    let line = "    \"23.02\": ";
    let text = fs::read_to_string(checkout.path(&list)).unwrap();
    assert_eq!(text.matches(line).count(), 1, "{text}");
    let number = text.lines().position(|known| known.starts_with(line));
    fs::write(checkout.path(&list), text.replace(line, "    \"23.03\": ")).unwrap();
    let place = format!("{list}:{}: expected `\"23.02\": ", number.unwrap() + 1);
    checkout.refuses(&["--check"], &[&place]);
    fs::remove_file(checkout.path(&list)).unwrap();
    checkout.refuses(&["--check"], &[&format!("{list}: is missing")]);
    assert!(checkout.run(&[]).0);
    assert_eq!(fs::read_to_string(checkout.path(&list)).unwrap(), text);
}
