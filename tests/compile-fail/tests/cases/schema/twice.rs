//! A repeated `#[schema]` on a field.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    #[schema(required)]
    #[schema(max_len = 70)]
    pub notes: Option<String>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
