//! Inherited actions that apply no longer to a new version, and the overlay that drops them.

use serde_json::Value;

use super::{Effective, apply_one, effective};
use crate::diagnostic::Diagnostics;
use crate::layers::Sources;

/// An inherited action that applies no longer.
#[derive(Clone, Debug, PartialEq)]
pub struct Stale {
    /// What it is about.
    pub target: String,
    /// The file that has it.
    pub file: String,
    /// Why it does not apply.
    pub message: String,
    /// Other inherited actions with this target that still apply: to drop the target drops them too.
    pub others: Vec<Value>,
}

/// The inherited actions that apply no longer to a version.
///
/// # Errors
/// The specification or an overlay cannot be read.
pub fn stale(sources: &Sources) -> Result<Vec<Stale>, Diagnostics> {
    let mut document = crate::document::parse(&sources.openapi)?;
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

/// The overlay of a version with these actions dropped. What is there stays as it is, word for word.
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
                "  - target: {target}\n    description: Dropped with the release; {}.\n",
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
        "# What we say about the specification from {version} on, beside what it inherits; spec/23.02/overlay.yaml explains the keys.\n\
         overlay: 1.0.0\ninfo:\n  title: Procountor API {version}\n  version: \"1\"\n"
    )
}

/// Puts items at the head of a list, which is made where there is none.
fn insert(text: &mut String, list: &str, items: &str) {
    if items.is_empty() {
        return;
    }
    let line = format!("\n{list}\n");
    match text.find(&line) {
        Some(place) => text.insert_str(place + line.len(), items),
        None => text.push_str(&format!("{line}{items}")),
    }
}
