//! Values and their JSON, with this crate's functions and through serde.

use std::collections::BTreeMap;

use procountor_api::v2604::*;
use procountor_api::wire::{from_json, to_json};
use procountor_api::{Date, DateTime, Decimal, Json, auth::Secret};
use serde::{Deserialize, Serialize};

#[test]
fn decimals_keep_every_digit_or_fail() {
    for digits in [
        "1234567890123456789012345678",
        "-0.1234567890123456789012345678",
        "12.50",
        "0",
        "1E+3",
        "2.5e-7",
    ] {
        let value: Decimal = from_json(digits).unwrap();
        assert_eq!(
            value,
            digits
                .parse()
                .or_else(|_| Decimal::from_scientific(digits))
                .unwrap()
        );
    }
    assert_eq!(to_json(&from_json::<Decimal>("12.50").unwrap()), "12.50");
    for wrong in [
        "12345678901234567890123456789012345",
        "\"12.50\"",
        "true",
        "{}",
    ] {
        let error = from_json::<Decimal>(wrong).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("$: expected a decimal number of at most 28 digits, found {wrong}")
        );
    }
}

#[test]
fn every_known_datetime_format_is_kept() {
    for text in [
        "2016-08-31",
        "2016-08-31T00:00",
        "2016-08-31T00:00:00",
        "2017-09-27T12:12:42",
        "2017-09-27T12:12:42.123",
        "2017-09-27T12:12:42Z",
        "2017-09-27T12:12:42+03:00",
        "2017-09-27T12:12:42.123456-0330",
    ] {
        let json = format!("\"{text}\"");
        assert_eq!(to_json(&from_json::<DateTime>(&json).unwrap()), json);
    }
    let built = DateTime::from(jiff::civil::date(2026, 4, 5).at(9, 3, 0, 999));
    assert_eq!(to_json(&built), "\"2026-04-05T09:03:00\"");
    for wrong in ["\"yesterday\"", "5", "\"2026-13-05T00:00:00\"", "\"\""] {
        assert!(from_json::<DateTime>(wrong).is_err(), "{wrong}");
    }
    for wrong in [
        "\"2026-4-5x\"",
        "\"2026-02-30\"",
        "\"2026-04-05T00:00:00\"",
        "null",
    ] {
        assert!(from_json::<Date>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_unknown_value_of_an_enum_is_kept() {
    let status: InvoiceStatus = from_json("\"TULEVA\"").unwrap();
    assert_eq!(status, InvoiceStatus::Unrecognized("TULEVA".into()));
    assert_eq!(to_json(&status), "\"TULEVA\"");
    assert_eq!(
        from_json::<InvoiceStatus>("\"SENT\"").unwrap(),
        InvoiceStatus::Sent
    );
    assert_eq!(InvoiceStatus::from("SENT"), InvoiceStatus::Sent);
}

#[test]
fn a_later_value_replaces_a_null() {
    let mut invoice: Invoice = from_json(r#"{"notes":null,"uusi":[1, 2]}"#).unwrap();
    assert_eq!(to_json(&invoice), r#"{"notes":null,"uusi":[1, 2]}"#);
    invoice.notes = Some("nyt".to_owned());
    assert_eq!(to_json(&invoice), r#"{"notes":"nyt","uusi":[1, 2]}"#);
}

#[test]
fn the_last_of_repeated_members_counts() {
    let invoice: Invoice = from_json(r#"{"notes":null,"notes":"nyt","sum":1,"sum":null}"#).unwrap();
    let written = to_json(&invoice);
    assert_eq!(written, r#"{"notes":"nyt","sum":null}"#);
    assert_eq!(from_json::<Invoice>(&written).unwrap(), invoice);
}

#[test]
fn a_date_is_written_as_it_is_read() {
    for text in ["2026-04-15", "0000-12-31", "9999-12-31"] {
        let date: Date = text.parse().unwrap();
        assert_eq!(date.to_string(), text);
        assert_eq!(to_json(&date), format!("\"{text}\""));
    }
    for wrong in ["-0001-01-01", "+2026-04-15", "2026-02-30", ""] {
        assert!(wrong.parse::<Date>().is_err(), "{wrong}");
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let unknown: Invoice = from_json(&format!(r#"{{"uusi":{deep}}}"#)).unwrap();
    assert_eq!(to_json(&unknown).len(), deep.len() + 9);
    let error = from_json::<Vec<Vec<i64>>>(&deep).unwrap_err();
    assert!(
        error.to_string().contains("expected a whole number"),
        "{error}"
    );
}

#[test]
fn a_secret_is_written_but_not_printed() {
    let answer: ApiIntegrationApprovedDTO =
        from_json(r#"{"companyId":1,"apiKey":"hush"}"#).unwrap();
    assert_eq!(answer.api_key.as_ref().map(Secret::expose), Some("hush"));
    assert_eq!(to_json(&answer), r#"{"companyId":1,"apiKey":"hush"}"#);
    assert!(!format!("{answer:?}").contains("hush"));
    let error = from_json::<ApiIntegrationApprovedDTO>(r#"{"apiKey":{"hush":1}}"#).unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
}

/// The types work inside a user's types, also if serde buffers values.
#[test]
fn serde_sees_ordinary_values() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Row {
        shop: String,
        #[serde(flatten)]
        invoice: Invoice,
    }
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(untagged)]
    enum Either {
        Invoice(Box<Invoice>),
        Text(String),
    }
    let json = r#"{"shop":"Verkkokauppa","id":42,"sum":12.5,"uusi":{"a":[true,null]}}"#;
    let row: Row = serde_json::from_str(json).unwrap();
    assert_eq!(
        (row.invoice.id, row.invoice.sum),
        (Some(InvoiceId(42)), Some(Decimal::new(125, 1)))
    );
    assert_eq!(serde_json::to_string(&row).unwrap(), json);
    let either: Either = serde_json::from_str(r#"{"id":42}"#).unwrap();
    assert_eq!(serde_json::to_string(&either).unwrap(), r#"{"id":42}"#);
    let by_id = BTreeMap::from([(InvoiceId(1), Json::parse("1.10").unwrap())]);
    assert_eq!(serde_json::to_string(&by_id).unwrap(), r#"{"1":1.1}"#);

    let exact = r#"{"sum":1234567890123456789012345.678}"#;
    let invoice: Invoice = serde_json::from_str(exact).unwrap();
    assert_eq!(serde_json::to_string(&invoice).unwrap(), exact);
    let value = serde_json::to_value(&row).unwrap();
    assert_eq!(serde_json::from_value::<Row>(value).unwrap(), row);
}
