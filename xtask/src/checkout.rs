//! A checkout of this repository: the paths in it, and the inputs that each version is generated from.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use procountor_codegen::model::Api;
use procountor_codegen::{Source, Sources, facts, inputs};

/// Returns the repository that this program was built in.
pub(crate) fn project_root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// A checkout of the repository, by its root folder.
pub(crate) struct Checkout(pub(crate) PathBuf);

impl Checkout {
    /// Returns the full path of a file or folder of the checkout.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    /// Returns a path relative to the root, for messages.
    pub(crate) fn relative(&self, path: &Path) -> String {
        path.strip_prefix(&self.0)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// Returns the folder of the generated source.
    pub(crate) fn generated(&self) -> PathBuf {
        self.path("procountor-api/src/generated")
    }

    /// Returns the generated list of the versions that the sandbox embeds.
    pub(crate) fn sandbox_versions(&self) -> PathBuf {
        self.path("tests/sandbox/src/embedded/versions.rs")
    }

    /// Returns the file with the hashes of the generator's inputs.
    pub(crate) fn lockfile(&self) -> PathBuf {
        self.path("spec/lock.yaml")
    }

    /// Reads a text file; returns `None` if it does not exist.
    pub(crate) fn read(&self, name: &str) -> Result<Option<String>, String> {
        match fs::read_to_string(self.path(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("cannot read {name}: {error}")),
        }
    }

    /// Returns the API versions, oldest first: the folders `spec/YY.MM` with an openapi.json.
    pub(crate) fn versions(&self) -> Result<Vec<String>, String> {
        let cannot = |error: std::io::Error| format!("cannot read spec: {error}");
        let mut versions = Vec::new();
        for entry in fs::read_dir(self.path("spec")).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if facts::is_version(&name) && entry.path().join("openapi.json").is_file() {
                versions.push(name);
            }
        }
        // Year and month have two digits each, so text order is date order.
        versions.sort();
        Ok(versions)
    }

    /// Reads the inputs of all versions, oldest first.
    pub(crate) fn sources(&self) -> Result<Vec<Sources>, String> {
        let versions = self.versions()?;
        if versions.is_empty() {
            return Err("spec/ does not contain a version; expected a folder such as spec/26.04 with an openapi.json".to_owned());
        }
        inputs::collect(&versions, |name| self.read(name))
    }

    /// Adds the vendor's prose to the versions that have a prose.yaml.
    pub(crate) fn add_vendor_prose(&self, all: &mut [Sources]) -> Result<(), String> {
        let mut found = false;
        for sources in all {
            let name = sources.openapi.name.replace("openapi.json", "prose.yaml");
            sources.prose = self.read(&name)?.map(|text| Source { name, text });
            found |= sources.prose.is_some();
        }
        if found {
            Ok(())
        } else {
            Err(
                "no version has a prose.yaml; write one with `cargo xtask pull --with-prose`"
                    .to_owned(),
            )
        }
    }

    /// Builds the model of each version.
    pub(crate) fn load(&self, sources: &[Sources]) -> Result<Vec<Api>, String> {
        let apis = procountor_codegen::load_all(sources).map_err(|errors| errors.to_string())?;
        let misplaced: Vec<String> = sources
            .iter()
            .zip(&apis)
            .filter(|(sources, api)| sources.openapi.name != format!("spec/{}/openapi.json", api.version))
            .map(|(sources, api)| {
                format!(
                    "{}#/info/version: this document describes version {}. help: move it to spec/{}",
                    sources.openapi.name, api.version, api.version
                )
            })
            .collect();
        if misplaced.is_empty() {
            Ok(apis)
        } else {
            Err(misplaced.join("\n"))
        }
    }
}
