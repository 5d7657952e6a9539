//! The structure of the crates: modules are inputs, listed in `lib.rs` from the ground up, and the crate root is small.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};

const CRATES: [&str; 2] = ["procountor-api", "procountor-codegen"];
/// Modules that are written by `cargo xtask codegen`.
const GENERATED: [&str; 2] = ["generated", "generated_prelude"];

#[test]
fn a_module_imports_only_from_modules_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let found: Vec<String> = CRATES
        .iter()
        .flat_map(|name| upward_imports(&root.join(name).join("src")))
        .collect();
    assert!(found.is_empty(), "upward imports:\n{}", found.join("\n"));
}

/// Returns the imports of a crate that point upwards, as `file:line: message`.
fn upward_imports(src: &Path) -> Vec<String> {
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let layers: Vec<&str> = lib.lines().filter_map(module_name).collect();
    let mut found = Vec::new();
    for (level, layer) in layers.iter().enumerate() {
        if GENERATED.contains(layer) {
            continue;
        }
        for file in files_of(src, layer) {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (index, line) in code.lines().enumerate() {
                for target in targets(line) {
                    let position = layers.iter().position(|known| *known == target);
                    // `emit` writes paths of procountor-api, which are not imports.
                    let unknown = *layer != "emit";
                    if position.map_or(unknown, |position| position > level) {
                        let place = format!("{}:{}", file.display(), index + 1);
                        found.push(format!("{place}: `{layer}` imports `crate::{target}`"));
                    }
                }
            }
        }
    }
    found
}

/// Returns the name in `mod name;`, with any visibility.
fn module_name(line: &str) -> Option<&str> {
    let name = line.strip_prefix("pub ").unwrap_or(line);
    name.strip_prefix("mod ")?.strip_suffix(';')
}

/// Returns the source files of a top-level module, without test modules.
fn files_of(src: &Path, layer: &str) -> Vec<PathBuf> {
    let single = src.join(format!("{layer}.rs"));
    let mut files = vec![single];
    let mut folders = vec![src.join(layer)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.retain(|file| file.exists() && !file.ends_with("tests.rs"));
    assert!(!files.is_empty(), "module `{layer}` does not have a file");
    files
}

/// Returns the first segments of the `crate::…` paths of a line of code. The `$crate::` paths of a macro are resolved where
/// the macro is used, so they are not imports of its module.
fn targets(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or_default();
    let is_path = |at: &usize| {
        let before = code[..*at].chars().next_back();
        before.is_none_or(|before| before != '$' && !is_word(before))
    };
    code.match_indices("crate::")
        .map(|(at, _)| at)
        .filter(is_path)
        .filter_map(|at| {
            code[at + "crate::".len()..]
                .split(|next| !is_word(next))
                .next()
        })
        .collect()
}

fn is_word(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// The names that applications use, the topical modules, and the newest API version.
#[test]
fn the_crate_root_has_at_most_30_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../procountor-api/src/lib.rs");
    let lib = fs::read_to_string(root).unwrap();
    let names = root_names(&lib);
    assert!(names.len() <= 30, "{} names: {names:?}", names.len());
    for name in [
        "Client",
        "Error",
        "Environment",
        "auth",
        "operation",
        "v2604",
    ] {
        assert!(names.contains(&name), "`{name}` is not in {names:?}");
    }
}

/// Returns the public names of the default features. The glob of the generated source is the default version.
fn root_names(lib: &str) -> Vec<&str> {
    let hidden = ["#[cfg(feature", "doc(hidden)"];
    let items = lib.split_inclusive([';', '}']);
    let mut names = Vec::new();
    for item in items.filter(|item| !hidden.iter().any(|hidden| item.contains(hidden))) {
        let modules = item
            .lines()
            .filter_map(|line| line.strip_prefix("pub mod "));
        names.extend(modules.map(|name| name.trim_end_matches(';')));
        let Some((_, path)) = item.split_once("\npub use ") else {
            continue;
        };
        let list = path.split_once('{').map_or(path, |(_, list)| list);
        let paths = list
            .split(',')
            .map(|path| path.trim_matches([' ', '\n', '}', ';']));
        for path in paths.filter(|path| !path.is_empty()) {
            let name = path.rsplit("::").next().unwrap_or(path);
            names.push(if name == "*" { "v2604" } else { name });
        }
    }
    names
}
