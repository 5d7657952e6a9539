//! `Schema` on an enum.

use procountor_macros::Schema;

#[derive(Schema)]
pub enum Invoice {
    Draft,
    Sent,
}

fn main() {}
