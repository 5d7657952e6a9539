//! The entry of the changelog.

use procountor_codegen::diff::{self, Diff};

use super::text;
use crate::atomic_write::Change;
use crate::checkout::Checkout;

const FILE: &str = "CHANGELOG.md";

/// The heading of what people wrote since the last release. Releases come behind it.
const UNRELEASED: &str = "## Unreleased\n";

/// The changelog with an entry for the version.
pub(super) fn change(
    checkout: &Checkout,
    version: &str,
    number: &str,
    diff: Option<&Diff>,
) -> Result<Option<Change>, String> {
    let old = text(checkout, FILE)?;
    let Some(start) = old.find(UNRELEASED) else {
        return Err(format!("{FILE} has no line `{}`", UNRELEASED.trim()));
    };
    let behind = start + UNRELEASED.len();
    let place = old[behind..]
        .find("\n## ")
        .map_or(old.len(), |next| behind + next + 1);
    let said = diff.map_or_else(
        || "The first API version.\n".to_owned(),
        diff::summary_markdown,
    );
    let (before, after) = old.split_at(place);
    let gap = if before.ends_with("\n\n") { "" } else { "\n" };
    let entry = format!(
        "{gap}## {number}: API version {version}\n\n{}\n\n",
        said.trim()
    );
    let mut new = format!("{before}{entry}{after}");
    new.truncate(new.trim_end().len());
    new.push('\n');
    Ok(Some(Change::write(checkout.path(FILE), new)))
}
