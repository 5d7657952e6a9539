//! A field of an unsupported type.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    pub paid: Option<std::time::Duration>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
