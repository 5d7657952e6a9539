//! The lookup of the outcome of a request whose response was lost, as data.
//!
//! It is a table and not a search that the client sends. A test checks each line of the table against every version.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::SystemTime;

use http::Request;

use crate::operation::{Method, Operation};
use crate::wire::{Json, Wire, members, text_of};

/// The instructions to find out whether a request with a lost response took effect.
///
/// [`Error::look_up`](crate::Error::look_up) returns it.
///
/// This API does not have idempotency keys, so a create that can have reached the server is never sent again by the client.
/// To find out whether it took effect:
///
/// 1. Wait a few seconds: the server may still be processing the request.
/// 2. `GET` the path [`read`](Self::read) with the parameters [`query`](Self::query).
/// 3. In the response, find the resource that matches [`compare`](Self::compare) and was created within
///    [`window`](Self::window).
/// 4. If it exists, the request took effect. If not, send the request again.
///
/// Set a unique `originalInvoiceNumber` in each invoice, which makes the search exact. The vendor assigns the invoice number
/// itself and, as far as is known, does not refuse a duplicate `originalInvoiceNumber`. In 23.02 and 23.09, only a numeric
/// one can be searched for.
///
/// - An update took effect if the resource has another `version` than the one that was sent, and the values that were sent.
/// - A delete took effect if the resource does not exist.
/// - A two-factor operation takes effect only after a person confirms it. If it is begun again, the person is asked twice.
///
/// ```
/// # use procountor_api::{Environment, M2mCredentials, transport::*, v2604::*};
/// # use procountor_api::Decimal;
/// # /// Loses the response of every create.
/// # #[derive(Debug)] struct Lossy(Network);
/// # impl Transport for Lossy {
/// #     fn send(&self, request: http::Request<bytes::Bytes>) -> TransportFuture<'_> {
/// #         let lose = request.uri().path().ends_with("/invoices") && request.method() == "POST";
/// #         let response = self.0.send(request);
/// #         Box::pin(async move {
/// #             let response = response.await?;
/// #             if lose { return Err(TransportError::new(Delivery::Possible, "connection reset")) }
/// #             Ok(response)
/// #         })
/// #     }
/// # }
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
/// # let client = Client::builder()
/// #     .environment(Environment::Custom(sandbox.base_url()))
/// #     .m2m(M2mCredentials::new(sandbox.client_id(), sandbox.client_secret(), sandbox.api_key()))
/// #     .transport(Lossy(Network::new(NetworkLimits::default())?))
/// #     .build()?;
/// # let mut invoice: Invoice = serde_json::from_value(serde_json::json!({
/// #     "type": "SALES_INVOICE", "date": "2026-04-15", "counterParty": { "counterPartyAddress": { "name": "Oy" } },
/// #     "paymentInfo": { "paymentMethod": "BANK_TRANSFER", "currency": "EUR", "dueDate": "2026-04-29", "currencyRate": 1 },
/// #     "extraInfo": { "accountingByRow": false, "unitPricesIncludeVat": false }, "discountPercent": 0,
/// #     "invoiceChannel": "NO_SENDING", "invoiceRows": [ { "product": "Ruisleipä", "quantity": 10, "unit": "PIECE",
/// #         "unitPrice": 3.2, "discountPercent": 0, "vatPercent": 13.5 } ] }))?;
/// use futures_util::TryStreamExt;
///
/// invoice.original_invoice_number = Some("shop-1001".to_owned());
/// if let Err(error) = client.invoices().save_invoice(invoice).send().await {
///     let Some(look_up) = error.look_up() else { return Err(error.into()) };
///     assert_eq!(look_up.read(), "/invoices");
///     let Some(("originalInvoiceNumber", number)) = look_up.query().first() else { return Err(error.into()) };
///     let search = client.invoices().search_invoice().original_invoice_number(number.as_str());
///     let found: Vec<_> = search.rows().try_collect().await?;
///     assert_eq!(found.len(), 1, "it took effect and must not be sent again");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq)]
pub struct LookUp {
    operation: &'static Operation,
    path: String,
    read: String,
    query: Vec<(&'static str, String)>,
    compare: Vec<(&'static str, Json)>,
    window: (SystemTime, SystemTime),
}

impl LookUp {
    pub(crate) fn new<B: AsRef<[u8]>>(
        operation: &'static Operation,
        request: &Request<B>,
        window: (SystemTime, SystemTime),
    ) -> Self {
        let path = filled(operation, request.uri().path());
        let (_, read, query, compare) = rule(operation);
        let body = std::str::from_utf8(request.body().as_ref()).unwrap_or_default();
        let text = |json: &str| text_of(json).into_owned();
        let query = query
            .iter()
            .filter_map(|(parameter, field)| Some((*parameter, text(at(body, field)?))))
            .collect();
        let compare = compare
            .iter()
            .filter_map(|field| Some((*field, Json::decode(at(body, field)?, 0).ok()?)))
            .collect();
        Self {
            operation,
            read: first_segments(&path, read),
            path,
            query,
            compare,
            window,
        }
    }

    /// Returns the operation whose response was lost.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Returns the path of the request, without the path of the API: `/invoices/42/approve`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the path to `GET`, without the path of the API: a collection (`/invoices`) or a resource (`/invoices/42`).
    pub fn read(&self) -> &str {
        &self.read
    }

    /// Returns the parameters to search with, by their names on the wire, with values from the request. It is empty if the
    /// API cannot search for any value of the request.
    pub fn query(&self) -> &[(&'static str, String)] {
        &self.query
    }

    /// Returns the fields of the request that identify the resource, if they were set: `orderReference`, or
    /// `counterParty.counterPartyAddress.name`.
    pub fn compare(&self) -> &[(&'static str, Json)] {
        &self.compare
    }

    /// Returns the time from the start of the first attempt to the end of the last one, by the clock of this machine. The
    /// server can have acted later, its clock can differ, and the vendor does not state its time zone.
    pub fn window(&self) -> RangeInclusive<SystemTime> {
        self.window.0..=self.window.1
    }
}

/// Leaves out the values, which are accounting data.
impl fmt::Debug for LookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        let fields: Vec<_> = self.compare.iter().map(|(name, _)| name).collect();
        f.debug_struct("LookUp")
            .field("operation", &self.operation.id)
            .field("read", &self.read)
            .field("query", &names)
            .field("compare", &fields)
            .finish_non_exhaustive()
    }
}

/// Shows the request to send. It is appended to the error message.
impl fmt::Display for LookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "check GET {}", self.read)?;
        for (index, (name, _)) in self.query.iter().enumerate() {
            write!(f, "{}{name}", if index == 0 { " by " } else { ", " })?;
        }
        Ok(())
    }
}

/// A line of the table: the path with `{}` for each placeholder, the number of its segments to `GET`, the search parameters
/// with the fields of the body that they search for, and the fields that identify the resource.
type Rule = (
    &'static str,
    usize,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

fn rule(operation: &Operation) -> Rule {
    let path = anonymous(operation.path);
    if let Some(rule) = RULES.iter().find(|(known, ..)| *known == path) {
        return *rule;
    }
    let segments: Vec<_> = path.split('/').skip(1).collect();
    // A changed resource is at the last placeholder, a created one is in the collection.
    let last = segments.iter().rposition(|segment| *segment == "{}");
    let read = match last {
        Some(last) if operation.method != Method::POST => last + 1,
        _ => segments.len(),
    };
    (operation.path, read, &[], &["version"])
}

#[rustfmt::skip]
const RULES: &[Rule] = &[
    ("/invoices", 1, &[("originalInvoiceNumber", "originalInvoiceNumber")],
        &["type", "date", "partnerId", "orderReference", "counterParty.counterPartyAddress.name"]),
    ("/invoices/{}/comments", 3, &[], &["comment"]),
    ("/invoices/{}/paymentevents/markpaid", 3, &[], &["paymentDate", "amount", "currency"]),
    ("/invoices/{}/comments/{}/{}/read", 4, &[], &[]),
    ("/businesspartners", 1, &[("type", "type")], &["name", "type"]),
    ("/businesspartners/groups", 2, &[("name", "name")], &["name", "type"]),
    ("/products", 1, &[("code", "code")], &["code", "name", "type"]),
    ("/products/groups", 2, &[("type", "type")], &["name", "type"]),
    ("/persons", 1, &[], &["firstName", "lastName"]),
    ("/ledgerreceipts", 1, &[("types", "type")], &["type", "name", "receiptDate"]),
    ("/ledgerreceipts/{}/transactions/{}/dimensions", 2, &[], &["version"]),
    ("/bankaccounts", 1, &[], &["accountNumber", "iban"]),
    ("/bankstatements/{}/events/{}/invoices", 1, &[], &[]),
    ("/bankstatements/{}/events/{}/metadata", 1, &[], &[]),
    ("/bankstatements/{}/events/{}/products", 1, &[], &[]),
    ("/dimensions/{}/items", 2, &[], &["id", "codeName"]),
    ("/factoringcontracts", 1, &[], &["contractNumber"]),
    ("/se/factoringcontracts", 2, &[], &["contractNumber"]),
    ("/fiscalyears/{}/trackingPeriods/{}", 1, &[], &[]),
    ("/payments/directbanktransfers", 1, &[], &[]),
    ("/payments/directsalarypayments", 2, &[("name", "listName"), ("customId", "customId")], &["listName", "customId", "paymentDate"]),
    ("/payrolls/employees/salaryinfo", 2, &[], &["employeeId", "personId"]),
    ("/payrolls/employees/{}/salarybase", 4, &[], &["version"]),
    ("/payrolls/employees/{}/salaryinfo", 4, &[], &["version"]),
    ("/payrolls/employees/{}/salaryinfo/employments", 5, &[], &["startDate", "endDate", "type"]),
    ("/payrolls/employees/{}/salaryinfo/laborunionmemberships", 5, &[], &["laborUnionSettingId", "membershipStart"]),
    ("/payrolls/employees/{}/salaryinfo/taxcards", 5, &[], &["type", "validFrom"]),
    ("/payrolls/salarylists", 2, &[("name", "name")], &["name", "paymentPeriodStart", "paymentPeriodEnd"]),
    ("/referencepayments/{}/metadata", 1, &[], &[]),
    ("/webhooks", 1, &[("url", "url")], &["url"]),
    ("/webhooks/{}", 1, &[], &["uuid", "url"]),
];

/// Removes the names of placeholders from a path, which differ between versions.
fn anonymous(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Removes the path of the API from the path of a request.
fn filled(operation: &Operation, sent: &str) -> String {
    let wanted = operation.path.matches('/').count();
    let all: Vec<_> = sent.split('/').collect();
    let below = all.get(all.len().saturating_sub(wanted)..).unwrap_or(&[]);
    format!("/{}", below.join("/"))
}

fn first_segments(path: &str, count: usize) -> String {
    let segments: Vec<_> = path.split('/').skip(1).take(count).collect();
    format!("/{}", segments.join("/"))
}

/// Returns the JSON of a field by its path: `counterParty.counterPartyAddress.name`.
fn at<'a>(json: &'a str, field: &str) -> Option<&'a str> {
    field.split('.').try_fold(json, |json, name| {
        let (_, value) = members(json)
            .ok()?
            .into_iter()
            .find(|(member, _)| member == name)?;
        (value != "null").then_some(value)
    })
}

#[cfg(all(test, feature = "v2302", feature = "v2604"))]
mod tests;
