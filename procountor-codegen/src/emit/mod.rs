//! Writes the catalogue as Rust source, in the layout that `generated-source.md` describes: a folder for each version with
//! the definitions that it first had, and a file for each version that lists its parts. The source is valid but not
//! formatted; the caller runs rustfmt.

mod endpoints;
mod folder;
mod origin;
mod schemas;
pub(crate) mod surface;
mod text;
mod types;
mod unavailable;
mod version;

use crate::builder::version_marker;
use crate::catalogue::Catalogue;
use origin::Origin;
use text::{Text, lines};

pub use text::SourceFile;
pub(crate) use types::{limits, module};

/// Returns all files of these versions. The same versions give the same bytes.
pub fn files(catalogue: &Catalogue) -> Vec<SourceFile> {
    let mut files = vec![
        index(catalogue),
        versions(catalogue),
        unavailable::file(catalogue),
    ];
    for version in 0..catalogue.versions.len() {
        files.push(version::file(catalogue, version));
        files.extend(Origin { catalogue, version }.files());
    }
    files
}

/// `mod.rs`
fn index(catalogue: &Catalogue) -> SourceFile {
    let mut text = Text::new("The versions of the API, and the definitions that they share.");
    text.item("use crate::macros::modules;");
    text.item("pub mod unavailable;\npub mod versions;");
    let modules = catalogue.versions.iter().map(|api| {
        let (folder, module) = (types::folder(api), module(api));
        format!(
            "{folder}, {module} = {module:?}: {};",
            version_marker(&api.version)
        )
    });
    text.item(format!("modules! {{\n{}}}", lines("    ", modules, "")));
    text.file("mod.rs")
}

/// `versions.rs`
fn versions(catalogue: &Catalogue) -> SourceFile {
    let mut text = Text::new("The versions of the API as types.");
    text.item("use crate::generated_prelude::*;");
    let versions = catalogue.versions.iter().map(|api| {
        let life = &api.lifecycle;
        let dates = [
            ("released", &life.released),
            ("supported until", &life.supported_until),
        ];
        let dates = dates.map(|(what, date)| match date {
            Some(date) => format!(" {what} {date:?}"),
            None => String::new(),
        });
        let (marker, number) = (version_marker(&api.version), &api.version);
        format!(
            "    /// API version {number}.\n    {marker} = {number:?} at {:?}{};\n",
            life.path,
            dates.concat()
        )
    });
    text.item(format!("versions! {{\n{}}}", versions.collect::<String>()));
    text.file("versions.rs")
}
