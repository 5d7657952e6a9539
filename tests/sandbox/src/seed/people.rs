//! Persons and employees.

use fastrand::Rng;

use super::{finnish, names, partners, pick};
use crate::json::Json;

const FIRST_PERSON: i64 = 80_001;
const PERSONS: i64 = 60;
const EMPLOYEES: usize = 25;

/// Generates the persons.
pub(super) fn persons(rng: &mut Rng) -> Vec<Json> {
    (0..PERSONS).map(|index| person(rng, index)).collect()
}

fn person(rng: &mut Rng, index: i64) -> Json {
    let (first, last) = (
        *pick(rng, names::FIRST_NAMES),
        *pick(rng, names::LAST_NAMES),
    );
    let (day, month, year) = (rng.u32(1..29), rng.u32(1..13), rng.u32(1960..2000));
    let code = finnish::personal_code(day, month, year, rng.u32(0..100));
    let address = partners::address(rng, "");
    let account = finnish::iban(123_456, rng.u32(1000..9_999_999));
    Json::object([
        ("id", (FIRST_PERSON + index).into()),
        ("firstName", first.into()),
        ("lastName", last.into()),
        ("jobTitle", (*pick(rng, names::JOB_TITLES)).into()),
        ("deliveryAddress", address),
        (
            "paymentInfo",
            Json::object([
                ("paymentMethod", "BANK_TRANSFER".into()),
                ("accountNumber", account.into()),
                ("paymentTermDays", "14".into()),
                ("penalInterestRate", 0.into()),
            ]),
        ),
        (
            "invoicingInfo",
            Json::object([
                ("personNumber", format!("{}", 501 + index).into()),
                ("identifier", code.into()),
                ("identifierType", "HETU".into()),
                ("dateOfBirth", format!("{year}-{month:02}-{day:02}").into()),
                ("language", "FINNISH".into()),
                ("gender", "NOT_APPLICABLE".into()),
            ]),
        ),
        (
            "registryInfo",
            Json::object([
                ("active", (index % 12 != 11).into()),
                (
                    "email",
                    format!("henkilo{}@esimerkki.fi", 501 + index).into(),
                ),
            ]),
        ),
        ("version", format!("2025-11-03T08:00:{index:02}").into()),
        ("created", format!("2025-11-03T08:00:{index:02}").into()),
    ])
}

/// Returns the employees, who are the first persons.
pub(super) fn employees(persons: &[Json]) -> Vec<Json> {
    let employee = |person: &Json| {
        Json::object([
            (
                "id",
                Json::number(person.integer_at("id").unwrap_or_default() + 5_000),
            ),
            ("lastName", person.copy("lastName")),
            ("firstName", person.copy("firstName")),
            ("ssn", person.copy("invoicingInfo.identifier")),
            ("employeeAddress", person.copy("deliveryAddress")),
            ("personNumber", person.copy("invoicingInfo.personNumber")),
            ("salaryChannel", "EMAIL".into()),
            ("automatedTaxCard", true.into()),
            ("active", person.copy("registryInfo.active")),
        ])
    };
    persons.iter().take(EMPLOYEES).map(employee).collect()
}
