//! The changelog entry of a release.

use procountor_codegen::diff::{self, Diff};

use super::read_required;
use crate::atomic_write::Change;
use crate::checkout::Checkout;

const FILE: &str = "CHANGELOG.md";

/// The heading of the handwritten section; new entries follow this section.
const UNRELEASED: &str = "## Unreleased\n";

/// Returns the change that adds an entry for the version.
pub(super) fn change(
    checkout: &Checkout,
    version: &str,
    number: &str,
    diff: Option<&Diff>,
) -> Result<Change, String> {
    let old = read_required(checkout, FILE)?;
    let Some(start) = old.find(UNRELEASED) else {
        return Err(format!(
            "{FILE} does not contain the line `{}`; add it",
            UNRELEASED.trim()
        ));
    };
    let body = start + UNRELEASED.len();
    let end = old[body..]
        .find("\n## ")
        .map_or(old.len(), |next| body + next + 1);
    let summary = diff.map_or_else(
        || "The first API version.\n".to_owned(),
        diff::summary_markdown,
    );
    let (before, after) = old.split_at(end);
    let gap = if before.ends_with("\n\n") { "" } else { "\n" };
    let entry = format!(
        "{gap}## {number}: API version {version}\n\n{}\n\n",
        summary.trim()
    );
    let mut new = format!("{before}{entry}{after}");
    new.truncate(new.trim_end().len());
    new.push('\n');
    Ok(Change::write(checkout.path(FILE), new))
}
