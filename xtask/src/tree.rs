//! Where things are in this repository, and what a version is generated from.

use std::fs;
use std::path::{Path, PathBuf};

use procountor_codegen::{Source, Sources};

/// The API versions in `spec/`, oldest first.
pub(crate) const VERSIONS: [&str; 1] = ["26.04"];

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder of the generated source.
pub(crate) fn generated() -> PathBuf {
    root().join("procountor-api/src/generated")
}

/// Everything that a version is generated from.
pub(crate) fn sources(version: &str) -> Result<Sources, String> {
    Ok(Sources {
        openapi: source(&format!("spec/{version}/openapi.json"))?,
        overlay: Some(source(&format!("spec/{version}/overlay.yaml"))?),
        policies: source("spec/policies.yaml")?,
        docs: Some(source("spec/docs.yaml")?),
    })
}

fn source(name: &str) -> Result<Source, String> {
    let text = fs::read_to_string(root().join(name))
        .map_err(|error| format!("{name} cannot be read: {error}"))?;
    Ok(Source {
        name: name.to_owned(),
        text,
    })
}
