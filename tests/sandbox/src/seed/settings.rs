//! Settings of the company: its own data, user, dimensions, fiscal years, accounts, VAT rates and currencies.

use super::products;
use crate::credentials::{COMPANY_ID, USER_ID};
use crate::json::Json;

/// Returns the single documents by path.
pub(super) fn singletons(version: &str) -> Vec<(&'static str, Json)> {
    let company = "Hiekkalaatikko Oy";
    let identifier = Json::object([("brnType", "YHD".into()), ("code", "0737546-2".into())]);
    vec![
        (
            "/status",
            Json::object([
                ("name", "Procountor API".into()),
                ("version", version.into()),
                ("status", "OK".into()),
                ("procountorVersion", "111".into()),
            ]),
        ),
        (
            "/company",
            Json::object([
                ("id", COMPANY_ID.into()),
                ("name", company.into()),
                ("country", "FINLAND".into()),
                ("businessIdentifier", identifier),
                ("companyCurrency", "EUR".into()),
            ]),
        ),
        (
            "/sessioninfo",
            Json::object([
                ("companyId", COMPANY_ID.into()),
                ("name", company.into()),
                ("country", "FINLAND".into()),
                ("userId", USER_ID.into()),
                ("userName", "sandbox".into()),
            ]),
        ),
        (
            "/users",
            Json::object([
                ("id", USER_ID.into()),
                ("username", "sandbox".into()),
                ("companyId", COMPANY_ID.into()),
                ("countryCode", "FINLAND".into()),
                ("firstName", "Aino".into()),
                ("lastName", "Hiekkanen".into()),
                ("email", "aino@esimerkki.fi".into()),
            ]),
        ),
        ("/vats/default", vat_information()),
        (
            "/vats/country",
            Json::object([("vatPercentages", rates().collect::<Vec<_>>().into())]),
        ),
        (
            "/vats/settings",
            Json::object([
                ("unitPricesIncludeVatSales", false.into()),
                ("unitPricesIncludeVatPurchase", false.into()),
            ]),
        ),
        (
            "/currencies",
            Json::object([(
                "currencies",
                ["EUR", "SEK", "NOK", "DKK", "USD"]
                    .map(Json::from)
                    .to_vec()
                    .into(),
            )]),
        ),
    ]
}

fn rates() -> impl Iterator<Item = Json> {
    products::VAT_RATES
        .iter()
        .map(|(rate, _)| Json::number(rate))
}

fn vat_information() -> Json {
    let percentage = |rate| {
        Json::object([
            ("vatPercent", rate),
            ("sales", true.into()),
            ("purchase", true.into()),
        ])
    };
    let country = Json::object([
        ("country", "Finland".into()),
        (
            "percentages",
            rates().map(percentage).collect::<Vec<_>>().into(),
        ),
    ]);
    let status = |(number, description): (i64, &str)| {
        Json::object([
            ("vatStatus", number.into()),
            ("description", description.into()),
            ("sales", true.into()),
            ("purchase", true.into()),
        ])
    };
    let statuses = [(1, "Kotimaa"), (2, "EU-myynti"), (12, "Veroton")]
        .map(status)
        .to_vec();
    Json::object([
        ("vatInformation", vec![country].into()),
        ("vatStatuses", statuses.into()),
    ])
}

/// Returns the dimensions with their items.
pub(super) fn dimensions() -> Vec<Json> {
    let known: [(&str, &[&str]); 3] = [
        (
            "Kustannuspaikka",
            &["100 Hallinto", "200 Myynti", "300 Tuotanto"],
        ),
        ("Projekti", &["P-001 Verkkokauppa", "P-002 Muutto"]),
        ("Toimipaikka", &["Helsinki", "Tampere", "Oulu"]),
    ];
    let item = |id: usize, name: &str| {
        Json::object([
            ("id", Json::number(id)),
            ("codeName", name.into()),
            ("status", "A".into()),
        ])
    };
    let dimension = |(index, (name, items)): (usize, (&str, &[&str]))| {
        let items: Vec<Json> = items
            .iter()
            .enumerate()
            .map(|(nth, name)| item(index * 100 + nth + 1, name))
            .collect();
        Json::object([
            ("id", Json::number(90_001 + index)),
            ("name", name.into()),
            ("items", items.into()),
        ])
    };
    known.into_iter().enumerate().map(dimension).collect()
}

/// Returns the fiscal years.
pub(super) fn fiscal_years() -> Vec<Json> {
    let year = |(year, is_open): (i64, bool)| {
        let status = if is_open { "OPEN" } else { "CLOSED" };
        let quarters = [
            ("01-01", "03-31"),
            ("04-01", "06-30"),
            ("07-01", "09-30"),
            ("10-01", "12-31"),
        ];
        let period = |((start, end), nth): (&(&str, &str), i64)| {
            Json::object([
                ("id", (year * 10 + nth).into()),
                ("startDate", format!("{year}-{start}").into()),
                ("endDate", format!("{year}-{end}").into()),
                ("status", status.into()),
            ])
        };
        Json::object([
            ("id", year.into()),
            ("startDate", format!("{year}-01-01").into()),
            ("endDate", format!("{year}-12-31").into()),
            (
                "trackingPeriods",
                quarters
                    .iter()
                    .zip(1..)
                    .map(period)
                    .collect::<Vec<_>>()
                    .into(),
            ),
            ("isOpen", is_open.into()),
        ])
    };
    [(2024, false), (2025, true), (2026, true)]
        .into_iter()
        .map(year)
        .collect()
}

/// Returns the chart of accounts.
pub(super) fn ledger_accounts() -> Vec<Json> {
    let known = [
        ("1700", "Myyntisaamiset"),
        ("1840", "Siirtosaamiset"),
        ("1910", "Pankkitili"),
        ("1911", "Pankkitili 2"),
        ("1912", "Pankkitili 3"),
        ("2400", "Ostovelat"),
        ("2939", "Arvonlisäverovelka"),
        ("3000", "Myynti"),
        ("4000", "Ostot"),
        ("5000", "Palkat"),
        ("6800", "Poistot"),
        ("7230", "Vuokrat"),
        ("8560", "Pankkikulut"),
    ];
    let account = |(code, name): (&str, &str)| {
        Json::object([
            ("ledgerAccountCode", code.into()),
            ("name", name.into()),
            ("active", true.into()),
        ])
    };
    known.into_iter().map(account).collect()
}
