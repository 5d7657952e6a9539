//! Fields of unsupported number types.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    pub amount: Option<f64>,
    pub shares: Option<Vec<f32>>,
    pub number: Option<u32>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
