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

/// Sows everything that the version has a place for.
pub(crate) fn sow(model: &Model, resources: &[Resource], store: &mut Store, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut garden = Garden {
        model,
        resources,
        store,
    };
    let partners = partners::partners(&mut rng);
    let products = products::products(&mut rng);
    let accounts = bank::accounts(&mut rng);
    let invoices = invoices::invoices(&mut rng, &partners, &products, &accounts);
    let receipts = invoices::receipts(&mut rng, &invoices);
    garden.plant("/bankstatements", bank::statements(&mut rng, &accounts));
    garden.plant(
        "/referencepayments",
        bank::reference_payments(&invoices, &accounts),
    );
    garden.plant("/journals", invoices::journals(&receipts));
    garden.plant("/businesspartners/groups", partners::groups());
    garden.plant("/businesspartners", partners);
    garden.plant("/products/groups", products::groups());
    garden.plant("/products", products);
    garden.plant("/bankaccounts", accounts);
    garden.plant("/invoices", invoices);
    garden.plant("/ledgerreceipts", receipts);
    let persons = people::persons(&mut rng);
    garden.plant("/payrolls/employees", people::employees(&persons));
    garden.plant("/persons", persons);
    garden.plant("/dimensions", settings::dimensions());
    garden.plant("/fiscalyears", settings::fiscal_years());
    garden.plant("/coa", settings::ledger_accounts());
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
    use procountor_codegen::model::{Rule, Type};

    use super::*;
    use crate::check::value::Checker;
    use crate::embedded;
    use crate::resource;

    #[test]
    fn every_document_obeys_the_model() {
        let model = Model::new(embedded::load(embedded::newest()).unwrap().unwrap());
        let resources = resource::derive(&model);
        let mut store = Store::new(1);
        sow(&model, &resources, &mut store, 1);
        for resource in &resources {
            let documents = store
                .buckets
                .get(&resource.collection)
                .into_iter()
                .flatten();
            for (key, document) in documents {
                let mut checker = Checker {
                    model: &model,
                    required: true,
                    problems: Vec::new(),
                };
                let projected = shape::project(&model, &resource.schema, document);
                checker.check(
                    &Type::Schema(resource.schema.clone()),
                    &Rule::default(),
                    &projected,
                    "",
                );
                assert_eq!(checker.problems, [], "{} {key}", resource.collection);
            }
        }
        assert_eq!(store.buckets["/invoices"].len(), 2500);
    }

    #[test]
    fn replaced_values_are_few() {
        // What the sower writes should be taken as it is; a replaced value would be a word of another version.
        let model = Model::new(embedded::load(embedded::newest()).unwrap().unwrap());
        let mut rng = Rng::with_seed(1);
        let partners = partners::partners(&mut rng);
        for partner in &partners {
            let fitted = shape::fit(&model, "BusinessPartner", partner.clone());
            assert_eq!(&fitted, partner);
        }
        let products = products::products(&mut rng);
        let accounts = bank::accounts(&mut rng);
        for invoice in invoices::invoices(&mut rng, &partners, &products, &accounts) {
            assert_eq!(shape::fit(&model, "Invoice", invoice.clone()), invoice);
        }
        for account in accounts {
            assert_eq!(
                shape::fit(&model, "CompanyBankAccount", account.clone()),
                account
            );
        }
    }
}
