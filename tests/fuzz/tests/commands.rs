//! The command itself: a short run over every target, what it finds where there is something to find, and how it is tried
//! again. The inputs are the same as those of a long run, so what the corpus holds is tried each time.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;
use std::process::{Command, Output};

use expect_test::expect;
use serde_json::Value;

fn fuzz(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_procountor-fuzz"))
        .arg("--failures")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn last_line(output: &Output) -> Value {
    serde_json::from_str(out(output).lines().last().unwrap()).unwrap()
}

#[test]
fn nothing_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let output = fuzz(folder.path(), &["--inputs", "2000", "--json"]);
    let line = last_line(&output);
    let found = ["panics", "memory_exceeded", "hangs", "deaths", "broken"];
    assert!(found.iter().all(|name| line[name] == 0), "{line}");
    assert!(output.status.success());
    assert_eq!(
        (&line["targets"], &line["inputs"]),
        (&7.into(), &14_000.into())
    );
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    // What is in the folder of a target is tried.
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in corpus.read_dir().unwrap() {
        let files = target.unwrap().path().read_dir().unwrap().count();
        assert!((1..2000).contains(&files));
    }
}

/// Each trap, what it is found as, and what is said of the first input that goes into it.
#[test]
fn what_breaks_is_found_and_breaks_again() {
    for (trap, counted, expected) in [
        (
            "trap-panic",
            "panics",
            expect!["panic: a trap, at tests/fuzz/src/targets/trap"],
        ),
        (
            "trap-task",
            "panics",
            expect!["panic: a trap in a task, at tests/fuzz/src/targets/trap"],
        ),
        (
            "trap-memory",
            "memory_exceeded",
            expect!["too much memory: took"],
        ),
        ("trap-stack", "deaths", expect!["the process died: signal:"]),
        (
            "trap-promise",
            "broken",
            expect!["broken promise: a promise was broken"],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let arguments = ["--target", trap, "--seed", "7", "--inputs", "1500"];
        let output = fuzz(folder.path(), &[&arguments[..], &["--json"]].concat());
        assert_eq!(output.status.code(), Some(1), "{trap}");
        let line = last_line(&output);
        assert!(line[counted].as_u64().unwrap() > 0, "{trap}: {line}");
        assert_eq!(line["seed"], 7);

        let text = out(&fuzz(folder.path(), &arguments));
        let mut lines = text.lines().skip(1);
        let said = lines.next().unwrap().trim();
        // Numbers of lines and bytes are another matter.
        let end = said
            .find(".rs:")
            .or_else(|| said.find(|c: char| c.is_ascii_digit()));
        expected.assert_eq(said[..end.unwrap_or(said.len())].trim_end());
        let how = lines.next().unwrap();
        assert!(
            how.contains("of seed 7; again: cargo xtask fuzz --target"),
            "{how}"
        );
        let file = how.rsplit(' ').next().unwrap();
        let again = fuzz(folder.path(), &["--target", trap, "--replay", file]);
        assert_eq!(again.status.code(), Some(1), "{trap}");
        assert!(
            out(&again).contains(said.split(':').next().unwrap()),
            "{}",
            out(&again)
        );
        // An input that does not go into the trap.
        let good = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/login/good");
        let again = fuzz(
            folder.path(),
            &["--target", trap, "--replay", good.to_str().unwrap()],
        );
        assert!(again.status.success(), "{trap}");
    }
}

#[test]
fn the_same_seed_gives_the_same_inputs() {
    let run = |seed: &str| {
        let folder = tempfile::tempdir().unwrap();
        fuzz(
            folder.path(),
            &[
                "--target",
                "trap-promise",
                "--seed",
                seed,
                "--inputs",
                "1500",
            ],
        );
        let mut files: Vec<_> = folder
            .path()
            .read_dir()
            .unwrap()
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
fn what_cannot_be_done_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let missing = fuzz(
        folder.path(),
        &["--target", "login", "--replay", "no-such-file"],
    );
    assert_eq!(missing.status.code(), Some(1));
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(
        said.starts_with("error: no-such-file cannot be read: "),
        "{said}"
    );
    for wrong in [
        &["--target", "nothing"][..],
        &["--replay", "file"],
        &["--replay", "file", "--target", "login", "--seed", "1"],
    ] {
        assert_eq!(
            fuzz(folder.path(), wrong).status.code(),
            Some(2),
            "{wrong:?}"
        );
    }
}
