//! Generates the Rust source of the Procountor SDK.
//!
//! ```text
//! layers     the files of all versions -> what each version is read from
//! document   specification + overlays -> openapiv3
//! builder    openapiv3 -> model::Api
//! lifecycle  where the version is reached, and how long
//! policy     rules -> the policy of each operation
//! docs       our own sentences
//! catalogue  many versions -> one set of definitions, and which version has which
//! emit       catalogue -> Rust source
//! diff       two documents and two models -> what changed
//! ```
//!
//! Before all that stands `facts`: what the vendor publishes -> what `spec/` keeps.
//!
//! Everything here is a function of its arguments: files are read and written by the caller.

pub mod builder;
pub mod catalogue;
pub mod diagnostic;
pub mod diff;
pub mod docs;
pub mod document;
pub mod emit;
pub mod facts;
pub mod layers;
pub mod lifecycle;
pub mod model;
pub mod overlay;
pub mod policy;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use emit::SourceFile;
pub use layers::{Source, Sources};

use layers::Shared;
use model::Api;

/// Reads one version. Rules and sentences that it has no use for are no mistake: they may be about another version.
pub fn load(sources: &Sources) -> Result<Api, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    match one(sources, &mut Shared::default(), &mut diagnostics) {
        Some(api) => diagnostics.or_value(api),
        None => Err(diagnostics),
    }
}

/// Reads versions, oldest first. A rule or sentence that matches nothing in any of them is a mistake, and what is wrong
/// with a file that several of them share is said once.
pub fn load_all(versions: &[Sources]) -> Result<Vec<Api>, Diagnostics> {
    let (mut shared, mut diagnostics) = (Shared::default(), Diagnostics::default());
    let mut apis = Vec::new();
    for sources in versions {
        apis.extend(one(sources, &mut shared, &mut diagnostics));
    }
    // What a version that cannot be read would have used is not known.
    if apis.len() == versions.len() {
        diagnostics.0.extend(shared.unused());
    }
    diagnostics.without_repetitions().or_value(apis)
}

/// One version, if at least its model can be built.
fn one(sources: &Sources, shared: &mut Shared, diagnostics: &mut Diagnostics) -> Option<Api> {
    let built = document::read(sources, shared).and_then(|document| builder::build(&document));
    let mut api = diagnostics.keep(built)?;
    diagnostics.keep(lifecycle::apply(&mut api, sources.lifecycle.as_ref()));
    diagnostics.keep(policy::apply(&mut api, &sources.policies, shared));
    diagnostics.keep(docs::apply(&mut api, sources, shared));
    Some(api)
}

/// The source of these versions, which are given oldest first.
///
/// # Errors
/// A name means one thing in one version and another in the next.
pub fn generate(versions: &[Api]) -> Result<Vec<SourceFile>, Diagnostics> {
    Ok(emit::files(&catalogue::build(versions)?))
}

/// The example in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
