//! Fills a new sandbox with the books of a believable Finnish company, the same ones for the same seed.

mod bank;
pub(crate) mod finnish;
mod invoices;
mod names;
mod partners;
mod people;
mod products;
mod settings;

use fastrand::Rng;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use procountor_codegen::model::Method;

use crate::generate;
use crate::json::Json;
use crate::model::{Model, answer_schema};
use crate::resource::Resource;
use crate::shape;
use crate::store::{Key, Store};

/// The company and the user behind the credentials.
pub(crate) const COMPANY_ID: i64 = 9001;
pub(crate) const USER_ID: i64 = 9101;

/// How many of each. Ids start at different numbers, so that an id in the wrong place is not found.
const PARTNERS: i64 = 400;
const PRODUCTS: i64 = 300;
const INVOICES: i64 = 2500;
const RECEIPTS: i64 = 3000;

/// The books, as the newest version says things: documents by collection.
fn books(seed: u64) -> Vec<(&'static str, Vec<Json>)> {
    let mut rng = Rng::with_seed(seed);
    let partners = partners::partners(&mut rng);
    let products = products::products(&mut rng);
    let accounts = bank::accounts(&mut rng);
    let invoices = invoices::invoices(&mut rng, &partners, &products, &accounts);
    let receipts = invoices::receipts(&mut rng, &invoices);
    let statements = bank::statements(&mut rng, &accounts);
    let persons = people::persons(&mut rng);
    vec![
        ("/bankstatements", statements),
        (
            "/referencepayments",
            bank::reference_payments(&invoices, &accounts),
        ),
        ("/journals", invoices::journals(&receipts)),
        ("/businesspartners/groups", partners::groups()),
        ("/businesspartners", partners),
        ("/products/groups", products::groups()),
        ("/products", products),
        ("/bankaccounts", accounts),
        ("/invoices", invoices),
        ("/ledgerreceipts", receipts),
        ("/payrolls/employees", people::employees(&persons)),
        ("/persons", persons),
        ("/dimensions", settings::dimensions()),
        ("/fiscalyears", settings::fiscal_years()),
        ("/coa", settings::ledger_accounts()),
    ]
}

/// Sows everything that the version has a place for.
pub(crate) fn sow(model: &Model, resources: &[Resource], store: &mut Store, seed: u64) {
    let mut garden = Garden {
        model,
        resources,
        store,
    };
    for (collection, documents) in books(seed) {
        garden.plant(collection, documents);
    }
    for (path, document) in settings::singles(&model.api.version) {
        garden.place(path, document);
    }
    for (series, last) in [
        ("invoice numbers", 1000 + INVOICES),
        ("receipt numbers", RECEIPTS),
        ("dimension items", 1000),
    ] {
        garden.store.reserve(series, last);
    }
    for series in ["InvoiceRow", "Transaction", "BusinessPartnerContactPerson"] {
        garden.store.reserve(series, 1_000_000);
    }
}

struct Garden<'a> {
    model: &'a Model,
    resources: &'a [Resource],
    store: &'a mut Store,
}

impl Garden<'_> {
    /// Puts documents into a collection, in the shape that the version gives them.
    fn plant(&mut self, collection: &str, documents: Vec<Json>) {
        let Some(resource) = self
            .resources
            .iter()
            .find(|resource| resource.collection == collection)
        else {
            return;
        };
        for document in documents {
            let id = document
                .integer_at("id")
                .unwrap_or_else(|| self.store.next(collection));
            self.store.reserve(collection, id);
            let document = shape::fit(self.model, &resource.schema, document.without_nulls());
            self.store.put(collection, Key::Number(id), document);
        }
    }

    /// Puts a document at its path; what it does not say is generated.
    fn place(&mut self, path: &str, document: Json) {
        let Some(schema) = self
            .model
            .operation(Method::Get, path)
            .and_then(answer_schema)
        else {
            return;
        };
        let document = shape::merged(&generate::object(self.model, schema), &document);
        let document = shape::fit(self.model, schema, document);
        self.store.singles.insert(path.to_owned(), document);
    }
}

/// A day of the company's history, counted from its beginning.
fn day(number: i64) -> Date {
    let first = date(2024, 1, 1);
    first.checked_add(number.days()).unwrap_or(first)
}

/// The last day of the history.
const LAST_DAY: i64 = 833;

/// One of several.
fn pick<'a, T>(rng: &mut Rng, choices: &'a [T]) -> &'a T {
    &choices[rng.usize(..choices.len())]
}

/// An amount in cents as euros.
fn euros(cents: i64) -> Json {
    let sign = if cents < 0 { "-" } else { "" };
    Json::number(format!(
        "{sign}{}.{:02}",
        cents.abs() / 100,
        cents.abs() % 100
    ))
}

/// A text of a document, empty when it has none.
fn text(document: &Json, path: &str) -> Json {
    document.text_at(path).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use procountor_codegen::model::{Constraints, Type};

    use super::*;
    use crate::check::value::Checker;
    use crate::embedded;
    use crate::resource;

    /// What `fit` does to the members that a schema has: the places where another value stands afterwards.
    fn replaced(before: &Json, after: &Json, place: &str, found: &mut BTreeSet<String>) {
        match (before, after) {
            (Json::Object(_), Json::Object(members)) => {
                for (name, after) in members {
                    if let Some(before) = before.get(name) {
                        replaced(before, after, &format!("{place}.{name}"), found);
                    }
                }
            }
            (Json::List(before), Json::List(after)) if before.len() == after.len() => {
                for (before, after) in before.iter().zip(after) {
                    replaced(before, after, place, found);
                }
            }
            _ if before == after => {}
            _ => {
                found.insert(format!("{place}: {before} -> {after}"));
            }
        }
    }

    #[test]
    fn the_books_suit_every_version_word_for_word() {
        let books = books(1);
        let invoices = books.iter().find(|(known, _)| *known == "/invoices");
        assert_eq!(invoices.unwrap().1.len(), 2500);
        let mut placed = BTreeSet::new();
        for version in embedded::versions() {
            let model = Model::new(embedded::load(version).unwrap().unwrap());
            let resources = resource::derive(&model);
            for (collection, documents) in &books {
                let mut resources = resources.iter();
                let Some(resource) = resources.find(|known| known.collection == *collection) else {
                    continue;
                };
                placed.insert(*collection);
                let mut found = BTreeSet::new();
                for document in documents {
                    let document = document.clone().without_nulls();
                    let fitted = shape::fit(&model, &resource.schema, document.clone());
                    replaced(&document, &fitted, collection, &mut found);
                    let mut checker = Checker {
                        model: &model,
                        required: true,
                        problems: Vec::new(),
                    };
                    let ty = Type::Schema(resource.schema.clone());
                    let fitted = shape::project(&model, &resource.schema, &fitted);
                    checker.check(&ty, &Constraints::default(), &fitted, "");
                    assert_eq!(checker.problems, [], "{version} {collection}");
                }
                // A replaced value would be a word of another version.
                assert_eq!(found, BTreeSet::new(), "{version}");
            }
        }
        assert_eq!(
            placed.len(),
            books.len(),
            "every book has a version that keeps it"
        );
    }
}
