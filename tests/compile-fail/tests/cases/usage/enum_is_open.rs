//! A match on an open enum without a wildcard arm.

use procountor_api::v2604::SortOrder;

pub fn is_ascending(order: &SortOrder) -> bool {
    match order {
        SortOrder::Asc => true,
        SortOrder::Desc => false,
    }
}

fn main() {}
