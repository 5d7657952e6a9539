//! Fields that are not optional. All are reported.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    pub id: i64,
    #[schema(required)]
    pub rows: Vec<String>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
