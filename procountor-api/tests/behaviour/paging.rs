//! Pages and rows of searches.

use crate::support::{Action, Scripted};
use futures_util::{StreamExt, TryStreamExt};
use procountor_api::ErrorKind;
use procountor_api::v2604::*;

/// Returns a server with `total` invoices that pages by key and by number.
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
        Action::Owned(
            200,
            format!(
                r#"{{"results":[{}],"meta":{{"totalCount":1}}}}"#,
                rows.join(",")
            ),
        )
    })
}

#[tokio::test(start_paused = true)]
async fn by_key_every_row_is_returned_once() {
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
async fn pages_are_numbered_without_a_key() {
    let server =
        Scripted::new(|index, _| Action::Owned(200, page(index, if index < 2 { 200 } else { 3 })));
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
async fn an_invalid_row_does_not_affect_the_others() {
    let server = Scripted::acts([Action::Answer(
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
async fn a_repeated_page_ends_the_search_with_an_error() {
    for search in ["by key", "by number"] {
        let server = Scripted::new(|_, _| Action::Owned(200, page(0, 200)));
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
async fn a_response_without_rows_is_an_error() {
    let server = Scripted::acts([Action::Answer(200, "{}")]);
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

#[tokio::test(start_paused = true)]
async fn an_invalid_row_is_in_its_error() {
    let server = Scripted::acts([Action::Answer(
        200,
        r#"{"results":[{"id":1},{"id":"two", "date":"2026-04-15"},7,{"id":4}]}"#,
    )]);
    let rows: Vec<_> = server
        .client()
        .invoices()
        .search_invoice()
        .rows()
        .collect()
        .await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| row.as_ref().map(drop).map_err(|error| error.json()))
        .collect();
    assert_eq!(
        told,
        [
            Ok(()),
            Err(Some(r#"{"id":"two", "date":"2026-04-15"}"#)),
            Err(Some("7")),
            Ok(())
        ]
    );
}

/// Returns the ids and the final error of a search by key over these pages of two rows.
async fn by_key(pages: &'static [&'static str], order: SortOrder) -> (Vec<i64>, String) {
    let acts: Vec<_> = pages.iter().map(|page| Action::Answer(200, page)).collect();
    let client = Scripted::acts(acts).client();
    let search = client.invoices().search_invoice().order_by_id(order);
    let mut rows = search.size(2).rows();
    let mut ids = Vec::new();
    loop {
        match rows.try_next().await {
            Ok(Some(row)) => ids.extend(row.id.map(|id| id.0)),
            Ok(None) => return (ids, String::new()),
            Err(error) if matches!(error.kind(), ErrorKind::Paging(_)) => {
                return (ids, error.to_string());
            }
            Err(error) => return (ids, format!("another error: {error}")),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn keys_out_of_order_are_an_error() {
    let told = |what: &str| {
        format!(
            "searchInvoice (GET /invoices): the server sent a row with the key {what}: the search would not end"
        )
    };
    let back = &[
        r#"{"results":[{"id":1},{"id":5}]}"#,
        r#"{"results":[{"id":4},{"id":6}]}"#,
    ];
    let (ids, error) = by_key(back, SortOrder::Asc).await;
    assert_eq!(ids, [1, 5], "what came before the error is not lost");
    assert_eq!(error, told("4 after one with 5 (page 1)"));
    let in_a_page = &[r#"{"results":[{"id":9},{"id":10}]}"#];
    let (ids, error) = by_key(in_a_page, SortOrder::Desc).await;
    assert_eq!((ids, error), (vec![], told("10 after one with 9 (page 0)")));
    // As numbers, not as texts.
    let (ids, error) = by_key(
        &[r#"{"results":[{"id":9},{"id":10}]}"#, r#"{"results":[]}"#],
        SortOrder::Asc,
    )
    .await;
    assert_eq!((ids, error), (vec![9, 10], String::new()));
    let down = &[
        r#"{"results":[{"id":10},{"id":9}]}"#,
        r#"{"results":[{"id":-3}]}"#,
    ];
    let (ids, error) = by_key(down, SortOrder::Desc).await;
    assert_eq!((ids, error), (vec![10, 9, -3], String::new()));
}

#[tokio::test(start_paused = true)]
async fn a_row_without_a_key_at_the_end_of_a_page_is_returned_once() {
    // The server continues after the last key, so it returns the row without one again.
    let server = Scripted::new(|_, request| {
        let from_the_start = !request.uri().to_string().contains("previousId");
        Action::Answer(
            200,
            match from_the_start {
                true => r#"{"results":[{"id":1},{"id":null,"notes":"?"}]}"#,
                false => r#"{"results":[{"notes":"?"}]}"#,
            },
        )
    });
    let search = server.client().invoices().search_invoice().size(2);
    let rows: Vec<_> = search.rows().try_collect().await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(
        server.uris()[1].contains("previousId=1&"),
        "{:?}",
        server.uris()
    );

    let nothing = Scripted::acts([Action::Answer(200, r#"{"results":[{"notes":"a"},{}]}"#)]);
    let search = nothing.client().invoices().search_invoice().size(2);
    let rows: Vec<_> = search.rows().map_ok(drop).collect().await;
    let error = rows[2].as_ref().unwrap_err().to_string();
    assert_eq!(rows.len(), 3);
    assert!(
        error.contains("expected a row with `id`, to request the next page, found {}"),
        "{error}"
    );
}

/// Rows that change during a search.
#[derive(Clone, Default)]
struct Books(std::sync::Arc<std::sync::Mutex<Vec<i64>>>);

impl Books {
    fn new(ids: impl IntoIterator<Item = i64>) -> Self {
        let books = Self::default();
        ids.into_iter().for_each(|id| books.put(id));
        books
    }

    fn put(&self, id: i64) {
        let mut ids = self.0.lock().unwrap();
        ids.push(id);
        ids.sort_unstable();
    }

    fn remove(&self, id: i64) {
        self.0.lock().unwrap().retain(|known| *known != id);
    }

    fn serve(&self) -> Scripted {
        let books = self.0.clone();
        Scripted::new(move |_, request| {
            let number = |name| crate::support::query(request, name)?.parse::<i64>().ok();
            let ids = books.lock().unwrap();
            let size = number("size").unwrap_or(50) as usize;
            let skipped = number("page").unwrap_or(0) as usize * size;
            let after = number("previousId").unwrap_or(i64::MIN);
            let rows = ids
                .iter()
                .filter(|id| **id > after)
                .skip(skipped)
                .take(size);
            Action::Owned(200, crate::support::page(rows))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn by_key_rows_can_change_during_a_search() {
    let books = Books::new((10..=100).step_by(10));
    let client = books.serve().client();
    let mut rows = client.invoices().search_invoice().size(3).rows();
    let mut ids = Vec::new();
    while let Some(row) = rows.try_next().await.unwrap() {
        let id = row.id.unwrap().0;
        ids.push(id);
        match id {
            // Before the place, at it, behind it.
            30 => [5, 7, 35, 95].into_iter().for_each(|id| books.put(id)),
            60 => [10, 20, 60, 90].into_iter().for_each(|id| books.remove(id)),
            _ => {}
        }
    }
    // What was there from beginning to end came once; what was added behind the place came, what was removed there did not.
    assert_eq!(ids, [10, 20, 30, 35, 40, 50, 60, 70, 80, 95, 100]);
}

#[tokio::test(start_paused = true)]
async fn by_number_a_row_moved_to_the_next_page_is_returned_once() {
    let books = Books::new((10..=80).step_by(10));
    let client = books.serve().client();
    let mut pages = client.persons().get_persons().size(3).pages().ahead(0);
    let mut ids = Vec::new();
    let mut repeated = Vec::new();
    while let Some(page) = pages.try_next().await.unwrap() {
        repeated.push(page.repeated);
        ids.extend(page.rows.into_iter().map(|row| row.unwrap().id.unwrap().0));
        if repeated.len() == 1 {
            books.put(1);
            books.put(2);
        }
    }
    assert_eq!(ids, [10, 20, 30, 40, 50, 60, 70, 80]);
    assert_eq!(repeated, [0, 2, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn by_number_a_removed_row_hides_the_one_after_it() {
    let books = Books::new((10..=80).step_by(10));
    let client = books.serve().client();
    let mut rows = client.persons().get_persons().size(3).rows().ahead(0);
    let mut ids = Vec::new();
    while let Some(row) = rows.try_next().await.unwrap() {
        ids.push(row.id.unwrap().0);
        if ids.len() == 3 {
            books.remove(10);
        }
    }
    // Nobody can know of 40: that is what the docs say of page numbers.
    assert_eq!(ids, [10, 20, 30, 50, 60, 70, 80]);
}

#[tokio::test(start_paused = true)]
async fn by_number_only_an_identical_row_is_left_out() {
    let server = Scripted::acts([
        Action::Answer(200, r#"{"results":[{"id":1},{"id":2},{"firstName":"A"}]}"#),
        Action::Answer(
            200,
            r#"{"results":[{"id":2},{"id":1,"firstName":"new"},{"firstName":"A"}]}"#,
        ),
        Action::Answer(200, r#"{"results":[{"id":2}]}"#),
    ]);
    let search = server.client().persons().get_persons().size(3);
    let rows: Vec<_> = search.rows().try_collect().await.unwrap();
    let ids: Vec<_> = rows.iter().map(|row| row.id.map(|id| id.0)).collect();
    // The changed row comes as it is now, one without a key is not known to be the same, and only the page right before
    // is compared: the last page follows one that has 2 as well.
    assert_eq!(ids, [Some(1), Some(2), None, Some(1), None]);
}
