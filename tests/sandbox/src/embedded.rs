//! The specifications that the sandbox carries with it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use procountor_codegen::model::Api;
use procountor_codegen::{Diagnostics, inputs};

/// Files of `spec/`: name and text.
type Files = &'static [(&'static str, &'static str)];

/// Takes in the files of `spec/` that a list names.
macro_rules! embedded {
    (common: $($common:literal),*; $($version:literal: $($file:literal),*;)*) => {
        /// What holds for all versions.
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

/// The newest version.
pub(crate) fn newest() -> &'static str {
    VERSIONS.last().map_or("", |(version, _)| version)
}

/// All versions, oldest first.
pub(crate) fn versions() -> impl Iterator<Item = &'static str> {
    VERSIONS.iter().map(|(version, _)| *version)
}

/// The versions that were read already: tests start many sandboxes in one process.
static LOADED: Mutex<Option<HashMap<&'static str, Arc<Api>>>> = Mutex::new(None);

/// A version's model; none when the version is not here.
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

/// The newest of these versions, with what it inherits.
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
