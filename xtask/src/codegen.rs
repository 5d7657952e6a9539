//! `cargo xtask codegen`: writes the generated source, or checks that it is what the specification gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use procountor_codegen::{SourceFile, docs};

use crate::embedded;
use crate::lock::Lock;
use crate::tree::{Tree, here};
use crate::write::{Change, write_all};

/// Generate the Rust source from spec/.
///
/// Reads spec/VERSION/openapi.json of every version, with what we say about it: overlay.yaml, policies.yaml and
/// docs.yaml, of which a version's hold for the later ones too. Writes procountor-api/src/generated, the sandbox's list of
/// versions, and spec/lock.yaml.
/// When anything is wrong, everything that is wrong is listed and nothing is written.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a generated file is not what the specification gives, naming file and line.
    #[arg(long)]
    check: bool,
    /// Take a specification that differs from the one that spec/lock.yaml pins.
    #[arg(long)]
    accept_spec: bool,
    /// Work on another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = here())]
    root: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let start = Instant::now();
    let tree = Tree(arguments.root.clone());
    let inputs = tree.sources()?;
    let committed = Lock::committed(&tree)?;
    let lock = Lock::of(inputs.iter()).keep_sources(&committed);
    let changed = lock.changed_specifications(&committed);
    if !changed.is_empty() && !arguments.accept_spec {
        return Err(format!(
            "{} is not the document that spec/lock.yaml pins: restore it, or take it with `cargo xtask codegen --accept-spec`",
            changed.join(", ")
        ));
    }
    let apis = tree
        .load(&inputs)
        .map_err(|wrong| format!("nothing was written\n{wrong}"))?;
    for api in &apis {
        for operation in docs::unexplained(api) {
            println!(
                "note: {} `{operation}` has no sentence of ours in docs.yaml",
                api.version
            );
        }
    }
    let files = procountor_codegen::generate(&apis)
        .map_err(|wrong| format!("nothing was written\n{wrong}"))?;
    let mut expected = by_path(&tree, &files);
    let (list, text) = embedded::file(&tree, &inputs);
    let lines = files.iter().map(|file| &file.text).chain([&text]);
    let lines: usize = lines.map(|text| text.lines().count()).sum();
    let mut found = on_disk(&tree.generated())?;
    found.extend(on_disk(list.parent().unwrap_or(&list))?);
    expected.insert(list, text);
    if arguments.check {
        return check(&tree, &expected, &found, lock.differences(&committed));
    }
    let written = write(&tree, &expected, &found, &lock)?;
    for api in &apis {
        println!(
            "{}: {} operations, {} schemas, {} enums, {} ids",
            api.version,
            api.operations.len(),
            api.schemas.len(),
            api.enums.len(),
            api.ids.len()
        );
    }
    println!(
        "{} files, {lines} lines, {written} of them changed, in {:.1} s",
        expected.len(),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

type Files = BTreeMap<PathBuf, String>;

fn by_path(tree: &Tree, files: &[SourceFile]) -> Files {
    files
        .iter()
        .map(|file| (tree.generated().join(&file.path), file.text.clone()))
        .collect()
}

/// The Rust files below a folder.
fn on_disk(folder: &Path) -> Result<Files, String> {
    let mut files = Files::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(files),
        Err(error) => return Err(format!("{} cannot be read: {error}", folder.display())),
    };
    for entry in entries {
        let path = entry
            .map_err(|error| format!("{} cannot be read: {error}", folder.display()))?
            .path();
        if path.is_dir() {
            files.extend(on_disk(&path)?);
        } else {
            let text = fs::read(&path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            files.insert(path, String::from_utf8_lossy(&text).into_owned());
        }
    }
    Ok(files)
}

fn check(
    tree: &Tree,
    expected: &Files,
    found: &Files,
    mut problems: Vec<String>,
) -> Result<(), String> {
    for (path, text) in expected {
        match found.get(path) {
            None => problems.push(format!("{}: is missing", tree.shown(path))),
            Some(other) if other != text => problems.push(difference(tree, path, text, other)),
            Some(_) => {}
        }
    }
    let stale = found.keys().filter(|path| !expected.contains_key(*path));
    problems.extend(stale.map(|path| {
        format!(
            "{}:1: nothing in the specification gives this file",
            tree.shown(path)
        )
    }));
    if problems.is_empty() {
        println!(
            "codegen: {} files are what the specification gives",
            expected.len()
        );
        return Ok(());
    }
    Err(format!(
        "{}\nrun `cargo xtask codegen` to write them anew",
        problems.join("\n")
    ))
}

/// The first line that differs.
fn difference(tree: &Tree, path: &Path, expected: &str, found: &str) -> String {
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
        tree.shown(path),
        same + 1,
        line(expected),
        line(found)
    )
}

/// Writes what changed, removes what is not generated any more, and then the lock: all or nothing. How many generated
/// files changed.
fn write(tree: &Tree, expected: &Files, found: &Files, lock: &Lock) -> Result<usize, String> {
    let changed = expected
        .iter()
        .filter(|(path, text)| found.get(*path) != Some(*text));
    let mut changes: Vec<_> = changed
        .map(|(path, text)| Change::to(path.clone(), text.clone()))
        .collect();
    let written = changes.len();
    let stale = found.keys().filter(|path| !expected.contains_key(*path));
    changes.extend(stale.map(|path| Change::remove(path.clone())));
    changes.push(lock.change(tree));
    write_all(&changes)?;
    Ok(written)
}
