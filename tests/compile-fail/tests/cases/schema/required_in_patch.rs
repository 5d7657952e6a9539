//! A required field in a patch.

use procountor_api::Patch;
use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct InvoicePatch {
    #[schema(required)]
    pub name: Patch<String>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
