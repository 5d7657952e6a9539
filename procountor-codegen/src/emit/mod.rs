//! Writes the catalogue as Rust source, in the shape that `ARCHITECTURE.md` describes: a folder for each span of versions
//! with the definitions that live so long, and a file for each version that puts it together.

mod attribute;
mod enums;
mod facade;
mod layout;
mod operations;
mod root;
mod schemas;
mod span;
pub(crate) mod surface;
mod types;
mod versions;

use crate::catalogue::Catalogue;
use span::Span;

pub(crate) use root::module;
pub(crate) use types::limits;

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its place below `src/generated`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

/// All files of these versions. The same versions give the same bytes.
pub fn files(catalogue: &Catalogue) -> Vec<SourceFile> {
    let mut files = vec![
        root::index(catalogue),
        root::absent(catalogue),
        versions::file(catalogue),
    ];
    for index in 0..catalogue.versions.len() {
        files.push(root::file(catalogue, index));
    }
    for lifetime in catalogue.spans() {
        let span = Span {
            catalogue,
            lifetime,
        };
        files.extend(span.files());
    }
    files
}
