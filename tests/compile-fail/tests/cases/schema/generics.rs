//! A schema with a type parameter.

use procountor_api::wire::Unknown;
use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice<T> {
    pub rows: Option<Vec<T>>,
    #[doc(hidden)]
    pub unknown: Unknown,
}

fn main() {}
