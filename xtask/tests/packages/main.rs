//! What is published is whole: the archives that cargo makes of the three crates hold what they need and nothing else, and
//! programs outside the repository build with what is in them, with one API version, with two and with all.
//!
//! Works in a folder of its own below `target`, with the repository's Cargo.lock, and downloads nothing.

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

/// Where the test works. The same place each time: what is built there need not be built again.
fn workplace() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("packages")
}

/// Cargo as a person would call it in `folder`: it inherits nothing of what cargo tells the test about itself. What it
/// prints to the two streams.
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
    let [out, err] = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
    assert!(
        output.status.success(),
        "cargo {} in {}:\n{out}{err}",
        arguments.join(" "),
        folder.display()
    );
    (out, err)
}

/// Makes the archives, without a warning, and unpacks them.
fn archives() -> [Archive; 3] {
    let target = workplace().join("archives");
    let target = target.to_str().unwrap();
    let mut arguments = vec!["package", "--no-verify", "--allow-dirty"];
    arguments.extend(["--target-dir", target]);
    arguments.extend(CRATES.iter().flat_map(|name| ["--package", *name]));
    let (_, said) = cargo(repository(), &arguments);
    assert!(!said.contains("warning"), "{said}");
    CRATES.map(|name| Archive::unpack(Path::new(target), &workplace().join("unpacked"), name))
}

/// Copies the programs beside the unpacked archives.
fn programs(versions: &[&str]) -> PathBuf {
    let from = repository().join("xtask/tests/packages/programs");
    let programs = workplace().join("programs");
    let write = |name: &Path, bytes: &[u8]| {
        let path = programs.join(name);
        // What has not changed keeps its time, so that cargo sees it.
        if fs::read(&path).ok().as_deref() != Some(bytes) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    };
    for name in files(&from) {
        write(&name, &fs::read(from.join(&name)).unwrap());
    }
    let versions = format!("ask_each!(server: {})\n", versions.join(" "));
    write(Path::new("all/src/versions.rs"), versions.as_bytes());
    let lock = fs::read(repository().join("Cargo.lock")).unwrap();
    fs::write(programs.join("Cargo.lock"), lock).unwrap();
    programs
}

/// What a program prints. It is built where the tests are: what they share has been built already.
fn printed(programs: &Path, name: &str) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let target = target.to_str().unwrap();
    let arguments = ["run", "--package", name, "--target-dir", target];
    cargo(programs, &arguments).0
}

#[test]
fn what_is_published_is_whole() {
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
        printed(&programs, "one"),
        "GET /api/invoices/42\n\
         Some(InvoiceId(42)) Some(PAID) Some(12.3400)\n"
    );
    assert_eq!(
        printed(&programs, "two"),
        "GET /api/dimensions/7\n\
         Some(DimensionId(7)) Some(\"Site\")\n\
         Some(DimensionItemId(7))\n\
         PUT /api/dimensions/7/items {\"id\":71,\"codeName\":\"OULU\",\"status\":\"ACTIVE\",\"itsOwn\":true}\n"
    );
    let each = |version: &&str| format!("{version} GET /api/currencies Some([\"EUR\", \"SEK\"])\n");
    assert_eq!(
        printed(&programs, "all"),
        versions.iter().map(each).collect::<String>()
    );
    let generated = printed(&programs, "generator");
    for expected in [
        "== v2604.rs\n",
        "#[endpoint(GET, \"/things\"",
        "pub struct CountThings {}",
    ] {
        assert!(generated.contains(expected), "{expected}\n{generated}");
    }
}
