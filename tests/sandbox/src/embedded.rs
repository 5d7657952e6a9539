//! The specifications that the sandbox carries with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use procountor_codegen::model::Api;
use procountor_codegen::{Diagnostics, Source, Sources};

/// A version and its texts: specification, overlay.
const VERSIONS: &[(&str, &str, &str)] = &[(
    "26.04",
    include_str!("../../../spec/26.04/openapi.json"),
    include_str!("../../../spec/26.04/overlay.yaml"),
)];

const POLICIES: &str = include_str!("../../../spec/policies.yaml");
const DOCS: &str = include_str!("../../../spec/docs.yaml");

/// The newest version.
pub(crate) fn newest() -> &'static str {
    VERSIONS.last().map_or("", |(version, ..)| version)
}

/// All versions, oldest first.
pub(crate) fn versions() -> impl Iterator<Item = &'static str> {
    VERSIONS.iter().map(|(version, ..)| *version)
}

/// The versions that were read already: tests start many sandboxes in one process.
static LOADED: Mutex<Option<HashMap<&'static str, Arc<Api>>>> = Mutex::new(None);

/// A version's model; none when the version is not here.
pub(crate) fn load(version: &str) -> Option<Result<Arc<Api>, Diagnostics>> {
    let (version, openapi, overlay) = VERSIONS.iter().find(|(known, ..)| *known == version)?;
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let loaded = loaded.get_or_insert_default();
    if let Some(api) = loaded.get(version) {
        return Some(Ok(Arc::clone(api)));
    }
    let read = read(version, openapi, overlay).map(Arc::new);
    if let Ok(api) = &read {
        loaded.insert(version, Arc::clone(api));
    }
    Some(read)
}

fn read(version: &str, openapi: &str, overlay: &str) -> Result<Api, Diagnostics> {
    let source = |name: String, text: &str| Source {
        name,
        text: text.to_owned(),
    };
    let sources = Sources {
        openapi: source(format!("spec/{version}/openapi.json"), openapi),
        overlay: Some(source(format!("spec/{version}/overlay.yaml"), overlay)),
        policies: source("spec/policies.yaml".to_owned(), POLICIES),
        docs: Some(source("spec/docs.yaml".to_owned(), DOCS)),
    };
    procountor_codegen::load(&sources)
}
