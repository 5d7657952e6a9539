//! From an API document as the vendor publishes it to the facts that `spec/` keeps.
//!
//! ```text
//! check     is it a document of this API, and of which version
//! prose     the vendor's sentences, for those who ask for them
//! reduce    the document without them
//! carry     the facts that stood in sentences only
//! compare   where two documents differ
//! ```

mod carry;
mod check;
mod compare;
mod json;
mod prose;
mod reduce;

pub use carry::{Carried, carry, has_facts, mark_two_factor, operations};
pub use check::{Incoming, is_version, read};
pub use compare::differences;
pub use json::Json;
pub use prose::{Prose, prose};
pub use reduce::reduce;

use carry::FACTS;
