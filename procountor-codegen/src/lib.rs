//! Generates the Rust source of the Procountor SDK.
//!
//! ```text
//! document   specification + overlay -> openapiv3
//! builder    openapiv3 -> model::Api
//! policy     rules -> the policy of each operation
//! docs       our own sentences
//! emit       model::Api -> Rust source
//! diff       two documents and two models -> what changed
//! ```
//!
//! Everything here is a function of its arguments: files are read and written by the caller.

pub mod builder;
pub mod diagnostic;
pub mod diff;
pub mod docs;
pub mod document;
pub mod emit;
pub mod model;
pub mod overlay;
pub mod policy;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use emit::SourceFile;

use model::Api;

/// An input: the text of a file, and the name that diagnostics give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As it is to be found: `spec/26.04/openapi.json`.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What one version is generated from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// The specification, in JSON.
    pub openapi: Source,
    /// What we say about it, as an OpenAPI overlay in YAML.
    pub overlay: Option<Source>,
    /// The rules for the policies, in YAML.
    pub policies: Source,
    /// Our own sentences, in YAML.
    pub docs: Option<Source>,
}

/// Reads one version.
pub fn load(sources: &Sources) -> Result<Api, Diagnostics> {
    let document = document::read(&sources.openapi, sources.overlay.as_ref())?;
    let mut api = builder::build(&document)?;
    policy::apply(&mut api, &sources.policies)?;
    docs::apply(&mut api, sources.docs.as_ref())?;
    Ok(api)
}

/// The source of these versions.
pub fn generate(versions: &[Api]) -> Vec<SourceFile> {
    emit::files(versions)
}
