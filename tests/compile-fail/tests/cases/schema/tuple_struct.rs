//! A schema with unnamed fields.

use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice(Option<i64>);

fn main() {}
