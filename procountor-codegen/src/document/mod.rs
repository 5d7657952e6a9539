//! Reads a specification, applies the overlays, and checks everything that the types of `openapiv3` would lose or report
//! without a JSON pointer. All references of a [`Document`] are valid.

mod extensions;
mod references;
mod shape;

use openapiv3::OpenAPI;
use serde_json::Value;

use crate::diagnostic::Diagnostics;
use crate::inputs::{Sources, UsageTracker};
use crate::overlay;
use crate::specification;

/// A specification with its overlays applied.
#[derive(Clone, Debug)]
pub struct Document {
    /// The name of the specification's file, for diagnostics.
    pub file: String,
    /// The document as JSON.
    pub value: Value,
    /// The document as types.
    pub openapi: OpenAPI,
}

/// Reads a specification and applies the overlays.
pub(crate) fn read(sources: &Sources, usage: &mut UsageTracker) -> Result<Document, Diagnostics> {
    let mut value = specification::parse(&sources.openapi)?;
    overlay::apply(&mut value, sources, usage)?;
    let file = &sources.openapi.name;
    let mut diagnostics = Diagnostics::default();
    references::check(&value, file, &mut diagnostics);
    extensions::check(&value, file, &mut diagnostics);
    match shape::read(&value, file, &mut diagnostics) {
        Some(openapi) => diagnostics.or_value(Document {
            file: file.clone(),
            value,
            openapi,
        }),
        None => Err(diagnostics),
    }
}
