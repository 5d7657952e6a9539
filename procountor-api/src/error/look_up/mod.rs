//! Where to look when the answer of a request was lost, as data. Nothing here sends anything.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::SystemTime;

use http::Request;

use crate::operation::{Method, Operation};
use crate::wire::{Json, Wire, members, text_of};

/// How to find out whether a request took effect whose answer was lost. Made by [`Error::look_up`](crate::Error::look_up).
///
/// This API has no idempotency keys, so a create is never sent again when it may have arrived. What can be done:
///
/// 1. Wait a little: the server may still be at work.
/// 2. `GET` what [`read`](Self::read) says, searching with the parameters of [`query`](Self::query).
/// 3. Among what that finds, look for what agrees with [`compare`](Self::compare) and was made within
///    [`window`](Self::window).
/// 4. Found: it took effect, and its id is there. Not found: send it again.
///
/// An invoice is found for certain when it has an `originalInvoiceNumber` of its own: give one to each. The vendor numbers
/// invoices itself, and does not refuse the same `originalInvoiceNumber` twice as far as is known. In 23.02 and 23.09 only
/// one that is a number can be searched for.
///
/// A change of something that has an id took effect if what is read has another `version` than the one that was sent, and
/// the values that were sent. A delete took effect if it is not there. A two-factor operation has only asked a person:
/// nothing has happened yet, and when it is begun again, the person is asked twice.
///
/// ```
/// # use procountor_api::{Environment, M2mCredentials, transport::*, v2604::*};
/// # use procountor_api::Decimal;
/// # /// Every create arrives, and its answer is lost.
/// # #[derive(Debug)] struct Lossy(Network);
/// # impl Transport for Lossy {
/// #     fn send(&self, request: http::Request<bytes::Bytes>) -> TransportFuture<'_> {
/// #         let lose = request.uri().path().ends_with("/invoices") && request.method() == "POST";
/// #         let answer = self.0.send(request);
/// #         Box::pin(async move {
/// #             let answer = answer.await?;
/// #             if lose { return Err(TransportError::new(Delivery::Possible, "connection reset")) }
/// #             Ok(answer)
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
///     assert_eq!(found.len(), 1, "it took effect: it must not be sent again");
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
        let rule = Constraints::of(operation);
        let body = std::str::from_utf8(request.body().as_ref()).unwrap_or_default();
        let text = |json: &str| text_of(json).into_owned();
        let query = rule
            .query
            .iter()
            .filter_map(|(parameter, field)| Some((*parameter, text(at(body, field)?))))
            .collect();
        let compare = rule
            .compare
            .iter()
            .filter_map(|field| Some((*field, Json::decode(at(body, field)?, 0).ok()?)))
            .collect();
        Self {
            operation,
            read: first_segments(&path, rule.read),
            path,
            query,
            compare,
            window,
        }
    }

    /// The operation whose answer was lost.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The path that it was sent to, below the API: `/invoices/42/approve`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path to `GET`, below the API: a collection (`/invoices`), or what was to be changed (`/invoices/42`).
    pub fn read(&self) -> &str {
        &self.read
    }

    /// The parameters of that, by their names on the wire, with values from the request. None where the request has nothing
    /// that can be searched for.
    pub fn query(&self) -> &[(&'static str, String)] {
        &self.query
    }

    /// Fields of the request that tell what was sent from everything else, as far as they were set: `orderReference`, or
    /// `counterParty.counterPartyAddress.name`.
    pub fn compare(&self) -> &[(&'static str, Json)] {
        &self.compare
    }

    /// From before the first attempt to behind the last one, by the clock of this machine. The server may have acted a little
    /// later, its clock may differ, and the vendor does not state its time zone.
    pub fn window(&self) -> RangeInclusive<SystemTime> {
        self.window.0..=self.window.1
    }
}

/// Without the values: they belong to the user's books.
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

/// What to do, for the end of an error's text.
impl fmt::Display for LookUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "look with GET {}", self.read)?;
        for (index, (name, _)) in self.query.iter().enumerate() {
            write!(f, "{}{name}", if index == 0 { " by " } else { ", " })?;
        }
        Ok(())
    }
}

/// What is known of an operation.
struct Constraints {
    /// How many segments of the path lead to what can be read.
    read: usize,
    query: &'static [(&'static str, &'static str)],
    compare: &'static [&'static str],
}

impl Constraints {
    fn of(operation: &Operation) -> Self {
        let path = anonymous(operation.path);
        let known = RULES.iter().find(|(known, ..)| *known == path);
        if let Some((_, read, query, compare)) = known {
            return Self {
                read: *read,
                query,
                compare,
            };
        }
        let segments: Vec<_> = path.split('/').skip(1).collect();
        // What is changed is where the last placeholder is; what is added is in the collection.
        let last = segments.iter().rposition(|segment| *segment == "{}");
        let read = match last {
            Some(last) if operation.method != Method::POST => last + 1,
            _ => segments.len(),
        };
        Self {
            read,
            query: &[],
            compare: &["version"],
        }
    }
}

type Line = (
    &'static str,
    usize,
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

/// By path, with `{}` for every placeholder: how many of its segments can be read, which parameters search for which fields
/// of the body, and which fields tell it from others. A test holds it against every version.
#[rustfmt::skip]
const RULES: &[Line] = &[
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

/// A path without the names of its placeholders, which differ between versions.
fn anonymous(path: &str) -> String {
    let segments = path
        .split('/')
        .map(|segment| match segment.starts_with('{') {
            true => "{}",
            false => segment,
        });
    segments.collect::<Vec<_>>().join("/")
}

/// The path of the operation as it was sent, without what stands before it.
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

/// The JSON of a field: `counterParty.counterPartyAddress.name`.
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
