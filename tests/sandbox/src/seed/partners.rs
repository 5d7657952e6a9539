//! Business partners with valid business ids, and their groups.

use fastrand::Rng;

use super::{LAST_DAY, PARTNERS, day, finnish, names, pick};
use crate::json::Json;

const FIRST_ID: i64 = 20_001;

/// Returns the groups.
pub(super) fn groups() -> Vec<Json> {
    let group = |(index, (name, kind)): (usize, &(&str, &str))| {
        Json::object([
            ("id", Json::number(21_001 + index)),
            ("name", (*name).into()),
            ("type", (*kind).into()),
            ("active", true.into()),
        ])
    };
    [
        ("Avainasiakkaat", "CUSTOMER"),
        ("Verkkokauppa", "CUSTOMER"),
        ("Kotimaiset toimittajat", "SUPPLIER"),
    ]
    .iter()
    .enumerate()
    .map(group)
    .collect()
}

/// Generates the partners: three in four are customers, one in twenty is inactive.
pub(super) fn partners(rng: &mut Rng) -> Vec<Json> {
    let mut identifiers = (9_000_000..).filter_map(finnish::business_id);
    let mut partner = |index: i64| {
        // Gaps make the ids look realistic.
        let identifier = identifiers
            .by_ref()
            .nth(rng.usize(1..400))
            .unwrap_or_default();
        build(rng, index, &identifier)
    };
    (0..PARTNERS).map(&mut partner).collect()
}

fn build(rng: &mut Rng, index: i64, identifier: &str) -> Json {
    let is_customer = index % 4 != 3;
    let name = format!(
        "{} {} {}",
        pick(rng, names::COMPANY_STEMS),
        pick(rng, names::COMPANY_TRADES),
        pick(rng, names::COMPANY_FORMS)
    );
    let address = address(rng, &name);
    let contact = format!(
        "{} {}",
        pick(rng, names::FIRST_NAMES),
        pick(rng, names::LAST_NAMES)
    );
    let terms = pick(rng, &["7", "14", "30"]);
    let account = finnish::iban(
        *pick(rng, &[123_456, 159_030, 500_015, 800_016]),
        rng.u32(1000..9_999_999),
    );
    let version = format!("{}T09:30:{:02}", day(rng.i64(0..LAST_DAY)), index % 60);
    let ovt = format!("0037{}", identifier.replace('-', ""));
    Json::object([
        ("id", (FIRST_ID + index).into()),
        ("name", name.into()),
        (
            "type",
            if is_customer { "CUSTOMER" } else { "SUPPLIER" }.into(),
        ),
        ("address", address.clone()),
        ("billingAddress", address),
        (
            "invoicingInfo",
            Json::object([
                ("customerNumber", format!("{}", 1001 + index).into()),
                ("identifier", identifier.into()),
                ("identifierType", "YHD".into()),
                ("ovt", ovt.into()),
                (
                    "invoiceChannel",
                    (*pick(rng, &["EMAIL", "ELECTRONIC_INVOICE", "MAIL"])).into(),
                ),
                ("contactPerson", contact.into()),
                ("language", "FINNISH".into()),
                (
                    "email",
                    format!("laskut{}@esimerkki.fi", 1001 + index).into(),
                ),
            ]),
        ),
        (
            "paymentInfo",
            Json::object([
                ("paymentMethod", "BANK_TRANSFER".into()),
                ("bankAccount", account.into()),
                ("paymentTermDays", (*terms).into()),
                ("currency", "EUR".into()),
            ]),
        ),
        (
            "registryInfo",
            Json::object([
                ("active", (index % 20 != 19).into()),
                ("phone", format!("+358 9 {}", 100_000 + index * 7).into()),
            ]),
        ),
        ("version", version.as_str().into()),
        ("created", version.as_str().into()),
    ])
}

/// Generates a Finnish address.
pub(super) fn address(rng: &mut Rng, name: &str) -> Json {
    let (zip, city) = pick(rng, names::CITIES);
    Json::object([
        ("name", name.into()),
        (
            "street",
            format!("{} {}", pick(rng, names::STREETS), rng.u32(1..120)).into(),
        ),
        ("zip", (*zip).into()),
        ("city", (*city).into()),
        ("country", "FINLAND".into()),
    ])
}
