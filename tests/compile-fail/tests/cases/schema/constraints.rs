//! Constraints that do not apply. All are reported.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    #[schema(max_len = 70)]
    pub id: Option<i64>,
    #[schema(scale = 2)]
    pub notes: Option<String>,
    #[schema(max_len = -1)]
    pub reference: Option<String>,
    #[schema(min_items = 2, max_items = 1)]
    pub rows: Option<Vec<String>>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
