//! Writes the model as Rust source, in the shape that `ARCHITECTURE.md` describes.

mod attribute;
mod enums;
mod facade;
mod layout;
mod operations;
mod schemas;
pub(crate) mod surface;
mod types;
mod version;

pub(crate) use types::limits;

use crate::builder::version_marker;
use crate::model::Api;

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its place below `src/generated`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// All files of these versions. The same versions give the same bytes.
pub fn files(versions: &[Api]) -> Vec<SourceFile> {
    let names: Vec<String> = versions.iter().map(|api| api.version.clone()).collect();
    let mut page = layout::Page::new(&names.join(", "), "The versions of the API.");
    page.item(
        versions
            .iter()
            .map(|api| format!("pub mod {};", module(api)))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    let mut files = vec![page.file("mod.rs".to_owned())];
    for api in versions {
        files.extend(version_files(api));
    }
    files
}

fn version_files(api: &Api) -> Vec<SourceFile> {
    let version = Version {
        api,
        module: module(api),
        marker: version_marker(&api.version),
    };
    let mut files = vec![
        version::root(&version),
        enums::ids(&version),
        enums::enums(&version),
    ];
    files.extend(operations::files(&version));
    files.extend(schemas::files(&version));
    files
}

/// `v2604`
pub(crate) fn module(api: &Api) -> String {
    version_marker(&api.version).to_lowercase()
}

/// The version being written.
struct Version<'a> {
    api: &'a Api,
    module: String,
    marker: String,
}

impl Version<'_> {
    /// A file of this version, with the imports it needs.
    fn page(&self, about: &str, own_types: bool) -> layout::Page {
        let mut page = layout::Page::new(&self.api.version, about);
        let prelude = "use crate::generated_prelude::*;";
        page.item(if own_types {
            format!("{prelude}\nuse crate::{}::*;", self.module)
        } else {
            prelude.to_owned()
        });
        page
    }

    fn path(&self, path: &str) -> String {
        format!("{}/{path}", self.module)
    }

    /// A `mod.rs` that re-exports its modules flat.
    fn index(&self, path: &str, about: &str, modules: &[String]) -> SourceFile {
        let mut page = layout::Page::new(&self.api.version, about);
        let lines = |before: &str, after: &str| {
            modules
                .iter()
                .map(|module| format!("{before}{module}{after};"))
                .collect::<Vec<_>>()
                .join("\n")
        };
        page.item(lines("mod ", ""));
        page.item(lines("pub use ", "::*"));
        page.file(self.path(path))
    }
}
