//! Reduces an API document, as the vendor publishes it, to the facts that `spec/` keeps.
//!
//! ```text
//! check        is this a document of this API, and of which version?
//! prose        collects the vendor's sentences, for private use
//! strip_prose  removes the sentences from the document
//! inherit      adds the facts that the vendor states only in sentences
//! compare      lists the differences of two documents
//! ```

mod check;
mod compare;
mod inherit;
mod json;
mod prose;
mod strip_prose;

pub use check::{Incoming, is_version, read};
pub use compare::differences;
pub use inherit::{InheritedFact, has_facts, inherit, mark_two_factor, operations};
pub use json::Json;
pub use prose::{Prose, prose};
pub use strip_prose::strip_prose;

use inherit::FACTS;
