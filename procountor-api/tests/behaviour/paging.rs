//! Rows, page after page.

use crate::support::{Act, Scripted};
use futures_util::{StreamExt, TryStreamExt};
use procountor_api::ErrorKind;
use procountor_api::v2604::*;

/// A server with `total` invoices, by either way of paging.
fn server(total: i64) -> Scripted {
    Scripted::new(move |_, request| {
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(request.uri().query().unwrap_or("").as_bytes())
                .into_owned()
                .collect();
        let number = |name: &str| {
            query
                .iter()
                .find(|(known, _)| known == name)
                .and_then(|(_, value)| value.parse::<i64>().ok())
        };
        let size = number("size").unwrap_or(50);
        let first = number("previousId").unwrap_or_else(|| number("page").unwrap_or(0) * size);
        let rows: Vec<_> = (first + 1..=total.min(first + size))
            .map(|id| format!(r#"{{"id":{id}}}"#))
            .collect();
        Act::Owned(
            200,
            format!(
                r#"{{"results":[{}],"meta":{{"totalCount":1}}}}"#,
                rows.join(",")
            ),
        )
    })
}

#[tokio::test(start_paused = true)]
async fn by_key_every_row_comes_once() {
    for (total, requests) in [(0, 1), (1, 1), (199, 1), (200, 2), (201, 2), (450, 3)] {
        let server = server(total);
        let rows: Vec<_> = server
            .client()
            .invoices()
            .search_invoice()
            .rows()
            .try_collect()
            .await
            .unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row.id.unwrap().0).collect();
        assert_eq!(ids, (1..=total).collect::<Vec<_>>());
        assert_eq!(server.sent(), requests, "{total} rows");
    }
}

#[tokio::test(start_paused = true)]
async fn the_requests_of_a_search() {
    let server = server(5);
    let search = server.client().invoices().search_invoice().size(2);
    search.rows().try_collect::<Vec<_>>().await.unwrap();
    let server_by_number = self::server(3);
    let search = server_by_number
        .client()
        .invoices()
        .search_invoice()
        .size(2)
        .order_by_date(SortOrder::Desc);
    search.rows().try_collect::<Vec<_>>().await.unwrap();
    let base = "https://books.example/api/invoices";
    assert_eq!(
        server.uris(),
        [
            format!("{base}?orderById=ASC&size=2"),
            format!("{base}?previousId=2&orderById=ASC&size=2"),
            format!("{base}?previousId=4&orderById=ASC&size=2"),
        ]
    );
    // What a key means under another order is not known, so pages are counted there.
    assert_eq!(
        server_by_number.uris(),
        [
            format!("{base}?orderByDate=DESC&size=2&page=0"),
            format!("{base}?orderByDate=DESC&size=2&page=1")
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn by_number_where_there_is_no_key() {
    let server =
        Scripted::new(|index, _| Act::Owned(200, page(index, if index < 2 { 200 } else { 3 })));
    let persons: Vec<_> = server
        .client()
        .persons()
        .get_persons()
        .rows()
        .try_collect()
        .await
        .unwrap();
    assert_eq!(persons.len(), 403);
    assert_eq!(
        server.uris()[2],
        "https://books.example/api/persons?size=200&page=2"
    );
}

#[tokio::test(start_paused = true)]
async fn a_bad_row_does_not_cost_the_others() {
    let server = Scripted::acts([Act::Answer(
        200,
        r#"{"results":[{"id":1},{"id":2,"date":"yesterday"},{"id":3}]}"#,
    )]);
    let rows: Vec<_> = server
        .client()
        .invoices()
        .search_invoice()
        .rows()
        .collect()
        .await;
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[2].as_ref().unwrap().id, Some(InvoiceId(3)));
    let error = rows[1].as_ref().unwrap_err();
    let ErrorKind::Decode { error, body, .. } = error.kind() else {
        panic!("{error}")
    };
    assert_eq!(
        error.to_string(),
        "date: expected a date such as 2026-04-15, found \"yesterday\""
    );
    assert_eq!(body, r#"{"id":2,"date":"yesterday"}"#);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_again_is_an_error_and_the_end() {
    for search in ["by key", "by number"] {
        let server = Scripted::new(|_, _| Act::Owned(200, page(0, 200)));
        let results: Vec<_> = if search == "by key" {
            server
                .client()
                .invoices()
                .search_invoice()
                .rows()
                .map_ok(drop)
                .collect()
                .await
        } else {
            server
                .client()
                .persons()
                .get_persons()
                .rows()
                .map_ok(drop)
                .collect()
                .await
        };
        assert_eq!(results.len(), 201, "{search}");
        let error = results[200].as_ref().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Paging(_)), "{error}");
        assert_eq!(server.sent(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_rows_is_an_error() {
    let server = Scripted::acts([Act::Answer(200, "{}")]);
    let error = server
        .client()
        .invoices()
        .search_invoice()
        .rows()
        .try_next()
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("results: expected a list of rows"),
        "{error}"
    );
}

fn page(number: usize, rows: usize) -> String {
    let rows: Vec<_> = (0..rows)
        .map(|row| format!(r#"{{"id":{}}}"#, number * 1000 + row))
        .collect();
    format!(r#"{{"results":[{}]}}"#, rows.join(","))
}
