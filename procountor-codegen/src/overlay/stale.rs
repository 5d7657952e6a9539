//! Inherited actions that do not apply to a new version, and the overlay that drops them.

use serde_json::Value;

use super::{Effective, apply_one, effective};
use crate::diagnostic::Diagnostics;
use crate::inputs::Sources;

/// An inherited action that does not apply any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale {
    /// The JSONPath of the action.
    pub target: String,
    /// The overlay that contains it.
    pub file: String,
    /// The reason why it does not apply.
    pub message: String,
    /// Other inherited actions with this target, which still apply. Dropping the target drops them too.
    pub others: Vec<Value>,
}

/// Returns the inherited actions that do not apply to a version.
///
/// # Errors
///
/// Returns an error if the specification or an overlay cannot be read.
pub fn stale(sources: &Sources) -> Result<Vec<Stale>, Diagnostics> {
    let mut document = crate::specification::parse(&sources.openapi)?;
    let mut diagnostics = Diagnostics::default();
    let effective = effective(sources, &mut diagnostics);
    let own = sources.overlay.as_ref().map(|source| source.name.as_str());
    let mut found: Vec<Stale> = Vec::new();
    let mut applied: Vec<&Effective> = Vec::new();
    for one in effective.iter().filter(|one| Some(one.file) != own) {
        let target = &one.action.target;
        match apply_one(&mut document, one) {
            Ok(()) => applied.push(one),
            Err(_) if found.iter().any(|stale| stale.target == *target) => {}
            Err((message, _)) => found.push(Stale {
                target: target.clone(),
                file: one.file.to_owned(),
                message,
                others: Vec::new(),
            }),
        }
    }
    for stale in &mut found {
        let others = applied
            .iter()
            .filter(|one| one.action.target == stale.target);
        stale.others = others.map(|one| one.written.clone()).collect();
    }
    diagnostics.or_value(found)
}

/// Returns the text of a version's overlay with these actions dropped. Existing text is not changed.
pub fn without(overlay: Option<&str>, version: &str, stale: &[Stale]) -> String {
    let mut text = overlay.map_or_else(|| head(version), str::to_owned);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let drops: String = stale
        .iter()
        .map(|stale| {
            let target = Value::from(stale.target.as_str());
            format!(
                "  - target: {target}\n    description: Dropped at the release; {}.\n",
                stale.message
            )
        })
        .collect();
    let kept: String = stale
        .iter()
        .flat_map(|stale| &stale.others)
        .map(|action| format!("  - {action}\n"))
        .collect();
    insert(&mut text, "drop:", &drops);
    insert(&mut text, "actions:", &kept);
    text
}

fn head(version: &str) -> String {
    format!(
        "# Repairs of the specification from {version} on, in addition to the inherited ones. spec/23.02/overlay.yaml explains the keys.\n\
         overlay: 1.0.0\ninfo:\n  title: Procountor API {version}\n  version: \"1\"\n"
    )
}

/// Inserts items at the start of a list, and creates the list if it is missing.
fn insert(text: &mut String, list: &str, items: &str) {
    if items.is_empty() {
        return;
    }
    let line = format!("\n{list}\n");
    match text.find(&line) {
        Some(index) => text.insert_str(index + line.len(), items),
        None => text.push_str(&format!("{line}{items}")),
    }
}
