//! Bank accounts, their statements, and reference payments.

use fastrand::Rng;
use jiff::ToSpan;
use jiff::civil::date;

use super::{euros, finnish, pick, text};
use crate::json::Json;

const FIRST_ACCOUNT: i64 = 40_001;
const FIRST_STATEMENT: i64 = 60_001;
const FIRST_PAYMENT: i64 = 70_001;

/// The number of paid invoices with a reference payment.
const PAYMENTS: usize = 400;

/// Banks: name, BIC, first digits of account numbers, ledger account.
const BANKS: [(&str, &str, u32, &str); 3] = [
    ("Nordea", "NDEAFIHH", 159_030, "1910"),
    ("Osuuspankki", "OKOYFIHH", 500_015, "1911"),
    ("Danske Bank", "DABAFIHH", 800_016, "1912"),
];

/// Generates the company's accounts.
pub(super) fn accounts(rng: &mut Rng) -> Vec<Json> {
    BANKS
        .iter()
        .zip(0..)
        .map(|(bank, index)| account(rng, *bank, index))
        .collect()
}

fn account(
    rng: &mut Rng,
    (name, bic, prefix, ledger): (&str, &str, u32, &str),
    index: i64,
) -> Json {
    let iban = finnish::iban(prefix, rng.u32(1000..9_999_999));
    Json::object([
        ("id", (FIRST_ACCOUNT + index).into()),
        ("accountNumber", iban.as_str().into()),
        ("iban", iban.as_str().into()),
        ("bic", bic.into()),
        ("bankName", name.into()),
        ("currency", "EUR".into()),
        ("defaultForInvoice", (index == 0).into()),
        ("defaultForPayment", (index == 0).into()),
        ("status", "ACTIVE".into()),
        ("orderNo", (index + 1).into()),
        ("version", "2024-01-02T08:00:00".into()),
        ("created", "2024-01-02T08:00:00".into()),
        ("ledgerAccount", ledger.into()),
        ("showAccountOnInvoice", true.into()),
        ("allowPayments", true.into()),
        ("allowForeignPayments", (index == 0).into()),
    ])
}

/// Generates a statement for each account and month.
pub(super) fn statements(rng: &mut Rng, accounts: &[Json]) -> Vec<Json> {
    let mut statements = Vec::new();
    let mut balances = vec![2_500_000; accounts.len()];
    for month in 0..27_i64 {
        for (account, balance) in accounts.iter().zip(&mut balances) {
            let number = statements.len() as i64;
            statements.push(statement(rng, account, month, number, balance));
        }
    }
    statements
}

fn statement(rng: &mut Rng, account: &Json, month: i64, number: i64, balance: &mut i64) -> Json {
    let start = date(2024, 1, 1)
        .checked_add(month.months())
        .unwrap_or(date(2024, 1, 1));
    let sums: Vec<i64> = (0..10).map(|_| rng.i64(-150_000..200_000)).collect();
    let events: Vec<Json> = sums
        .iter()
        .zip(0..)
        .map(|(sum, nth)| event(rng, account, start.to_string(), number * 10 + nth + 1, *sum))
        .collect();
    let before = *balance;
    *balance += sums.iter().sum::<i64>();
    let total = |deposits: bool| {
        sums.iter()
            .filter(|sum| (**sum >= 0) == deposits)
            .sum::<i64>()
    };
    let count = |deposits: bool| sums.iter().filter(|sum| (**sum >= 0) == deposits).count();
    Json::object([
        ("id", (FIRST_STATEMENT + number).into()),
        ("accountNumber", text(account, "iban")),
        ("startDate", start.to_string().into()),
        ("endDate", start.last_of_month().to_string().into()),
        ("currency", "EUR".into()),
        ("numberOfDeposits", Json::number(count(true))),
        ("depositSum", euros(total(true))),
        ("numberOfWithdrawals", Json::number(count(false))),
        ("withdrawalSum", euros(total(false))),
        ("startBalance", euros(before)),
        ("endBalance", euros(*balance)),
        ("statementNumber", (month + 1).into()),
        ("events", events.into()),
    ])
}

fn event(rng: &mut Rng, account: &Json, date: String, id: i64, sum: i64) -> Json {
    Json::object([
        ("id", (FIRST_STATEMENT * 10 + id).into()),
        ("payDate", date.as_str().into()),
        ("valueDate", date.as_str().into()),
        ("sum", euros(sum)),
        ("accountNumber", text(account, "iban")),
        (
            "name",
            (*pick(
                rng,
                &[
                    "Verohallinto",
                    "Saimaan Sähkö Oy",
                    "Lapin Tukku Oy",
                    "Asiakas",
                ],
            ))
            .into(),
        ),
        ("explanationCode", if sum < 0 { 702 } else { 705 }.into()),
        ("archiveCode", format!("{:018}", id).into()),
        ("reference", finnish::reference(500_000 + id).into()),
        ("allocated", false.into()),
    ])
}

/// Generates reference payments for paid sales invoices.
pub(super) fn reference_payments(invoices: &[Json], accounts: &[Json]) -> Vec<Json> {
    let is_paid = |invoice: &&Json| {
        invoice.text_at("status") == Some("PAID")
            && invoice.text_at("type") == Some("SALES_INVOICE")
    };
    let account = accounts
        .first()
        .map(|account| text(account, "iban"))
        .unwrap_or(Json::Null);
    let payment = |(invoice, index): (&Json, i64)| {
        Json::object([
            ("id", (FIRST_PAYMENT + index).into()),
            ("accountNumber", account.clone()),
            ("valueDate", text(invoice, "paymentInfo.dueDate")),
            ("paymentDate", text(invoice, "paymentInfo.dueDate")),
            ("sum", invoice.copy("sum")),
            (
                "name",
                text(invoice, "counterParty.counterPartyAddress.name"),
            ),
            (
                "bankReference",
                text(invoice, "paymentInfo.bankReferenceCode"),
            ),
            ("archiveId", format!("{:018}", index + 1).into()),
            ("allocated", true.into()),
            ("invoiceId", invoice.copy("id")),
        ])
    };
    invoices
        .iter()
        .filter(is_paid)
        .take(PAYMENTS)
        .zip(0..)
        .map(payment)
        .collect()
}
