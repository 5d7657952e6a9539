//! A schema and an open enum defined in a user's crate. Decoding and encoding lose nothing.

use procountor_api::wire::{Unknown, from_json, to_json};
use procountor_api::{Decimal, Patch};
use procountor_macros::{Schema, open_enum};

/// The states of an order.
#[open_enum]
pub(crate) enum OrderStatus {
    Open,
    #[wire("CLOSED,")]
    Closed,
}

/// An order.
#[derive(Schema)]
pub(crate) struct Order {
    #[schema(name = "orderNo", required, max_len = 20)]
    pub(crate) number: Option<String>,
    #[schema(above = 0, scale = 2)]
    pub(crate) total: Option<Decimal>,
    #[schema(min_items = 1, unique)]
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) status: Option<OrderStatus>,
    #[doc(hidden)]
    pub(crate) unknown: Unknown,
}

/// A change of an order.
#[derive(Schema)]
pub(crate) struct OrderPatch {
    pub(crate) total: Patch<Decimal>,
    #[doc(hidden)]
    pub(crate) unknown: Unknown,
}

#[test]
fn unknown_values_are_preserved() {
    let order = Order {
        total: Some(Decimal::ONE),
        ..OrderRequired {
            number: "7".to_owned(),
        }
        .into()
    };
    assert_eq!(to_json(&order), r#"{"orderNo":"7","total":1}"#);

    let json = r#"{"orderNo":"7","status":"LOST","weight":1.50}"#;
    let order: Order = from_json(json).unwrap();
    assert_eq!(order.status, Some(OrderStatus::from("LOST")));
    assert_eq!(to_json(&order), json);
    assert_eq!(OrderStatus::from("CLOSED,"), OrderStatus::Closed);
}

#[test]
fn a_patch_has_a_default() {
    let patch = OrderPatch {
        total: Patch::Clear,
        ..OrderPatch::default()
    };
    assert_eq!(to_json(&patch), r#"{"total":null}"#);
}
