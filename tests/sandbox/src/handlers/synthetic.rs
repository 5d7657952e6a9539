//! A search for invoices with any number of rows, which are generated on request and take no memory.

use std::fmt::Write;

use procountor_codegen::model::Paging;

use crate::check::Call;
use crate::paging;
use crate::response::{HandlerResult, Response};

/// The collection of the search.
pub(super) const COLLECTION: &str = "/invoices";

/// Returns a page of the rows with the ids 1 to `total`, by key or by number, in ascending or descending order.
pub(super) fn page(call: &Call<'_>, paging: &Paging, total: u64) -> HandlerResult {
    let size = paging::size(call, paging)? as u64;
    let page = paging::number(call, "page")?.unwrap_or(0) as u64;
    let skipped = page.saturating_mul(size);
    let keyset = paging.keyset.as_ref();
    let first = |name: &str| call.values.get(name)?.first().map(String::as_str);
    let ascending = keyset.and_then(|keyset| first(&keyset.order)) == Some("ASC");
    let last = keyset.and_then(|keyset| first(&keyset.parameter)?.parse::<u64>().ok());
    let last = last.filter(|last| *last > 0);
    // The number of rows up to the last one that the client has.
    let seen = match (last, ascending) {
        (None, _) => 0,
        (Some(last), true) => last,
        (Some(last), false) => (total + 1).saturating_sub(last),
    };
    let start = seen.saturating_add(skipped).min(total);
    let end = start.saturating_add(size).min(total);
    let mut body = format!(r#"{{"{}":["#, paging.rows);
    for number in start..end {
        let id = if ascending {
            number + 1
        } else {
            total - number
        };
        let comma = if number == start { "" } else { "," };
        // Writing to a `String` cannot fail.
        let _ = write!(
            body,
            r#"{comma}{{"id":{id},"invoiceNumber":{id},"type":"SALES_INVOICE","status":"PAID","date":"2026-04-15","name":"Customer {}","sum":{}.{:02}}}"#,
            id % 5000,
            id % 977,
            id % 100,
        );
    }
    let _ = write!(
        body,
        r#"],"meta":{{"pageNumber":{page},"pageSize":{size},"resultCount":{},"totalCount":{total}}}}}"#,
        end - start
    );
    Ok(Response::bytes(200, "application/json", body))
}
