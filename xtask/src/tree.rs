//! A checkout of this repository: where things are in it, and what a version is generated from.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use procountor_codegen::model::Api;
use procountor_codegen::{Source, Sources, inputs};

/// The repository that this program was built in.
pub(crate) fn here() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// A checkout of the repository.
pub(crate) struct Tree(pub(crate) PathBuf);

impl Tree {
    /// The folder of the generated source.
    pub(crate) fn generated(&self) -> PathBuf {
        self.0.join("procountor-api/src/generated")
    }

    /// The generated list of what the sandbox carries with it.
    pub(crate) fn embedded(&self) -> PathBuf {
        self.0.join("tests/sandbox/src/embedded/versions.rs")
    }

    /// The file that pins the inputs.
    pub(crate) fn lock(&self) -> PathBuf {
        self.0.join("spec/lock.yaml")
    }

    /// A path as it is shown: from the top of the checkout.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.0)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// The API versions, oldest first: the folders `spec/YY.MM` that hold an openapi.json.
    pub(crate) fn versions(&self) -> Result<Vec<String>, String> {
        let cannot = |error: std::io::Error| format!("spec cannot be read: {error}");
        let mut versions = Vec::new();
        for entry in fs::read_dir(self.0.join("spec")).map_err(cannot)? {
            let entry = entry.map_err(cannot)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_version = name.len() == 5
                && name.char_indices().all(|(index, one)| match index {
                    2 => one == '.',
                    _ => one.is_ascii_digit(),
                });
            if is_version && entry.path().join("openapi.json").is_file() {
                versions.push(name);
            }
        }
        // Two digits each: the order of the text is that of the numbers.
        versions.sort();
        Ok(versions)
    }

    /// Everything that the versions are generated from, oldest first.
    pub(crate) fn sources(&self) -> Result<Vec<Sources>, String> {
        let versions = self.versions()?;
        if versions.is_empty() {
            return Err(
                "spec holds no version: a folder such as spec/26.04 with an openapi.json"
                    .to_owned(),
            );
        }
        inputs::collect(&versions, |name| self.text(name))
    }

    /// Adds the vendor's sentences to the versions that have them here.
    pub(crate) fn add_prose(&self, all: &mut [Sources]) -> Result<(), String> {
        let mut found = false;
        for sources in all {
            let name = sources.openapi.name.replace("openapi.json", "prose.yaml");
            sources.prose = self.text(&name)?.map(|text| Source { name, text });
            found |= sources.prose.is_some();
        }
        match found {
            true => Ok(()),
            false => Err(
                "no version has a prose.yaml: `cargo xtask pull --with-prose` writes it".to_owned(),
            ),
        }
    }

    /// The text of a file, if there is such a file.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, String> {
        match fs::read_to_string(self.0.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("{name} cannot be read: {error}")),
        }
    }

    /// Reads the versions.
    pub(crate) fn load(&self, sources: &[Sources]) -> Result<Vec<Api>, String> {
        let apis = procountor_codegen::load_all(sources).map_err(|wrong| wrong.to_string())?;
        let misplaced: Vec<String> = sources
            .iter()
            .zip(&apis)
            .filter(|(sources, api)| {
                sources.openapi.name != format!("spec/{}/openapi.json", api.version)
            })
            .map(|(sources, api)| {
                format!(
                    "{}#/info/version: this is the document of {}. help: move it to spec/{}",
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
