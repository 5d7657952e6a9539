//! The generated source: the expected files, the existing files, and their differences.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use procountor_codegen::{SourceFile, Sources};

use crate::atomic_write::Change;
use crate::checkout::Checkout;
use crate::sandbox_versions;

/// Files by path.
pub(crate) type Files = BTreeMap<PathBuf, String>;

/// Returns the expected files: the generated source of the SDK, and the sandbox's list of versions.
pub(crate) fn expected(checkout: &Checkout, files: &[SourceFile], inputs: &[Sources]) -> Files {
    files
        .iter()
        .map(|file| (checkout.generated().join(&file.path), file.text.clone()))
        .chain([sandbox_versions::file(checkout, inputs)])
        .collect()
}

/// Returns the existing generated files.
pub(crate) fn found(checkout: &Checkout) -> Result<Files, String> {
    let mut files = on_disk(&checkout.generated())?;
    files.extend(on_disk(
        checkout.sandbox_versions().parent().unwrap_or(&checkout.0),
    )?);
    Ok(files)
}

fn on_disk(folder: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(files),
        Err(error) => return Err(format!("cannot read {}: {error}", folder.display())),
    };
    for entry in entries {
        let path = entry
            .map_err(|error| format!("cannot read {}: {error}", folder.display()))?
            .path();
        if path.is_dir() {
            files.extend(on_disk(&path)?);
        } else {
            let text = fs::read(&path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            files.insert(path, String::from_utf8_lossy(&text).into_owned());
        }
    }
    Ok(files)
}

/// Returns the files to write and to remove.
pub(crate) fn changes(expected: &Files, found: &Files) -> Vec<Change> {
    let written = expected
        .iter()
        .filter(|(path, text)| found.get(*path) != Some(*text))
        .map(|(path, text)| Change::write(path.clone(), text.clone()));
    let stale = found
        .keys()
        .filter(|path| !expected.contains_key(*path))
        .map(|path| Change::remove(path.clone()));
    written.chain(stale).collect()
}

/// Removes empty folders of the generated source.
pub(crate) fn remove_empty_folders(checkout: &Checkout) {
    fn clean(folder: &Path) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                clean(&entry.path());
            }
        }
        // Fails unless the folder is empty.
        let _ = fs::remove_dir(folder);
    }
    clean(&checkout.generated());
}

/// Describes each difference by file, with the first line that differs.
pub(crate) fn differences(checkout: &Checkout, expected: &Files, found: &Files) -> Vec<String> {
    let mut differences = Vec::new();
    for (path, text) in expected {
        match found.get(path) {
            None => differences.push(format!("{}: is missing", checkout.relative(path))),
            Some(other) if other != text => {
                differences.push(difference(checkout, path, text, other))
            }
            Some(_) => {}
        }
    }
    let stale = found.keys().filter(|path| !expected.contains_key(*path));
    differences.extend(stale.map(|path| {
        format!(
            "{}:1: unexpected file; nothing in spec/ generates it",
            checkout.relative(path)
        )
    }));
    differences
}

/// Describes the first line that differs.
fn difference(checkout: &Checkout, path: &Path, expected: &str, found: &str) -> String {
    let same = expected
        .lines()
        .zip(found.lines())
        .take_while(|(expected, found)| expected == found)
        .count();
    let line = |text: &str| {
        text.lines()
            .nth(same)
            .map_or("the end of the file".to_owned(), |line| {
                format!("`{}`", line.trim())
            })
    };
    format!(
        "{}:{}: expected {}, found {}",
        checkout.relative(path),
        same + 1,
        line(expected),
        line(found)
    )
}
