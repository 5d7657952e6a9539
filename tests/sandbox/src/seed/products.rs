//! Products for sale and purchase, and their groups.

use fastrand::Rng;

use super::{LAST_DAY, PRODUCTS, day, euros, names, pick};
use crate::json::Json;

const FIRST_ID: i64 = 30_001;
const FIRST_GROUP: i64 = 31_001;
const TYPES: [&str; 2] = ["SALES", "PURCHASE"];

/// The VAT rates, with their number per ten products.
pub(super) const VAT_RATES: [(&str, usize); 4] = [("25.5", 7), ("13.5", 1), ("10", 1), ("0", 1)];

/// Returns the groups, one for sales and one for purchases of each kind.
pub(super) fn groups() -> Vec<Json> {
    let names = ["Tarvikkeet", "Palvelut"];
    let pairs = names
        .iter()
        .flat_map(|name| TYPES.iter().map(move |kind| (name, kind)));
    let group = |(index, (name, kind)): (usize, (&&str, &&str))| {
        Json::object([
            ("id", Json::number(31_001 + index)),
            ("name", (**name).into()),
            ("type", (**kind).into()),
        ])
    };
    pairs.enumerate().map(group).collect()
}

/// Generates the products: two in three are sold.
pub(super) fn products(rng: &mut Rng) -> Vec<Json> {
    (0..PRODUCTS).map(|index| build(rng, index)).collect()
}

fn build(rng: &mut Rng, index: i64) -> Json {
    let (name, unit, price) = pick(rng, names::GOODS);
    let kind = TYPES[usize::from(index % 3 == 2)];
    let rates: Vec<&str> = VAT_RATES
        .iter()
        .flat_map(|(rate, share)| vec![*rate; *share])
        .collect();
    let version = format!("{}T10:15:{:02}", day(rng.i64(0..LAST_DAY)), index % 60);
    let full_name = format!("{name}, {} {}", pick(rng, names::GOODS_VARIANTS), index + 1);
    Json::object([
        ("id", (FIRST_ID + index).into()),
        ("type", kind.into()),
        ("name", full_name.into()),
        ("code", format!("T-{:04}", index + 1).into()),
        ("unit", (*unit).into()),
        ("discount", 0.into()),
        ("price", euros(price + rng.i64(0..price / 4 + 1))),
        ("vat", Json::number(pick(rng, &rates))),
        ("active", (index % 25 != 24).into()),
        (
            "defaultAccount",
            if kind == "SALES" { "3000" } else { "4000" }.into(),
        ),
        ("vatStatus", 1.into()),
        ("currency", "EUR".into()),
        (
            "productGroupId",
            (FIRST_GROUP + i64::from(kind == "PURCHASE")).into(),
        ),
        ("startDate", "2024-01-01".into()),
        ("version", version.as_str().into()),
        ("created", version.as_str().into()),
    ])
}
