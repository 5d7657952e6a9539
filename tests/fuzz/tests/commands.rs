//! Short runs of the command: all targets pass, every trap is detected, and an input that failed can be replayed. A run
//! starts with the files of the corpus, so each test run includes all of them.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn fuzz(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_procountor-fuzz"))
        .arg("--failures")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn last_line(output: &Output) -> Value {
    serde_json::from_str(stdout(output).lines().last().unwrap()).unwrap()
}

#[test]
fn every_input_passes() {
    let folder = tempfile::tempdir().unwrap();
    let output = fuzz(folder.path(), &["--inputs", "2000", "--json"]);
    let line = last_line(&output);
    let findings = [
        "panics",
        "memory_exceeded",
        "hangs",
        "crashes",
        "violations",
    ];
    assert!(findings.iter().all(|name| line[name] == 0), "{line}");
    assert!(output.status.success());
    assert_eq!(
        (&line["targets"], &line["inputs"]),
        (&7.into(), &14_000.into())
    );
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    // The run includes every file of the corpus.
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in corpus.read_dir().unwrap() {
        let files = target.unwrap().path().read_dir().unwrap().count();
        assert!((1..2000).contains(&files));
    }
}

#[test]
fn every_trap_is_detected_and_can_be_replayed() {
    let in_trap = "at tests/fuzz/src/targets/trap";
    for (trap, counted, expected) in [
        ("trap-panic", "panics", format!("panic: a trap, {in_trap}")),
        (
            "trap-task",
            "panics",
            format!("panic: a trap in a task, {in_trap}"),
        ),
        (
            "trap-memory",
            "memory_exceeded",
            "too much memory:".to_owned(),
        ),
        ("trap-stack", "crashes", "crash: signal:".to_owned()),
        (
            "trap-property",
            "violations",
            "property violated: a trap".to_owned(),
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["--target", trap, "--seed", "7", "--inputs", "1500"];
        let output = fuzz(folder.path(), &[&arguments[..], &["--json"]].concat());
        assert_eq!(output.status.code(), Some(1), "{trap}");
        let line = last_line(&output);
        assert!(line[counted].as_u64().unwrap() > 0, "{trap}: {line}");
        assert_eq!(line["seed"], 7);

        let text = stdout(&fuzz(folder.path(), &arguments));
        let mut lines = text.lines().skip(1);
        let finding = lines.next().unwrap().trim();
        assert!(finding.starts_with(&expected), "{finding}");
        let hint = lines.next().unwrap();
        let command = format!("of seed 7; repeat with: cargo xtask fuzz --target {trap} --replay ");
        assert!(hint.contains(&command), "{hint}");
        let file = hint.rsplit(' ').next().unwrap();
        let replay = |file| fuzz(folder.path(), &["--target", trap, "--replay", file]);
        let replayed = replay(file);
        assert_eq!(replayed.status.code(), Some(1), "{trap}");
        let text = stdout(&replayed);
        assert!(text.contains(finding.split(':').next().unwrap()), "{text}");
        let harmless = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/login/valid");
        assert!(
            replay(harmless.to_str().unwrap()).status.success(),
            "{trap}"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_inputs() {
    let run = |seed: &str| {
        let folder = tempfile::tempdir().unwrap();
        let arguments = [
            "--target",
            "trap-property",
            "--seed",
            seed,
            "--inputs",
            "1500",
        ];
        fuzz(folder.path(), &arguments);
        let files = folder.path().read_dir().unwrap();
        let mut files: Vec<_> = files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect();
        files.sort();
        files
    };
    let first = run("3");
    assert!(!first.is_empty());
    assert_eq!(first, run("3"));
    assert_ne!(first, run("4"));
}

#[test]
fn invalid_arguments_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let missing = fuzz(
        folder.path(),
        &["--target", "login", "--replay", "no-such-file"],
    );
    assert_eq!(missing.status.code(), Some(1));
    let error = String::from_utf8(missing.stderr).unwrap();
    assert!(
        error.starts_with("error: cannot read no-such-file: "),
        "{error}"
    );
    for wrong in [
        &["--target", "nothing"][..],
        &["--replay", "file"],
        &["--replay", "file", "--target", "login", "--seed", "1"],
    ] {
        let output = fuzz(folder.path(), wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
    }
}
