//! Copies of the workspace to measure in, so that the checkout is not modified and a copy can have other generated source.

use std::fs;
use std::path::{Path, PathBuf};

use toml_edit::DocumentMut;

use crate::checkout::{Checkout, project_root};

const MANIFEST: &str = "Cargo.toml";

/// A copy of the workspace in a fixed folder.
pub(super) struct WorkspaceCopy(Checkout);

impl WorkspaceCopy {
    /// Copies the workspace to `target/bench/NAME`. Files that are already equal are not written, so that cargo does not
    /// build them again.
    pub(super) fn new(name: &str) -> Result<Self, String> {
        let copy = Self(Checkout(project_root().join("target/bench").join(name)));
        let mut files = vec![PathBuf::from(MANIFEST), PathBuf::from("Cargo.lock")];
        for folder in [
            "procountor-api",
            "procountor-codegen",
            "procountor-macros",
            "tests",
            "xtask",
        ] {
            walk(&project_root(), Path::new(folder), &mut files)?;
        }
        let mut stale = Vec::new();
        if copy.folder().is_dir() {
            walk(copy.folder(), Path::new(""), &mut stale)?;
        }
        stale.retain(|file| !files.contains(file));
        for file in stale {
            let path = copy.folder().join(file);
            fs::remove_file(&path)
                .map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
        }
        for file in files {
            let path = project_root().join(&file);
            let mut bytes = fs::read(&path)
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            if file == Path::new(MANIFEST) {
                bytes = with_version_suffix(&String::from_utf8_lossy(&bytes), name)?.into_bytes();
            }
            copy.write(&copy.folder().join(file), &bytes)?;
        }
        Ok(copy)
    }

    /// Copies the workspace with source that is generated for the newest version only.
    pub(super) fn with_only_the_newest(name: &str) -> Result<Self, String> {
        let copy = Self::new(name)?;
        let sources = Checkout(project_root()).sources()?;
        let newest = sources.last().ok_or("spec/ does not contain a version")?;
        let api = procountor_codegen::load(newest).map_err(|errors| errors.to_string())?;
        let files = procountor_codegen::generate(&[api]).map_err(|errors| errors.to_string())?;
        let generated = copy.0.generated();
        fs::remove_dir_all(&generated)
            .map_err(|error| format!("cannot remove {}: {error}", generated.display()))?;
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
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    }
}

/// Appends a suffix to the version of the workspace. Cargo identifies path packages of different workspaces in a shared target
/// folder by name and version, and would otherwise reuse the artifacts of another copy or of the checkout.
fn with_version_suffix(manifest: &str, name: &str) -> Result<String, String> {
    let mut document: DocumentMut = manifest
        .parse()
        .map_err(|error| format!("cannot read {MANIFEST}: {error}"))?;
    let number = document
        .get_mut("workspace")
        .and_then(|it| it.get_mut("package"))
        .and_then(|it| it.get_mut("version"))
        .ok_or_else(|| format!("{MANIFEST} has no workspace.package.version"))?;
    let plain = number.as_str().unwrap_or_default();
    *number = toml_edit::value(format!("{plain}+bench.{name}"));
    Ok(document.to_string())
}

/// Collects the files below a folder, relative to `top`.
fn walk(top: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let cannot =
        |error: std::io::Error| format!("cannot read {}: {error}", top.join(folder).display());
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
