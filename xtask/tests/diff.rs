//! `cargo xtask diff` as a user meets it: what it prints, how it exits, and what it says of a version that is not there.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::process::Command;

/// The exit code, what was printed, and what was said of errors.
fn run(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.arg("diff").args(arguments).output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn it_ends_with_a_line_that_says_it_all() {
    let (code, said, _) = run(&["24.11", "26.04"]);
    assert_eq!(code, 0);
    let last = said.trim_end().rsplit("\n\n").next().unwrap();
    assert!(
        last.starts_with("24.11 -> 26.04: 51 new operations; "),
        "{last}"
    );
    let (code, said, _) = run(&["26.04", "24.11"]);
    assert_eq!(code, 0);
    assert!(
        said.contains("\n26.04 -> 24.11: 51 removed operations; "),
        "{said}"
    );
}

#[test]
fn the_exit_code_tells_when_it_is_asked() {
    assert_eq!(run(&["24.11", "26.04", "--exit-code"]).0, 1);
    let (code, said, _) = run(&["26.04", "26.04", "--exit-code"]);
    assert_eq!(code, 0);
    assert!(
        said.ends_with("26.04 -> 26.04: nothing changed\n"),
        "{said}"
    );
}

#[test]
fn a_version_that_is_not_there_is_named_with_those_that_are() {
    let (code, said, error) = run(&["24.12", "2604"]);
    assert_eq!((code, said.as_str()), (1, ""));
    assert_eq!(
        error,
        "error: there is no version 24.12 in spec/, and there is no version 2604 in spec/; \
         there are 23.02, 23.09, 24.05, 24.06, 24.08, 24.09, 24.11, 26.04\n"
    );
}

#[test]
fn the_formats_say_the_same() {
    let (_, markdown, _) = run(&["24.11", "26.04", "--format", "markdown"]);
    assert!(
        markdown.starts_with("# Procountor API, from 24.11 to 26.04\n"),
        "{markdown}"
    );
    let (_, json, _) = run(&["24.11", "26.04", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let writes = json["counts"]["breaking_writes"].as_u64().unwrap();
    let sentence = format!("{writes} changes break programs that write");
    assert!(
        markdown.contains(&sentence),
        "{sentence} is not in:\n{markdown}"
    );
}
