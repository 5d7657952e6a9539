//! Small runs of `faults` and `soak`: their results, output and exit codes.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::{Command, Output};

use expect_test::expect;
use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_procountor-exercises"))
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn last_line(output: &Output) -> Value {
    serde_json::from_str(stdout(output).lines().last().unwrap()).unwrap()
}

#[test]
fn every_fault_is_combined_with_every_class_of_operation_and_no_invariant_is_violated() {
    let output = run(&["faults", "--seeds", "1", "--json"]);
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    let line = last_line(&output);
    // 22 faults apply to all ten classes, three to the two paged classes.
    assert_eq!(line["runs"], 22 * 10 + 3 * 2);
    assert_eq!(line["invariants_broken"], 0);
    let faults = line["faults"].as_object().unwrap();
    assert_eq!(faults.len(), 25);
    let runs: u64 = faults.values().map(|runs| runs.as_u64().unwrap()).sum();
    assert_eq!(runs, 226);
    for end in ["done", "outcome_unknown", "failed"] {
        assert!(line[end].as_u64() > Some(10), "{end}: {line}");
    }
}

#[test]
fn a_replay_is_repeatable_and_prints_its_requests() {
    let replay = |case| run(&["faults", "--replay", case]);
    let output = replay("reset-after/create/3");
    let text = stdout(&output);
    assert!(output.status.success(), "{text}{}", stderr(&output));
    for part in [
        "POST /api/invoices: 200, fault ResetAfter, Created /invoices/",
        "result: saveInvoice (POST /invoices): outcome unknown",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert_eq!(stdout(&replay("reset-after/create/3")), text);
    assert_ne!(stdout(&replay("reset-after/create/4")), text);
}

#[test]
fn an_invalid_replay_is_rejected() {
    let error = |case| {
        let output = run(&["faults", "--replay", case]);
        assert_eq!(output.status.code(), Some(2));
        stderr(&output).lines().next().unwrap().to_owned()
    };
    expect!["error: invalid value 'create' for '--replay <FAULT/OPERATION/SEED>': expected FAULT/OPERATION/SEED, for example reset-after/create/3"].assert_eq(&error("create"));
    expect!["error: invalid value 'flood/swim/x' for '--replay <FAULT/OPERATION/SEED>': unknown fault `flood`; use one of 500, 500-after, 502-html, 502-html-after, 503, 503-seconds, 503-date, 429, 429-seconds, 429-date, reset-before, reset-after, stall-headers, stall-body, truncated, wrong-content-type, garbage, slow-handshake, expired-token, revoked-key, changed-password, redirect, duplicate-rows, shift-removed, shift-added; unknown operation `swim`; use one of read, paged-by-key, paged-by-number, put, delete, create, two-factor, upload, download, token; expected a number as the seed, found `x`"].assert_eq(&error("flood/swim/x"));
    expect!["error: invalid value 'duplicate-rows/create/1' for '--replay <FAULT/OPERATION/SEED>': duplicate-rows applies to searches only; create is not a search"].assert_eq(&error("duplicate-rows/create/1"));
}

#[test]
fn a_soak_uses_the_allowed_rate_and_reads_every_row_once() {
    let output = run(&["soak", "--rows", "20000", "--real-time", "0", "--json"]);
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    assert!(stdout(&output).contains("real time: skipped"));
    let part = &last_line(&output)["virtual_time"];
    assert_eq!(
        (&part["rows"], &part["resumed"]),
        (&20_000.into(), &2.into())
    );
    assert_eq!(part["violations"], 0);
    assert!(part["rate_used"].as_f64() >= Some(0.98), "{part}");
}

#[test]
fn a_soak_with_too_few_rows_fails() {
    let output = run(&["soak", "--rows", "150", "--real-time", "0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("requests per second"),
        "{}",
        stderr(&output)
    );
}
