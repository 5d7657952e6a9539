//! Searches that continue from a stored cursor.

use crate::support::{Action, Scripted, page, query};
use futures_util::{StreamExt, TryStreamExt};
use procountor_api::v2604::*;
use procountor_api::{ErrorKind, paging::Cursor};

/// Returns a server with `total` rows that pages by key and by number.
fn server(total: usize) -> Scripted {
    Scripted::new(move |_, request| {
        let number = |name| query(request, name)?.parse::<usize>().ok();
        let size = number("size").unwrap();
        let first = number("previousId").unwrap_or(number("page").unwrap_or(0) * size);
        Action::Owned(200, page((first + 1..=total).take(size)))
    })
}

fn stored(cursor: &Cursor) -> Cursor {
    let text = cursor.to_string();
    let json = serde_json::to_string(cursor).unwrap();
    assert_eq!(json, format!("\"{text}\""));
    let from_json: Cursor = serde_json::from_str(&json).unwrap();
    assert_eq!(from_json, text.parse().unwrap());
    from_json
}

#[tokio::test(start_paused = true)]
async fn wherever_a_search_stops_rows_are_neither_lost_nor_repeated() {
    for total in [0, 1, 4, 6, 7] {
        for stop in 0..=total {
            let client = server(total).client();
            let invoices = || client.invoices().search_invoice().size(3);
            let mut rows = invoices().rows();
            let mut ids = Vec::new();
            for _ in 0..stop {
                ids.push(rows.try_next().await.unwrap().unwrap().id.unwrap().0);
            }
            let mut rest = invoices().rows_from(&stored(&rows.cursor())).unwrap();
            while let Some(row) = rest.try_next().await.unwrap() {
                ids.push(row.id.unwrap().0);
            }
            assert_eq!(
                ids,
                (1..=total as i64).collect::<Vec<_>>(),
                "stopped at {stop}"
            );

            let persons = || client.persons().get_persons().size(3);
            let mut rows = persons().rows();
            let mut ids = Vec::new();
            for _ in 0..stop {
                ids.push(rows.try_next().await.unwrap().unwrap().id.unwrap().0);
            }
            // The cursor knows the size of its pages.
            let search = client.persons().get_persons();
            let mut rest = search.rows_from(&stored(&rows.cursor())).unwrap();
            while let Some(row) = rest.try_next().await.unwrap() {
                ids.push(row.id.unwrap().0);
            }
            assert_eq!(
                ids,
                (1..=total as i64).collect::<Vec<_>>(),
                "stopped at {stop}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_text_of_a_cursor() {
    let client = server(7).client();
    let mut rows = client.invoices().search_invoice().size(3).rows();
    let mut texts = vec![rows.cursor().to_string()];
    rows.try_next().await.unwrap();
    texts.push(rows.cursor().to_string());
    let mut rows = client.persons().get_persons().size(3).rows();
    texts.push(rows.cursor().to_string());
    for _ in 0..2 {
        rows.try_next().await.unwrap();
        texts.push(rows.cursor().to_string());
    }
    rows.try_next().await.unwrap();
    texts.push(rows.cursor().to_string());
    // Stored cursors are in users' databases: what changes here needs another form.
    assert_eq!(
        texts,
        [
            "1:searchInvoice:26.04:5c12a3578c5710c4:key::0",
            "1:searchInvoice:26.04:5c12a3578c5710c4:key:1:0",
            "1:getPersons:26.04:cbf29ce484222325:page:0:3:0",
            "1:getPersons:26.04:cbf29ce484222325:page:0:3:1",
            "1:getPersons:26.04:cbf29ce484222325:page:0:3:2",
            "1:getPersons:26.04:cbf29ce484222325:page:1:3:0",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_finished_search_by_key_finds_added_rows() {
    let client = server(2).client();
    let mut rows = client.invoices().search_invoice().rows();
    while rows.try_next().await.unwrap().is_some() {}
    let more = server(4).client();
    let rows = more.invoices().search_invoice().rows_from(&rows.cursor());
    let rows: Vec<_> = rows.unwrap().try_collect().await.unwrap();
    assert_eq!(rows.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_cursor_passes_an_invalid_row_but_not_a_failed_page() {
    let server = Scripted::new(|_, request| match query(request, "previousId").as_deref() {
        None => Action::Answer(200, r#"{"results":[{"id":1},{"id":2,"date":"?"}]}"#),
        Some(_) => Action::Answer(400, "no"),
    });
    let client = server.client();
    let mut rows = client.invoices().search_invoice().size(2).rows();
    let mut positions = Vec::new();
    while let Some(row) = rows.next().await {
        let cursor = rows.cursor().to_string();
        let place = cursor.rsplit_once("key:").unwrap().1.to_owned();
        positions.push((row.is_ok(), place));
    }
    let place = |key: &str| key.to_owned();
    assert_eq!(
        positions,
        [
            (true, place("1:0")),
            (false, place("2:0")),
            (false, place("2:0"))
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_cursor_of_another_search_is_refused() {
    let server = server(7);
    let client = server.client();
    let invoices = client.invoices().search_invoice().rows().cursor();
    let sent = client
        .invoices()
        .search_invoice()
        .status([InvoiceStatus::Sent]);
    let persons = client.persons().get_persons().rows().cursor();
    let old: Cursor = persons
        .to_string()
        .replace("26.04", "24.11")
        .parse()
        .unwrap();
    let errors = [
        sent.rows_from(&invoices).map(drop).unwrap_err(),
        client
            .persons()
            .get_persons()
            .rows_from(&invoices)
            .map(drop)
            .unwrap_err(),
        client
            .persons()
            .get_persons()
            .rows_from(&old)
            .map(drop)
            .unwrap_err(),
    ];
    assert!(
        errors
            .iter()
            .all(|error| matches!(error.kind(), ErrorKind::Cursor(_)))
    );
    assert_eq!(
        errors.map(|error| error.to_string()),
        [
            "searchInvoice (GET /invoices): nothing was sent, the cursor `1:searchInvoice:26.04:5c12a3578c5710c4:key::0` does not fit: it belongs to a search with other parameters: all but the page size must be the same; search from the beginning",
            "getPersons (GET /persons): nothing was sent, the cursor `1:searchInvoice:26.04:5c12a3578c5710c4:key::0` does not fit: it belongs to searchInvoice; it holds a key, which this search does not have; search from the beginning",
            "getPersons (GET /persons): nothing was sent, the cursor `1:getPersons:24.11:cbf29ce484222325:page:0:200:0` does not fit: it counts pages (page 0 of 200 rows) of API version 24.11, and another version may sort otherwise; search from the beginning",
        ]
    );
    // By key, the version does not matter.
    let old: Cursor = invoices
        .to_string()
        .replace("26.04", "24.11")
        .parse()
        .unwrap();
    assert!(client.invoices().search_invoice().rows_from(&old).is_ok());
    assert_eq!(server.sent(), 0);
}

#[test]
fn an_invalid_cursor_is_an_error() {
    let told = |text: &str| text.parse::<Cursor>().unwrap_err().to_string();
    let good = "1:searchInvoice:26.04:5c12a3578c5710c4";
    assert!(
        format!("{good}:key:%22a%3Ab%22:0")
            .parse::<Cursor>()
            .is_ok()
    );
    let texts = [
        "".to_owned(),
        "2:searchInvoice:26.04:5c12a3578c5710c4:key::0".to_owned(),
        format!("{good}:key:1"),
        format!("{good}:key:1:-1"),
        format!("{good}:key:%7B%7D:0"),
        format!("{good}:page:0:0:0"),
        "1:searchInvoice:26.04:fingerprint:key::0".to_owned(),
    ];
    let messages: Vec<_> = texts.iter().map(|text| told(text)).collect();
    let end = "; use the text that `Rows::cursor` returned";
    assert_eq!(
        messages,
        [
            "not a cursor: expected parts between colons, found ``",
            "not a cursor: its format is `2`, and this version of the crate reads format `1`",
            "not a cursor: expected `key` and 2 parts, or `page` and 3 parts, found `key:1`",
            "not a cursor: the number of rows is not a number: `-1`",
            "not a cursor: expected a number or a string in JSON as the key, found `{}`",
            "not a cursor: the page size is 0",
            "not a cursor: expected a fingerprint of 16 hexadecimal digits, found `fingerprint`",
        ]
        .map(|message| format!("{message}{end}"))
    );
}
