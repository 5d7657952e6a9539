//! The types that stand for versions, and for sets of them.

use super::SourceFile;
use super::layout::Page;
use crate::builder::version_marker;
use crate::catalogue::Catalogue;

/// `versions.rs`
pub(super) fn file(catalogue: &Catalogue) -> SourceFile {
    let mut page = Page::new("The versions as types, and which versions have what.");
    page.item("use crate::generated_prelude::*;");
    let versions: String = catalogue
        .versions
        .iter()
        .map(|api| {
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
        })
        .collect();
    page.item(format!("versions! {{\n{versions}}}"));
    let spans: String = catalogue
        .spoken_of()
        .into_iter()
        .map(|lifetime| {
            format!(
                "    /// Versions {}.\n    {};\n",
                lifetime.words(catalogue.versions),
                catalogue.ty(lifetime)
            )
        })
        .collect();
    page.item(format!("spans! {{\n{spans}}}"));
    page.file("versions.rs".to_owned())
}
