//! Unknown options of a field.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    #[schema(optional)]
    pub notes: Option<String>,
    #[schema(comma)]
    pub states: Option<Vec<String>>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
