//! The modules of a crate are layers: `lib.rs` lists them from the ground up, and a module imports only from those listed
//! before it.

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
                    if position.is_none_or(|position| position > level) {
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
    let mut starts = code.match_indices("crate::");
    let of_macro = |at: usize| {
        code[..at]
            .ends_with(|before: char| before == '$' || before == '_' || before.is_alphanumeric())
    };
    let segment = |at: usize| {
        let rest = &code[at + "crate::".len()..];
        let end = rest.find(|after: char| after != '_' && !after.is_alphanumeric());
        &rest[..end.unwrap_or(rest.len())]
    };
    let mut found = Vec::new();
    for (at, _) in starts.by_ref().filter(|(at, _)| !of_macro(*at)) {
        found.push(segment(at));
    }
    found
}
