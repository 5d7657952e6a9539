//! The output of `release`: a summary, and a list of what to review.

use std::collections::BTreeSet;

use procountor_codegen::diff::{self, Diff};
use procountor_codegen::docs;
use procountor_codegen::model::Api;
use procountor_codegen::overlay::Stale;

pub(super) struct Release<'a> {
    pub(super) version: &'a str,
    pub(super) number: &'a str,
    /// The number of changed files.
    pub(super) written: usize,
    pub(super) api: Option<&'a Api>,
    pub(super) before: Option<&'a Api>,
    pub(super) diff: Option<&'a Diff>,
    /// The number of facts that were copied from the previous version.
    pub(super) carried: usize,
    pub(super) dropped: &'a [Stale],
}

pub(super) fn text(release: &Release) -> String {
    let Release {
        version, number, ..
    } = release;
    let mut text = format!(
        "released API version {version} as {number}: {} files changed\n",
        release.written
    );
    let points = points(release);
    if !points.is_empty() {
        text.push_str("\nReview:\n");
        for point in points {
            text.push_str(&format!("- {point}\n"));
        }
    }
    text.push_str("\nNext steps: run `cargo xtask ci`, and commit all files together.\n");
    text
}

fn points(release: &Release) -> Vec<String> {
    let version = release.version;
    let mut points = Vec::new();
    if let Some(diff) = release.diff {
        points.push(format!(
            "CHANGELOG.md, and `cargo xtask diff {} {version}`: {}",
            diff.from,
            diff::summary(diff)
        ));
    }
    for stale in release.dropped {
        points.push(format!(
            "spec/{version}/overlay.yaml disables the action on {} of {}: {}",
            stale.target, stale.file, stale.message
        ));
    }
    if release.carried > 0 {
        points.push(format!(
            "{} facts that only the vendor's descriptions state were copied from the previous version; read the descriptions of new and \
                 changed items",
            release.carried
        ));
    }
    if let Some(api) = release.api {
        let unexplained = docs::undocumented(api);
        if !unexplained.is_empty() {
            points.push(format!(
                "spec/{version}/docs.yaml: add descriptions of {}",
                unexplained.join(", ")
            ));
        }
        if api.lifecycle.released.is_none() {
            points.push(format!(
                "spec/{version}/version.yaml: add the release date, and check the path {}",
                api.lifecycle.path
            ));
        }
    }
    if let (Some(api), Some(before)) = (release.api, release.before) {
        let names = |api: &Api| -> BTreeSet<String> {
            let enums = api.enums.iter().map(|one| one.name.clone());
            enums
                .chain(api.ids.iter().map(|one| one.name.clone()))
                .collect()
        };
        let old = names(before);
        let new: Vec<String> = names(api)
            .into_iter()
            .filter(|name| !old.contains(name))
            .collect();
        if !new.is_empty() {
            points.push(format!(
                "{} of enums and ids, which cannot be renamed later: {}",
                count(new.len(), "new name"),
                new.join(", ")
            ));
        }
    }
    points
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
