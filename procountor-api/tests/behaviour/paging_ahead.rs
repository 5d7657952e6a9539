//! Pages that are requested in advance.

use std::time::Duration;

use crate::support::{Action, Scripted, page, query};
use futures_util::{StreamExt, TryStreamExt};
use procountor_api::v2604::*;
use tokio::time::{Instant, sleep};

/// Returns a server with `total` persons, two per page.
fn server(total: usize) -> Scripted {
    answering(move |number| Action::Owned(200, page((number * 2..total).take(2))))
}

/// Returns a server whose response depends on the page number.
fn answering(act: impl Fn(usize) -> Action + Send + Sync + 'static) -> Scripted {
    Scripted::new(move |_, request| act(query(request, "page").unwrap().parse().unwrap()))
}

/// Asserts that no request is in flight after cancelled tasks have run.
async fn still(server: &Scripted) {
    sleep(Duration::from_millis(1)).await;
    assert_eq!(server.flying(), 0);
}

async fn read(server: &Scripted, client: &Client, ahead: usize) -> (Vec<i64>, Duration) {
    let before = Instant::now();
    let rows = client.persons().get_persons().size(2).rows().ahead(ahead);
    let rows: Vec<_> = rows.try_collect().await.unwrap();
    let time = before.elapsed();
    still(server).await;
    let ids = rows.into_iter().map(|row| row.id.unwrap().0).collect();
    (ids, time)
}

#[tokio::test(start_paused = true)]
async fn rows_keep_their_order_and_arrive_sooner() {
    let mut took = Vec::new();
    for ahead in [0, 1, 4] {
        let server = server(41);
        let client = server.client();
        let (ids, time) = read(&server, &client, ahead).await;
        assert_eq!(ids, (0..41).collect::<Vec<_>>());
        assert!(server.sent() <= 21 + ahead, "{} requests", server.sent());
        assert!(
            server.most_flying() <= ahead.max(1),
            "{}",
            server.most_flying()
        );
        took.push(time);
    }
    assert!(took[1] <= took[0] && took[2] * 3 < took[1] * 2, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_short_search_does_not_send_extra_requests() {
    for (total, requests) in [(0, 1), (1, 1), (2, 2), (3, 2)] {
        let server = server(total);
        read(&server, &server.client(), 5).await;
        assert_eq!(server.sent(), requests, "{total} rows");
    }
}

#[tokio::test(start_paused = true)]
async fn at_most_a_second_of_the_limit_is_requested_in_advance() {
    let server = server(21);
    let client = server.client_at(2.5);
    let mut rows = client.persons().get_persons().size(2).rows().ahead(50);
    let mut read = 0;
    while rows.try_next().await.unwrap().is_some() {
        read += 1;
        let before = server.sent();
        // Long enough for everything that has been asked for.
        sleep(Duration::from_secs(60)).await;
        assert!(server.sent() - before <= 2, "{}", server.sent() - before);
    }
    assert_eq!(read, 21);
}

#[tokio::test(start_paused = true)]
async fn pages_in_advance_do_not_block_other_calls() {
    let server = Scripted::new(|_, request| match query(request, "page") {
        Some(number) => Action::Owned(200, page((number.parse().unwrap()..30).take(2))),
        None => Action::Answer(200, "{}"),
    });
    let client = server.client_at(10.0);
    let mut rows = client.persons().get_persons().size(2).rows().ahead(3);
    for _ in 0..20 {
        let Some(row) = rows.try_next().await.unwrap() else {
            break;
        };
        // They wait for the limit, which this call needs too.
        let call = client.persons().get_person_by_id(row.id.unwrap());
        call.timeout(Duration::from_secs(5)).send().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_in_advance_is_reported_in_order() {
    let server = answering(|number| match number {
        5 => Action::Answer(400, r#"{"errors":[{"status":400,"message":"NO"}]}"#),
        number => Action::Owned(200, page([number * 2, number * 2 + 1])),
    });
    let client = server.client();
    let rows = client.persons().get_persons().size(2).rows().ahead(4);
    let rows: Vec<_> = rows.map_ok(|row| row.id.unwrap().0).collect().await;
    let read: Vec<_> = rows.iter().filter_map(|row| row.as_ref().ok()).collect();
    assert_eq!(read, (0..10).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    assert_eq!(rows.len(), 11);
    assert_eq!(rows[10].as_ref().unwrap_err().status(), Some(400));
    still(&server).await;
}

#[tokio::test(start_paused = true)]
async fn dropping_the_stream_cancels_its_requests() {
    let server = answering(|number| match number {
        0..3 => Action::Owned(200, page([number * 2, number * 2 + 1])),
        _ => Action::Silence,
    });
    let client = server.client();
    let mut rows = client.persons().get_persons().size(2).rows();
    for _ in 0..6 {
        rows.try_next().await.unwrap().unwrap();
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(server.flying(), 2);
    drop(rows);
    still(&server).await;
}

/// Reads ten rows slowly from an endless search by key, and returns the number of requests after each page.
async fn by_key(ahead: usize) -> Vec<usize> {
    let server = Scripted::new(|_, request| {
        let after = query(request, "previousId").map_or(0, |key| key.parse().unwrap());
        Action::Owned(200, page(after + 1..=after + 2))
    });
    let client = server.client();
    let search = client.invoices().search_invoice().size(2);
    let mut rows = search.rows().ahead(ahead);
    let mut sent = Vec::new();
    for id in 1..=10 {
        assert_eq!(rows.try_next().await.unwrap().unwrap().id.unwrap().0, id);
        sleep(Duration::from_secs(1)).await;
        sent.push(server.sent());
    }
    sent.into_iter().step_by(2).collect()
}

#[tokio::test(start_paused = true)]
async fn by_key_one_page_is_requested_in_advance_in_a_long_search() {
    assert_eq!(by_key(0).await, [1, 2, 3, 4, 5]);
    assert_eq!(by_key(5).await, [1, 3, 4, 5, 6]);
}
