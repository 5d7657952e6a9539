//! The `unknown` field with another name.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    pub id: Option<i64>,
    #[doc(hidden)]
    pub rest: Unknown,
}

fn main() {}
