//! Copies of the workspace to measure in: nothing in the checkout is touched, and one copy can have another generated source.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use crate::tree::{Tree, here};

const MANIFEST: &str = "Cargo.toml";

/// A copy of the crates, at a place that stays the same.
pub(super) struct Copy(Tree);

impl Copy {
    /// Copies the crates of the workspace to a folder of this name below `target`. A file that is there and equal is not
    /// written, so that cargo need not build it again.
    pub(super) fn new(name: &str) -> Result<Self, String> {
        let copy = Self(Tree(here().join("target/bench").join(name)));
        let mut files = vec![PathBuf::from(MANIFEST), PathBuf::from("Cargo.lock")];
        for folder in [
            "procountor-api",
            "procountor-codegen",
            "procountor-macros",
            "tests",
            "xtask",
        ] {
            walk(&here(), Path::new(folder), &mut files)?;
        }
        let mut stale = Vec::new();
        if copy.folder().is_dir() {
            walk(copy.folder(), Path::new(""), &mut stale)?;
        }
        stale.retain(|file| !files.contains(file));
        for file in stale {
            let path = copy.folder().join(file);
            fs::remove_file(&path)
                .map_err(|error| format!("{} cannot be removed: {error}", path.display()))?;
        }
        for file in files {
            let path = here().join(&file);
            let mut bytes = fs::read(&path)
                .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
            if file == Path::new(MANIFEST) {
                bytes = named(&String::from_utf8_lossy(&bytes), name)?.into_bytes();
            }
            copy.write(&copy.folder().join(file), &bytes)?;
        }
        Ok(copy)
    }

    /// The same with the newest version as its only one, generated as if there had never been another.
    pub(super) fn with_only_the_newest(name: &str) -> Result<Self, String> {
        let copy = Self::new(name)?;
        let sources = Tree(here()).sources()?;
        let newest = sources.last().ok_or("there is no version")?;
        let api = procountor_codegen::load(newest).map_err(|wrong| wrong.to_string())?;
        let files = procountor_codegen::generate(&[api]).map_err(|wrong| wrong.to_string())?;
        let generated = copy.0.generated();
        fs::remove_dir_all(&generated)
            .map_err(|error| format!("{} cannot be removed: {error}", generated.display()))?;
        for file in files {
            copy.write(&generated.join(file.path), file.text.as_bytes())?;
        }
        Ok(copy)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.0.0
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        if fs::read(path).is_ok_and(|found| found == bytes) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(self.folder());
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, bytes))
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))
    }
}

/// The manifest of the workspace with a name behind its number. To cargo, a crate at the same place of two workspaces is one
/// crate, if its number is the same too: it would take what it has built from one copy for the other, or for the checkout.
fn named(manifest: &str, name: &str) -> Result<String, String> {
    let mut document: DocumentMut = manifest
        .parse()
        .map_err(|error| format!("{MANIFEST} cannot be read: {error}"))?;
    let number = document
        .get_mut("workspace")
        .and_then(|it| it.get_mut("package"))
        .and_then(|it| it.get_mut("version"))
        .ok_or_else(|| format!("{MANIFEST} has no workspace.package.version"))?;
    let plain = number.as_str().unwrap_or_default();
    *number = toml_edit::value(format!("{plain}+bench.{name}"));
    Ok(document.to_string())
}

/// The files below a folder, by their paths from the top.
fn walk(top: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let cannot =
        |error: std::io::Error| format!("{} cannot be read: {error}", top.join(folder).display());
    for entry in fs::read_dir(top.join(folder)).map_err(cannot)? {
        let name = folder.join(entry.map_err(cannot)?.file_name());
        if top.join(&name).is_dir() {
            walk(top, &name, files)?;
        } else {
            files.push(name);
        }
    }
    Ok(())
}
