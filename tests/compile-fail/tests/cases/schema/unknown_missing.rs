//! A schema that would lose what it does not know.

use procountor_macros::Schema;

#[derive(Schema)]
pub struct Invoice {
    pub id: Option<i64>,
}

fn main() {}
