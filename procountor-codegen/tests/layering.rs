//! `src/lib.rs` lists the modules from the ground up. A module uses only modules above it in the list.

use std::path::{Path, PathBuf};
use std::{fs, io};

#[test]
fn modules_use_only_lower_modules() -> io::Result<()> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let lib = fs::read_to_string(src.join("lib.rs"))?;
    let modules: Vec<&str> = lib.lines().filter_map(declared_module).collect();
    let mut upward = String::new();
    for file in files(src.clone())? {
        let path = file.strip_prefix(&src).unwrap_or(&file);
        let first = path.iter().next().unwrap_or_default().to_string_lossy();
        let user = first.trim_end_matches(".rs");
        let Some(layer) = modules.iter().position(|module| *module == user) else {
            continue;
        };
        let text = fs::read_to_string(&file)?;
        for (start, _) in text.match_indices("crate::") {
            let before = &text[..start];
            let in_comment = before.rsplit('\n').take(1).any(|line| line.contains("//"));
            for used in used_names(&text[start + "crate::".len()..]) {
                if !in_comment && modules[layer + 1..].contains(&used) {
                    let (path, line) = (path.display(), before.matches('\n').count() + 1);
                    upward += &format!("\nsrc/{path}:{line}: `{user}` uses `{used}`");
                }
            }
        }
    }
    assert!(upward.is_empty(), "upward imports:{upward}");
    Ok(())
}

/// Returns the name in a line such as `pub mod name;`.
fn declared_module(line: &str) -> Option<&str> {
    let declaration = line.strip_prefix("pub ").unwrap_or(line);
    Some(declaration.strip_prefix("mod ")?.split_once(';')?.0)
}

/// Returns the first segment of a path, or every name in a list of paths.
fn used_names(path: &str) -> impl Iterator<Item = &str> {
    let list = path.strip_prefix('{').and_then(|list| list.split_once(';'));
    let (names, count) = list.map_or((path, 1), |(list, _)| (list, usize::MAX));
    let names = names.split(|one: char| !one.is_alphanumeric() && one != '_');
    names.take(count)
}

fn files(path: PathBuf) -> io::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path)? {
        found.extend(files(entry?.path())?);
    }
    Ok(found)
}
