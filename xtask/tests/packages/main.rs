//! The published crates are complete: their archives contain the necessary files and nothing else, and programs outside the
//! repository build with them, using one, two or all API versions.
//!
//! The tests work in a folder below `target` with the Cargo.lock of the repository, and download nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail"
)]

mod archive;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use archive::{Archive, files};

const CRATES: [&str; 3] = ["procountor-api", "procountor-codegen", "procountor-macros"];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns the folder of the test. It is always the same, so that builds are reused.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages")
}

/// Runs cargo in `folder` without the variables that cargo sets for tests. Returns standard output and standard error.
fn cargo(folder: &Path, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).arg("--offline").current_dir(folder);
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    let output = command.output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert!(
        output.status.success(),
        "cargo {} in {}:\n{out}{err}",
        arguments.join(" "),
        folder.display()
    );
    (out, err)
}

/// Packages the crates, asserts that there are no warnings, and unpacks the archives.
fn archives() -> [Archive; 3] {
    let target = workspace().join("archives");
    let target = target.to_str().unwrap();
    let mut arguments = vec!["package", "--no-verify", "--allow-dirty"];
    arguments.extend(["--target-dir", target]);
    arguments.extend(CRATES.iter().flat_map(|name| ["--package", *name]));
    let (_, messages) = cargo(repository(), &arguments);
    assert!(!messages.contains("warning"), "{messages}");
    CRATES.map(|name| Archive::unpack(Path::new(target), &workspace().join("unpacked"), name))
}

/// Copies the programs next to the unpacked archives.
fn programs(versions: &[&str]) -> PathBuf {
    let from = repository().join("xtask/tests/packages/programs");
    let programs = workspace().join("programs");
    let write = |name: &Path, bytes: &[u8]| {
        let path = programs.join(name);
        // An unchanged file keeps its timestamp, so that cargo does not rebuild it.
        if fs::read(&path).ok().as_deref() != Some(bytes) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    };
    for name in files(&from) {
        write(&name, &fs::read(from.join(&name)).unwrap());
    }
    let versions = format!("print_each!(server: {})\n", versions.join(" "));
    write(Path::new("all/src/versions.rs"), versions.as_bytes());
    let lock = fs::read(repository().join("Cargo.lock")).unwrap();
    fs::write(programs.join("Cargo.lock"), lock).unwrap();
    programs
}

/// Runs a program and returns its output. It shares the target folder of the workspace, to reuse built dependencies.
fn output_of(programs: &Path, name: &str) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let target = target.to_str().unwrap();
    let arguments = ["run", "--package", name, "--target-dir", target];
    cargo(programs, &arguments).0
}

#[test]
fn published_crates_are_complete() {
    let archives = archives();
    for archive in &archives {
        archive.check(repository());
    }
    let [api, ..] = &archives;
    let versions = api.versions();
    assert!(versions.len() > 1, "{versions:?}");

    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    let programs = programs(&versions);
    assert_eq!(
        output_of(&programs, "one"),
        "GET /api/invoices/42\n\
         Some(InvoiceId(42)) Some(PAID) Some(12.3400)\n"
    );
    assert_eq!(
        output_of(&programs, "two"),
        "GET /api/dimensions/7\n\
         Some(DimensionId(7)) Some(\"Site\")\n\
         Some(DimensionItemId(7))\n\
         PUT /api/dimensions/7/items {\"id\":71,\"codeName\":\"OULU\",\"status\":\"ACTIVE\",\"itsOwn\":true}\n"
    );
    let each = |version: &&str| format!("{version} GET /api/currencies Some([\"EUR\", \"SEK\"])\n");
    assert_eq!(
        output_of(&programs, "all"),
        versions.iter().map(each).collect::<String>()
    );
    let generated = output_of(&programs, "generator");
    for expected in [
        "== v2604.rs\n",
        "#[endpoint(GET, \"/things\"",
        "pub struct CountThings {}",
    ] {
        assert!(generated.contains(expected), "{expected}\n{generated}");
    }
}
