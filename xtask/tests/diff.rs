//! `cargo xtask diff` from the command line: its output, its exit codes, and its error for an unknown version.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

use std::process::Command;

/// Returns the exit code, the output and the errors.
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
fn the_last_line_is_a_summary() {
    let (code, output, _) = run(&["24.11", "26.04"]);
    assert_eq!(code, 0);
    let last = output.trim_end().rsplit("\n\n").next().unwrap();
    assert!(
        last.starts_with("24.11 -> 26.04: 51 new operations; "),
        "{last}"
    );
    let (code, output, _) = run(&["26.04", "24.11"]);
    assert_eq!(code, 0);
    assert!(
        output.contains("\n26.04 -> 24.11: 51 removed operations; "),
        "{output}"
    );
}

#[test]
fn the_exit_code_reports_breaking_changes_on_request() {
    assert_eq!(run(&["24.11", "26.04", "--exit-code"]).0, 1);
    let (code, output, _) = run(&["26.04", "26.04", "--exit-code"]);
    assert_eq!(code, 0);
    assert!(
        output.ends_with("26.04 -> 26.04: nothing changed\n"),
        "{output}"
    );
}

#[test]
fn an_unknown_version_is_an_error_that_lists_the_known_ones() {
    let (code, output, error) = run(&["24.12", "2604"]);
    assert_eq!((code, output.as_str()), (1, ""));
    assert_eq!(
        error,
        "error: spec/ does not contain 24.12 or 2604; available versions: 23.02, 23.09, 24.05, 24.06, 24.08, 24.09, 24.11, 26.04\n"
    );
}

#[test]
fn the_formats_agree() {
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
