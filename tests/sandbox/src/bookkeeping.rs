//! The totals of an invoice, and the ledger receipt that books it.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::json::Json;

/// The totals of an invoice, rounded to cents.
struct Totals {
    net: Decimal,
    vat: Decimal,
}

/// Sets the totals of an invoice from its rows.
pub(crate) fn set_totals(invoice: &mut Json) {
    let Some(totals) = totals(invoice) else {
        return;
    };
    let currency = invoice
        .text_at("paymentInfo.currency")
        .unwrap_or("EUR")
        .to_owned();
    invoice.set("sum", Json::number(totals.net + totals.vat));
    let info = Json::object([
        ("currency", currency.into()),
        ("inAccountingCurrency", true.into()),
        ("excludingVatTotal", Json::number(totals.net)),
        ("vatSumTotal", Json::number(totals.vat)),
        ("invoiceSumTotal", Json::number(totals.net + totals.vat)),
    ]);
    invoice.set("invoiceSumInfo", vec![info]);
}

/// Sums the rows; returns `None` if a number is missing or too large for exact arithmetic.
fn totals(invoice: &Json) -> Option<Totals> {
    let gross_prices = invoice.at("extraInfo.unitPricesIncludeVat") == Some(&Json::Bool(true));
    let hundred = Decimal::ONE_HUNDRED;
    let after_discount = |value: &Json| {
        let discount = decimal(value, "discountPercent").unwrap_or_default();
        Some(Decimal::ONE - discount.checked_div(hundred)?)
    };
    let (mut total, mut total_vat) = (Decimal::ZERO, Decimal::ZERO);
    for row in invoice.all("invoiceRows") {
        let price = decimal(row, "unitPrice")?
            .checked_mul(after_discount(row)?)?
            .checked_mul(after_discount(invoice)?)?;
        let sum = price.checked_mul(decimal(row, "quantity")?)?;
        let rate = decimal(row, "vatPercent")?.checked_div(hundred)?;
        let net = if gross_prices {
            sum.checked_div(Decimal::ONE.checked_add(rate)?)?
        } else {
            sum
        };
        total = total.checked_add(net)?;
        total_vat = total_vat.checked_add(net.checked_mul(rate)?)?;
    }
    let cents = |sum: Decimal| {
        let mut rounded = sum.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        rounded.rescale(2);
        rounded
    };
    Some(Totals {
        net: cents(total),
        vat: cents(total_vat),
    })
}

fn decimal(value: &Json, field: &str) -> Option<Decimal> {
    match value.get(field)? {
        Json::Number(text) => Decimal::from_str_exact(text)
            .or_else(|_| Decimal::from_scientific(text))
            .ok(),
        _ => None,
    }
}

/// Builds the receipt that books an invoice.
pub(crate) fn receipt(invoice: &Json, id: i64, number: i64) -> Json {
    let totals = totals(invoice).unwrap_or(Totals {
        net: Decimal::ZERO,
        vat: Decimal::ZERO,
    });
    let kind = invoice.text_at("type").unwrap_or_default();
    let (account, counter, sign, vat_type) = if kind.starts_with("SALES") {
        ("3000", "1700", -Decimal::ONE, "SALES")
    } else {
        ("4000", "2400", Decimal::ONE, "PURCHASE")
    };
    let rate = invoice
        .at("invoiceRows.vatPercent")
        .cloned()
        .unwrap_or_else(|| 0.into());
    let entry = |nth: i64, kind: &str, account: &str, value: Decimal, rate: Json| {
        Json::object([
            ("id", (id * 10 + nth).into()),
            ("transactionType", kind.into()),
            ("account", account.into()),
            ("accountingValue", Json::number(value)),
            ("vatPercent", rate),
            ("vatType", vat_type.into()),
            ("vatStatus", 1.into()),
        ])
    };
    let gross = totals.net + totals.vat;
    let reconciliation = "RECONCILIATION_ENTRY";
    let transactions = vec![
        entry(1, "ENTRY", account, totals.net * sign, rate),
        entry(2, reconciliation, counter, -gross * sign, 0.into()),
    ];
    Json::object([
        ("id", id.into()),
        ("type", invoice.copy("type")),
        ("status", invoice.copy("status")),
        (
            "name",
            invoice.copy("counterParty.counterPartyAddress.name"),
        ),
        ("receiptDate", invoice.copy("date")),
        ("vatType", vat_type.into()),
        ("vatStatus", 1.into()),
        ("invoiceId", invoice.copy("id")),
        ("receiptNumber", number.into()),
        ("invoiceNumber", invoice.copy("invoiceNumber")),
        ("partnerId", invoice.copy("partnerId")),
        ("version", invoice.copy("version")),
        ("created", invoice.copy("created")),
        ("transactions", transactions.into()),
    ])
    .without_nulls()
}
