//! A schema whose fields have no names.

use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice(Option<i64>);

fn main() {}
