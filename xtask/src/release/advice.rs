//! What a release says at its end: what it did, and what a person should look at.

use std::collections::BTreeSet;

use procountor_codegen::diff::{self, Diff};
use procountor_codegen::docs;
use procountor_codegen::model::Api;
use procountor_codegen::overlay::Stale;

pub(super) struct Release<'a> {
    pub(super) version: &'a str,
    pub(super) number: &'a str,
    /// How many files changed.
    pub(super) written: usize,
    pub(super) api: Option<&'a Api>,
    pub(super) before: Option<&'a Api>,
    pub(super) diff: Option<&'a Diff>,
    /// Facts that were carried over, since the vendor has them in sentences only.
    pub(super) carried: usize,
    pub(super) dropped: &'a [Stale],
}

pub(super) fn text(release: &Release) -> String {
    let Release {
        version, number, ..
    } = release;
    let mut text = format!(
        "API version {version} is released as {number}: {} files changed\n",
        release.written
    );
    let points = points(release);
    if !points.is_empty() {
        text.push_str("\nLook at:\n");
        for point in points {
            text.push_str(&format!("- {point}\n"));
        }
    }
    text.push_str("\nThen `cargo xtask ci`, and commit everything at once.\n");
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
            "spec/{version}/overlay.yaml drops {}, which {} has: {}",
            stale.target, stale.file, stale.message
        ));
    }
    if release.carried > 0 {
        points.push(format!(
            "{} facts stand in the vendor's sentences only and were carried over; the sentences of what is new or changed must be read",
            release.carried
        ));
    }
    if let Some(api) = release.api {
        let unexplained = docs::undocumented(api);
        if !unexplained.is_empty() {
            points.push(format!(
                "spec/{version}/docs.yaml: sentences of ours are missing for {}",
                unexplained.join(", ")
            ));
        }
        if api.lifecycle.released.is_none() {
            points.push(format!(
                "spec/{version}/version.yaml: when it was released is not said; its path is {}",
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
                "{} of enums and ids, which stay for good: {}",
                count(new.len(), "new name"),
                new.join(", ")
            ));
        }
    }
    points
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}
