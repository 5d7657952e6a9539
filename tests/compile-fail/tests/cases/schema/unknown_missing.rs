//! A schema without the `unknown` field.

use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    pub id: Option<i64>,
}

fn main() {}
