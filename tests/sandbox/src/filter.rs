//! Selects the documents of a search: one table of parameters and fields.

use crate::check::Call;
use crate::json::Json;
use crate::resource::Resource;
use crate::store::{Key, Store};

/// The comparison of a field with the values of a parameter.
#[derive(Clone, Copy, Debug)]
enum Comparison {
    /// The field equals one of the values.
    Equals,
    /// The field contains the value in any case.
    Contains,
    /// The field is the value or a later one. Dates and datetimes compare as text.
    NotBefore,
    /// The field is the value or an earlier one. A date includes all datetimes of its day.
    NotAfter,
    /// The number is at least the value.
    AtLeast,
    /// The number is at most the value.
    AtMost,
    /// The field is not false, unless the value is true.
    ActiveOnly,
}

use Comparison::{ActiveOnly, AtLeast, AtMost, Contains, Equals, NotAfter, NotBefore};

/// Collection, parameter, comparison, and the fields, one of which must satisfy it.
const FILTERS: &[(&str, &str, Comparison, &[&str])] = &[
    ("/invoices", "status", Equals, &["status"]),
    ("/invoices", "types", Equals, &["type"]),
    ("/invoices", "startDate", NotBefore, &["date"]),
    ("/invoices", "endDate", NotAfter, &["date"]),
    (
        "/invoices",
        "dueStartDate",
        NotBefore,
        &["paymentInfo.dueDate"],
    ),
    (
        "/invoices",
        "dueEndDate",
        NotAfter,
        &["paymentInfo.dueDate"],
    ),
    ("/invoices", "businessPartnerId", Equals, &["partnerId"]),
    (
        "/invoices",
        "factoringContractId",
        Equals,
        &["factoringContractId"],
    ),
    (
        "/invoices",
        "originalInvoiceNumber",
        Equals,
        &["originalInvoiceNumber"],
    ),
    ("/invoices", "invoiceNumber", Equals, &["invoiceNumber"]),
    ("/invoices", "productId", Equals, &["invoiceRows.productId"]),
    ("/invoices", "invoiceChannel", Equals, &["invoiceChannel"]),
    ("/invoices", "isOffer", Equals, &["isOffer"]),
    (
        "/invoices",
        "searchTerm",
        Contains,
        &[
            "counterParty.counterPartyAddress.name",
            "invoiceNumber",
            "originalInvoiceNumber",
            "orderReference",
            "notes",
        ],
    ),
    ("/ledgerreceipts", "status", Equals, &["status"]),
    ("/ledgerreceipts", "types", Equals, &["type"]),
    ("/ledgerreceipts", "startDate", NotBefore, &["receiptDate"]),
    ("/ledgerreceipts", "endDate", NotAfter, &["receiptDate"]),
    ("/businesspartners", "name", Contains, &["name"]),
    (
        "/businesspartners",
        "identifier",
        Equals,
        &["invoicingInfo.identifier"],
    ),
    (
        "/businesspartners",
        "identifierType",
        Equals,
        &["invoicingInfo.identifierType"],
    ),
    (
        "/businesspartners",
        "customerNumber",
        Equals,
        &["invoicingInfo.customerNumber"],
    ),
    ("/businesspartners", "type", Equals, &["type"]),
    (
        "/businesspartners",
        "active",
        Equals,
        &["registryInfo.active"],
    ),
    (
        "/businesspartners",
        "partnerGroup",
        Equals,
        &["registryInfo.partnerGroups.name"],
    ),
    (
        "/businesspartners",
        "mainGroup",
        Equals,
        &["registryInfo.reportGroup"],
    ),
    ("/businesspartners/groups", "name", Contains, &["name"]),
    ("/businesspartners/groups", "type", Equals, &["type"]),
    ("/businesspartners/groups", "active", Equals, &["active"]),
    ("/products", "name", Contains, &["name"]),
    ("/products", "code", Contains, &["code"]),
    ("/products", "type", Equals, &["type"]),
    ("/products", "group", Equals, &["productGroupId"]),
    ("/products", "active", Equals, &["active"]),
    ("/products/groups", "type", Equals, &["type"]),
    ("/attachments", "name", Contains, &["name"]),
    ("/attachments", "type", Equals, &["documentType"]),
    ("/attachments", "referenceId", Equals, &["referenceId"]),
    ("/attachments", "username", Equals, &["user"]),
    ("/attachments", "minSize", AtLeast, &["size"]),
    ("/attachments", "maxSize", AtMost, &["size"]),
    ("/bankstatements", "startDate", NotBefore, &["startDate"]),
    ("/bankstatements", "endDate", NotAfter, &["endDate"]),
    (
        "/bankstatements",
        "accountNumber",
        Equals,
        &["accountNumber"],
    ),
    (
        "/referencepayments",
        "startDate",
        NotBefore,
        &["paymentDate"],
    ),
    ("/referencepayments", "endDate", NotAfter, &["paymentDate"]),
    (
        "/referencepayments",
        "accountNumber",
        Equals,
        &["accountNumber"],
    ),
    (
        "/persons",
        "personNumber",
        Equals,
        &["invoicingInfo.personNumber"],
    ),
    (
        "/persons",
        "personGroupId",
        Equals,
        &["registryInfo.personGroupsIds"],
    ),
    (
        "/persons",
        "includeInactive",
        ActiveOnly,
        &["registryInfo.active"],
    ),
    (
        "/payrolls/employees",
        "personNumber",
        Equals,
        &["personNumber"],
    ),
    (
        "/payrolls/employees",
        "salaryChannel",
        Equals,
        &["salaryChannel"],
    ),
    (
        "/payrolls/employees",
        "includeInactive",
        ActiveOnly,
        &["active"],
    ),
    ("/dimensions", "name", Contains, &["name"]),
    ("/dimensions", "codeName", Contains, &["items.codeName"]),
    ("/webhooks", "url", Equals, &["url"]),
    ("/webhooks", "eventType", Equals, &["subscriptions"]),
    // These apply to every search.
    ("", "createdStartDate", NotBefore, &["created"]),
    ("", "createdEndDate", NotAfter, &["created"]),
    ("", "versionStartDate", NotBefore, &["version"]),
    ("", "versionEndDate", NotAfter, &["version"]),
];

/// Returns the documents of a collection that a search selects, in the order of their keys.
pub(crate) fn find<'a>(
    store: &'a Store,
    call: &Call<'_>,
    resource: &Resource,
    path: &str,
) -> Vec<(&'a Key, &'a Json)> {
    let documents = store.documents(path);
    documents
        .filter(|(_, document)| matches(call, &resource.collection, document))
        .collect()
}

/// Returns whether a document satisfies all parameters of the table; other parameters are ignored.
fn matches(call: &Call<'_>, collection: &str, document: &Json) -> bool {
    let mut lines = FILTERS
        .iter()
        .filter(|(known, ..)| known.is_empty() || *known == collection);
    lines.all(|(_, parameter, comparison, fields)| {
        let values = match call.values.get(*parameter) {
            Some(values) => values.clone(),
            None => call.value(parameter).into_iter().collect(),
        };
        let fields = fields.iter().flat_map(|field| document.all(field));
        values.is_empty() || satisfies(*comparison, &values, fields)
    })
}

fn satisfies<'a>(
    comparison: Comparison,
    values: &[String],
    fields: impl Iterator<Item = &'a Json>,
) -> bool {
    let mut fields = fields.filter_map(Json::plain).peekable();
    let first = values.first().map(String::as_str).unwrap_or_default();
    let number = |text: &str| text.parse::<i64>().unwrap_or_default();
    match comparison {
        // A missing flag counts as false.
        Equals if fields.peek().is_none() => first == "false",
        // Some text parameters hold several values separated by commas, such as `status` of ledger receipts.
        Equals => fields.any(|field| {
            values
                .iter()
                .any(|value| *value == field || value.split(',').any(|part| part == field))
        }),
        Contains => fields.any(|field| field.to_lowercase().contains(&first.to_lowercase())),
        NotBefore => fields.any(|field| field.as_str() >= first),
        NotAfter => fields.any(|field| field.get(..first.len()).unwrap_or(&field) <= first),
        AtLeast => fields.any(|field| number(&field) >= number(first)),
        AtMost => fields.any(|field| number(&field) <= number(first)),
        ActiveOnly => first == "true" || fields.all(|field| field != "false"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use procountor_codegen::model::Method;

    use super::*;
    use crate::model::Model;
    use crate::{embedded, resource, seed};

    type Line = (&'static str, &'static str);

    /// Returns the lines whose parameter a version has, and those of them whose fields no document has.
    fn lines(version: &str) -> (BTreeSet<Line>, BTreeSet<Line>) {
        let model = Model::new(embedded::load(version).unwrap().unwrap());
        let resources = resource::derive(&model);
        let mut store = Store::new(1);
        seed::populate(&model, &resources, &mut store, 1);
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
