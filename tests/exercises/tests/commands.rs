//! `faults` and `soak`, small: that they hold, what they print, and how they exit.

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
fn every_fault_meets_every_class_of_operation_and_nothing_breaks() {
    let output = run(&["faults", "--seeds", "1", "--json"]);
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    let line = last_line(&output);
    // 22 faults for ten classes, and three for the two that are paged.
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
fn a_run_is_the_same_each_time_and_tells_all_that_it_did() {
    let output = run(&["faults", "--replay", "reset-after/create/3"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{text}{}", stderr(&output));
    assert!(
        text.contains("POST /api/invoices: 200, met ResetAfter, Created /invoices/"),
        "{text}"
    );
    assert!(
        text.contains("ended: saveInvoice (POST /invoices): outcome unknown"),
        "{text}"
    );
    assert_eq!(
        stdout(&run(&["faults", "--replay", "reset-after/create/3"])),
        text
    );
    assert_ne!(
        stdout(&run(&["faults", "--replay", "reset-after/create/4"])),
        text
    );
}

#[test]
fn what_cannot_be_replayed_is_told() {
    let told = |case| {
        let output = run(&["faults", "--replay", case]);
        assert_eq!(output.status.code(), Some(2));
        stderr(&output).lines().next().unwrap().to_owned()
    };
    expect!["error: invalid value 'create' for '--replay <FAULT/OPERATION/SEED>': write it as FAULT/OPERATION/SEED, as in reset-after/create/3"].assert_eq(&told("create"));
    expect!["error: invalid value 'flood/swim/x' for '--replay <FAULT/OPERATION/SEED>': there is no fault `flood`; there are 500, 500-after, 502-html, 502-html-after, 503, 503-seconds, 503-date, 429, 429-seconds, 429-date, reset-before, reset-after, stall-headers, stall-body, truncated, wrong-content-type, garbage, slow-handshake, expired-token, revoked-key, changed-password, redirect, duplicate-rows, shift-removed, shift-added; there is no operation `swim`; there are read, paged-by-key, paged-by-number, put, delete, create, two-factor, upload, download, token; the seed is a number, found `x`"].assert_eq(&told("flood/swim/x"));
    expect!["error: invalid value 'duplicate-rows/create/1' for '--replay <FAULT/OPERATION/SEED>': duplicate-rows is a fault of searches, and create is none"].assert_eq(&told("duplicate-rows/create/1"));
}

#[test]
fn rows_come_at_the_allowed_rate_and_are_neither_lost_nor_doubled() {
    let output = run(&["soak", "--rows", "20000", "--real-time", "0", "--json"]);
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    assert!(stdout(&output).contains("real time: left out"));
    let part = &last_line(&output)["virtual_time"];
    assert_eq!(
        (&part["rows"], &part["resumed"]),
        (&20_000.into(), &2.into())
    );
    assert_eq!(part["violations"], 0);
    assert!(part["rate_used"].as_f64() >= Some(0.98), "{part}");
}

#[test]
fn too_little_to_read_is_no_success() {
    let output = run(&["soak", "--rows", "150", "--real-time", "0"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("requests a second"),
        "{}",
        stderr(&output)
    );
}
