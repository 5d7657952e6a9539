//! `src/lib.rs` lists the modules from the ground up. A module uses only modules above it in the list.

#![allow(clippy::expect_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn modules_use_only_lower_modules() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs")).expect("src/lib.rs exists");
    let modules: Vec<&str> = lib.lines().filter_map(module).collect();
    let mut upward = Vec::new();
    for file in rust_files(&src) {
        let path = file.strip_prefix(&src).expect("it is inside of src");
        let first = path.iter().next().unwrap_or_default().to_string_lossy();
        let user = first.trim_end_matches(".rs");
        let Some(layer) = modules.iter().position(|module| *module == user) else {
            continue;
        };
        let text = fs::read_to_string(&file).expect("the file is text");
        for (number, line) in text.lines().enumerate() {
            for used in used_modules(line) {
                if modules[layer + 1..].contains(&used) {
                    let (file, line) = (path.display(), number + 1);
                    upward.push(format!("src/{file}:{line}: `{user}` uses `{used}`"));
                }
            }
        }
    }
    assert!(upward.is_empty(), "upward imports:\n{}", upward.join("\n"));
}

/// Returns the name in a line such as `pub mod name; // comment`.
fn module(line: &str) -> Option<&str> {
    let (declaration, _) = line.split_once(';')?;
    let name = declaration.rsplit_once("mod ")?.1;
    (!declaration.starts_with(' ') && !declaration.starts_with("//")).then_some(name)
}

/// Returns the modules in the `crate::` paths of a line, except in comments and in lists over several lines.
fn used_modules(line: &str) -> Vec<&str> {
    let (code, _) = line.split_once("//").unwrap_or((line, ""));
    let paths = code.split("crate::").skip(1).flat_map(|path| {
        let list = path.strip_prefix('{').and_then(|list| list.split_once('}'));
        list.map_or(vec![path], |(list, _)| list.split(", ").collect())
    });
    let name = |path: &str| path.find(|c: char| !c.is_alphanumeric() && c != '_');
    paths
        .map(|path| &path[..name(path).unwrap_or(path.len())])
        .collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder exists");
    let paths = entries.map(|entry| entry.expect("the entry can be read").path());
    let (folders, files): (Vec<_>, Vec<_>) = paths.partition(|path| path.is_dir());
    let files = files
        .into_iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    let below = folders.iter().flat_map(|folder| rust_files(folder));
    files.chain(below).collect()
}
