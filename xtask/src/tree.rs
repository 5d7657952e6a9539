//! A checkout of this repository: where things are in it, and what a version is generated from.

use std::fs;
use std::path::{Path, PathBuf};

use procountor_codegen::{Source, Sources};

/// The API versions in `spec/`, oldest first.
pub(crate) const VERSIONS: [&str; 1] = ["26.04"];

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

    /// Everything that a version is generated from.
    pub(crate) fn sources(&self, version: &str) -> Result<Sources, String> {
        Ok(Sources {
            openapi: self.source(&format!("spec/{version}/openapi.json"))?,
            overlay: Some(self.source(&format!("spec/{version}/overlay.yaml"))?),
            policies: self.source("spec/policies.yaml")?,
            docs: Some(self.source("spec/docs.yaml")?),
        })
    }

    fn source(&self, name: &str) -> Result<Source, String> {
        let text = fs::read_to_string(self.0.join(name))
            .map_err(|error| format!("{name} cannot be read: {error}"))?;
        Ok(Source {
            name: name.to_owned(),
            text,
        })
    }
}
