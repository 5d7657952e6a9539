//! `#[schema]` on a struct.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
#[schema(required)]
pub struct Invoice {
    pub notes: Option<String>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
