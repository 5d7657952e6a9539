//! Generates the Rust source of the Procountor SDK.
//!
//! ```text
//! spec/ -> inputs -> document (with overlay) -> builder -> model::Api
//! model::Api, after lifecycle, policy and docs -> catalogue -> emit -> Rust source
//! two model::Api -> diff -> text, Markdown, JSON
//! the vendor's document -> facts -> spec/
//! ```
//!
//! Every function depends on its arguments alone: the caller reads and writes the files.

// The modules, from the ground up: a module imports only from those above it.

// Problems of an input: file, pointer, message, help.
pub mod diagnostic;

// The files that each version is generated from.
pub mod inputs;

// An API version, independent of OpenAPI.
pub mod model;

// The JSON of an OpenAPI document.
pub mod specification;

// Repairs of a specification.
pub mod overlay;

// A specification with its overlays, checked.
pub mod document;

// From the document to the model.
pub mod builder;

// The base path and the support period of a version.
pub mod lifecycle;

// The policies of each operation, by rules.
pub mod policy;

// The project's sentences for the documentation.
pub mod docs;

// One set of definitions for many versions.
pub mod catalogue;

// From the catalogue to Rust source.
pub mod emit;

// The changes between two versions.
pub mod diff;

// From the vendor's document to the facts that `spec/` keeps.
pub mod facts;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use emit::SourceFile;
pub use inputs::{Source, Sources};

use inputs::UsageTracker;
use model::Api;

/// Reads one version. Rules and sentences that match nothing are accepted, since they can be about another version.
///
/// # Errors
///
/// Returns every problem that was found in the inputs.
pub fn load(sources: &Sources) -> Result<Api, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    match load_one(sources, &mut UsageTracker::default(), &mut diagnostics) {
        Some(api) => diagnostics.or_value(api),
        None => Err(diagnostics),
    }
}

/// Reads versions, oldest first.
///
/// # Errors
///
/// Returns every problem that was found in the inputs, including rules and sentences that match nothing in any version. A
/// problem of a file that several versions share is returned once.
pub fn load_all(versions: &[Sources]) -> Result<Vec<Api>, Diagnostics> {
    let (mut usage, mut diagnostics) = (UsageTracker::default(), Diagnostics::default());
    let mut apis = Vec::new();
    for sources in versions {
        apis.extend(load_one(sources, &mut usage, &mut diagnostics));
    }
    // A version that cannot be read could have used what seems unused.
    if apis.len() == versions.len() {
        diagnostics.0.extend(usage.unused());
    }
    diagnostics.without_duplicates().or_value(apis)
}

/// Returns a version if its model can be built, and adds all problems to `diagnostics`.
fn load_one(
    sources: &Sources,
    usage: &mut UsageTracker,
    diagnostics: &mut Diagnostics,
) -> Option<Api> {
    let built = document::read(sources, usage).and_then(|document| builder::build(&document));
    let mut api = diagnostics.keep(built)?;
    diagnostics.keep(lifecycle::apply(&mut api, sources.lifecycle.as_ref()));
    diagnostics.keep(policy::apply(&mut api, &sources.policies, usage));
    diagnostics.keep(docs::apply(&mut api, sources, usage));
    Some(api)
}

/// Generates the source of these versions, oldest first.
///
/// # Errors
///
/// Returns an error if a name changes its meaning from one version to another.
pub fn generate(versions: &[Api]) -> Result<Vec<SourceFile>, Diagnostics> {
    Ok(emit::files(&catalogue::build(versions)?))
}

/// The example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
