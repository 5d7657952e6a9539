//! Which parameters of a search choose among the documents, and how: one table.

use crate::check::Call;
use crate::json::Json;

/// How a parameter chooses.
#[derive(Clone, Copy, Debug)]
enum Test {
    /// The field is one of the values.
    Is,
    /// The field contains the value, whatever the case.
    Has,
    /// The field is not before the value. Dates and datetimes compare as text; a date bounds datetimes by their day.
    From,
    /// The field is not behind the value.
    To,
    /// The number is not less.
    Least,
    /// The number is not greater.
    Most,
    /// Unless the value is true, only documents whose field is not false.
    Inactive,
}

/// Collection, parameter, test, and the fields (any of them) that it looks at.
const FILTERS: &[(&str, &str, Test, &[&str])] = &[
    ("/invoices", "status", Test::Is, &["status"]),
    ("/invoices", "types", Test::Is, &["type"]),
    ("/invoices", "startDate", Test::From, &["date"]),
    ("/invoices", "endDate", Test::To, &["date"]),
    (
        "/invoices",
        "dueStartDate",
        Test::From,
        &["paymentInfo.dueDate"],
    ),
    (
        "/invoices",
        "dueEndDate",
        Test::To,
        &["paymentInfo.dueDate"],
    ),
    ("/invoices", "businessPartnerId", Test::Is, &["partnerId"]),
    (
        "/invoices",
        "factoringContractId",
        Test::Is,
        &["factoringContractId"],
    ),
    (
        "/invoices",
        "originalInvoiceNumber",
        Test::Is,
        &["originalInvoiceNumber"],
    ),
    ("/invoices", "invoiceNumber", Test::Is, &["invoiceNumber"]),
    (
        "/invoices",
        "productId",
        Test::Is,
        &["invoiceRows.productId"],
    ),
    ("/invoices", "invoiceChannel", Test::Is, &["invoiceChannel"]),
    ("/invoices", "isOffer", Test::Is, &["isOffer"]),
    (
        "/invoices",
        "searchTerm",
        Test::Has,
        &[
            "counterParty.counterPartyAddress.name",
            "invoiceNumber",
            "originalInvoiceNumber",
            "orderReference",
            "notes",
        ],
    ),
    ("/ledgerreceipts", "status", Test::Is, &["status"]),
    ("/ledgerreceipts", "types", Test::Is, &["type"]),
    ("/ledgerreceipts", "startDate", Test::From, &["receiptDate"]),
    ("/ledgerreceipts", "endDate", Test::To, &["receiptDate"]),
    ("/businesspartners", "name", Test::Has, &["name"]),
    (
        "/businesspartners",
        "identifier",
        Test::Is,
        &["invoicingInfo.identifier"],
    ),
    (
        "/businesspartners",
        "identifierType",
        Test::Is,
        &["invoicingInfo.identifierType"],
    ),
    (
        "/businesspartners",
        "customerNumber",
        Test::Is,
        &["invoicingInfo.customerNumber"],
    ),
    ("/businesspartners", "type", Test::Is, &["type"]),
    (
        "/businesspartners",
        "active",
        Test::Is,
        &["registryInfo.active"],
    ),
    (
        "/businesspartners",
        "partnerGroup",
        Test::Is,
        &["registryInfo.partnerGroups.name"],
    ),
    (
        "/businesspartners",
        "mainGroup",
        Test::Is,
        &["registryInfo.reportGroup"],
    ),
    ("/businesspartners/groups", "name", Test::Has, &["name"]),
    ("/businesspartners/groups", "type", Test::Is, &["type"]),
    ("/businesspartners/groups", "active", Test::Is, &["active"]),
    ("/products", "name", Test::Has, &["name"]),
    ("/products", "code", Test::Has, &["code"]),
    ("/products", "type", Test::Is, &["type"]),
    ("/products", "group", Test::Is, &["productGroupId"]),
    ("/products", "active", Test::Is, &["active"]),
    ("/products/groups", "type", Test::Is, &["type"]),
    ("/attachments", "name", Test::Has, &["name"]),
    ("/attachments", "type", Test::Is, &["documentType"]),
    ("/attachments", "referenceId", Test::Is, &["referenceId"]),
    ("/attachments", "username", Test::Is, &["user"]),
    ("/attachments", "minSize", Test::Least, &["size"]),
    ("/attachments", "maxSize", Test::Most, &["size"]),
    ("/bankstatements", "startDate", Test::From, &["startDate"]),
    ("/bankstatements", "endDate", Test::To, &["endDate"]),
    (
        "/bankstatements",
        "accountNumber",
        Test::Is,
        &["accountNumber"],
    ),
    (
        "/referencepayments",
        "startDate",
        Test::From,
        &["paymentDate"],
    ),
    ("/referencepayments", "endDate", Test::To, &["paymentDate"]),
    (
        "/referencepayments",
        "accountNumber",
        Test::Is,
        &["accountNumber"],
    ),
    (
        "/persons",
        "personNumber",
        Test::Is,
        &["invoicingInfo.personNumber"],
    ),
    (
        "/persons",
        "personGroupId",
        Test::Is,
        &["registryInfo.personGroupsIds"],
    ),
    (
        "/persons",
        "includeInactive",
        Test::Inactive,
        &["registryInfo.active"],
    ),
    (
        "/payrolls/employees",
        "personNumber",
        Test::Is,
        &["personNumber"],
    ),
    (
        "/payrolls/employees",
        "salaryChannel",
        Test::Is,
        &["salaryChannel"],
    ),
    (
        "/payrolls/employees",
        "includeInactive",
        Test::Inactive,
        &["active"],
    ),
    ("/dimensions", "name", Test::Has, &["name"]),
    ("/dimensions", "codeName", Test::Has, &["items.codeName"]),
    ("/webhooks", "url", Test::Is, &["url"]),
    ("/webhooks", "eventType", Test::Is, &["subscriptions"]),
    // Bounds that mean the same in every search.
    ("", "createdStartDate", Test::From, &["created"]),
    ("", "createdEndDate", Test::To, &["created"]),
    ("", "versionStartDate", Test::From, &["version"]),
    ("", "versionEndDate", Test::To, &["version"]),
];

/// Whether a document is among those that the call asks for. Parameters without a line in the table choose nothing.
pub(crate) fn admits(call: &Call<'_>, collection: &str, document: &Json) -> bool {
    let lines = FILTERS
        .iter()
        .filter(|(known, ..)| known.is_empty() || *known == collection);
    lines.into_iter().all(|(_, parameter, test, fields)| {
        let values = match call.values.get(*parameter) {
            Some(values) => values.clone(),
            None => call.value(parameter).into_iter().collect(),
        };
        values.is_empty()
            || passes(
                *test,
                &values,
                fields.iter().flat_map(|field| document.all(field)),
            )
    })
}

fn passes<'a>(test: Test, values: &[String], fields: impl Iterator<Item = &'a Json>) -> bool {
    let mut fields = fields.filter_map(Json::plain).peekable();
    let first = values.first().map(String::as_str).unwrap_or_default();
    let number = |text: &str| text.parse::<i64>().unwrap_or_default();
    match test {
        // A flag that a document does not have is not set.
        Test::Is if fields.peek().is_none() => first == "false",
        // A plain text parameter may hold several values too, as `status` of ledger receipts does.
        Test::Is => fields.any(|field| {
            values
                .iter()
                .any(|value| *value == field || value.split(',').any(|part| part == field))
        }),
        Test::Has => fields.any(|field| field.to_lowercase().contains(&first.to_lowercase())),
        Test::From => fields.any(|field| field.as_str() >= first),
        Test::To => fields.any(|field| field.get(..first.len()).unwrap_or(&field) <= first),
        Test::Least => fields.any(|field| number(&field) >= number(first)),
        Test::Most => fields.any(|field| number(&field) <= number(first)),
        Test::Inactive => first == "true" || fields.all(|field| field != "false"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use procountor_codegen::model::Method;

    use super::*;
    use crate::model::Model;
    use crate::store::Store;
    use crate::{embedded, resource, seed};

    type Line = (&'static str, &'static str);

    /// The lines that a version has a parameter for, and those of them of which its books have no field.
    fn lines(version: &str) -> (BTreeSet<Line>, BTreeSet<Line>) {
        let model = Model::new(embedded::load(version).unwrap().unwrap());
        let resources = resource::derive(&model);
        let mut store = Store::new(1);
        seed::sow(&model, &resources, &mut store, 1);
        let (mut used, mut blind) = (BTreeSet::new(), BTreeSet::new());
        for (collection, parameter, _, fields) in FILTERS {
            let search = model.operation(Method::Get, collection);
            let mut parameters = search.iter().flat_map(|search| &search.parameters);
            if !parameters.any(|known| known.wire == *parameter) {
                continue;
            }
            used.insert((*collection, *parameter));
            let documents = store.documents(collection);
            let has =
                |(_, document): (_, &Json)| fields.iter().any(|field| document.at(field).is_some());
            if !documents.into_iter().any(has) {
                blind.insert((*collection, *parameter));
            }
        }
        (used, blind)
    }

    #[test]
    fn a_search_finds_in_every_version_by_what_it_finds_by_in_the_newest() {
        let (mut all, blind) = lines(embedded::newest());
        for version in embedded::versions() {
            let (used, older) = lines(version);
            let only_older: Vec<_> = older.difference(&blind).collect();
            assert!(only_older.is_empty(), "{version}: {only_older:?}");
            all.extend(used);
        }
        let unused: Vec<_> = FILTERS
            .iter()
            .map(|(collection, parameter, ..)| (*collection, *parameter))
            .filter(|line| !line.0.is_empty() && !all.contains(line))
            .collect();
        assert!(unused.is_empty(), "no version has {unused:?}");
    }
}
