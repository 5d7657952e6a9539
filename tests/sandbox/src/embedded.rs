//! The specifications that are compiled into the sandbox.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use procountor_codegen::model::Api;
use procountor_codegen::{Diagnostics, inputs};

/// The names and texts of files in `spec/`.
type Files = &'static [(&'static str, &'static str)];

/// Includes the files of `spec/` in a list.
macro_rules! embedded {
    (common: $($common:literal),*; $($version:literal: $($file:literal),*;)*) => {
        /// The files that apply to all versions.
        pub(super) const COMMON: Files = &[$(embedded!(@ "spec/", $common)),*];

        /// The versions and their files, oldest first.
        pub(super) const VERSIONS: &[(&str, Files)] =
            &[$(($version, &[$(embedded!(@ "spec/", $version, "/", $file)),*])),*];
    };
    (@ $($name:literal),*) => {
        (
            concat!($($name),*),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../", $($name),*)),
        )
    };
}

mod versions;

use versions::{COMMON, VERSIONS};

/// Returns the newest version.
pub(crate) fn newest() -> &'static str {
    VERSIONS.last().map_or("", |(version, _)| version)
}

/// Returns all versions, oldest first.
pub(crate) fn versions() -> impl Iterator<Item = &'static str> {
    VERSIONS.iter().map(|(version, _)| *version)
}

/// The versions that are loaded already. Tests start many sandboxes in one process.
static LOADED: Mutex<Option<HashMap<&'static str, Arc<Api>>>> = Mutex::new(None);

/// Returns the model of a version, or `None` if the version is unknown.
pub(crate) fn load(version: &str) -> Option<Result<Arc<Api>, Diagnostics>> {
    let index = versions().position(|known| known == version)?;
    let (version, _) = VERSIONS[index];
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let loaded = loaded.get_or_insert_default();
    if let Some(api) = loaded.get(version) {
        return Some(Ok(Arc::clone(api)));
    }
    let read = read(&VERSIONS[..=index])?.map(Arc::new);
    if let Ok(api) = &read {
        loaded.insert(version, Arc::clone(api));
    }
    Some(read)
}

/// Reads the newest of these versions, which inherits from the others.
fn read(versions: &[(&str, Files)]) -> Option<Result<Api, Diagnostics>> {
    let names: Vec<&str> = versions.iter().map(|(version, _)| *version).collect();
    let text = |name: &str| {
        let files = versions.iter().flat_map(|(_, files)| *files).chain(COMMON);
        let found = files.into_iter().find(|(known, _)| *known == name);
        Ok::<_, Infallible>(found.map(|(_, text)| (*text).to_owned()))
    };
    let Ok(mut sources) = inputs::collect(&names, text);
    sources
        .pop()
        .map(|sources| procountor_codegen::load(&sources))
}
