//! The faults, byte by byte over plain sockets.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use procountor_sandbox::{Applied, Change, Fault, RetryAfter, Sandbox, Shift};
use serde_json::{Value, json};
use support::{Fixture, builder, invoice};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// All bytes of a connection.
#[derive(Debug)]
struct RawResponse {
    text: String,
    /// Whether the connection was reset, not closed.
    reset: bool,
    took: Duration,
}

impl RawResponse {
    fn status(&self) -> u16 {
        self.text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let (head, _) = self.text.split_once("\r\n\r\n")?;
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn body(&self) -> &str {
        self.text
            .split_once("\r\n\r\n")
            .map_or("", |(_, body)| body)
    }
}

/// Sends one request on its own connection and reads until the connection ends.
async fn send(sandbox: &Sandbox, head: &str, token: &str, body: &str) -> RawResponse {
    let address = sandbox.host_url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let start = Instant::now();
    let request = format!(
        "{head} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let request = match body {
        "" => request.replace(
            "Content-Type: application/json\r\nContent-Length: 0\r\n",
            "",
        ),
        _ => request,
    };
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes).await;
    RawResponse {
        text: String::from_utf8(bytes).unwrap(),
        reset: ended.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset),
        took: start.elapsed(),
    }
}

const COMPANY: &str = "GET /api/company";
const CREATE: &str = "POST /api/invoices";

async fn with_fault(fault: Fault) -> (Fixture, RawResponse) {
    let fixture = Fixture::machine().await;
    fixture.sandbox.faults().next(fault);
    let response = send(&fixture.sandbox, COMPANY, &fixture.token, "").await;
    (fixture, response)
}

#[tokio::test]
async fn an_error_response_affects_one_request() {
    let cases = [
        (Fault::ServerError(Applied::No), 500, "application/json"),
        (Fault::BadGateway(Applied::No), 502, "text/html"),
        (
            Fault::Unavailable(RetryAfter::Absent),
            503,
            "application/json",
        ),
        (Fault::TooMany(RetryAfter::Absent), 429, "application/json"),
    ];
    for (fault, status, media) in cases {
        let (fixture, response) = with_fault(fault).await;
        assert_eq!(response.status(), status, "{fault}");
        assert_eq!(response.header("content-type"), Some(media), "{fault}");
        assert_eq!(response.header("retry-after"), None, "{fault}");
        let ledger = fixture.sandbox.ledger();
        let faults = ledger.of("getCompanyInfo").map(|entry| entry.fault);
        assert_eq!(faults.collect::<Vec<_>>(), [Some(fault)]);
        let next = send(&fixture.sandbox, COMPANY, &fixture.token, "").await;
        assert_eq!(next.status(), 200, "{fault}");
    }
}

#[tokio::test]
async fn an_error_response_can_have_retry_after() {
    let (_, response) = with_fault(Fault::TooMany(RetryAfter::Seconds(7))).await;
    assert_eq!(response.header("retry-after"), Some("7"));
    let before = std::time::SystemTime::now();
    let (_, response) = with_fault(Fault::Unavailable(RetryAfter::Date(7))).await;
    let date = httpdate::parse_http_date(response.header("retry-after").unwrap()).unwrap();
    let wait = date.duration_since(before).unwrap();
    assert!((7..=9).contains(&wait.as_secs()), "{wait:?}");
}

#[tokio::test]
async fn a_reset_before_has_no_effect_and_a_reset_after_has_one() {
    let fixture = Fixture::machine().await;
    let create = fixture.sandbox.faults().matching("saveInvoice").unwrap();
    let body = invoice().to_string();
    create.next(Fault::ResetBefore);
    let response = send(&fixture.sandbox, CREATE, &fixture.token, &body).await;
    assert!(response.reset, "{response:?}");
    assert_eq!(response.text, "");
    let created = |sandbox: &Sandbox| {
        sandbox
            .ledger()
            .effects(Change::Created, "/invoices")
            .count()
    };
    assert_eq!(created(&fixture.sandbox), 0);

    create.next(Fault::ResetAfter);
    let response = send(&fixture.sandbox, CREATE, &fixture.token, &body).await;
    assert!(response.reset, "{response:?}");
    assert_eq!(response.text, "");
    assert_eq!(created(&fixture.sandbox), 1);
    let statuses: Vec<_> = fixture
        .sandbox
        .ledger()
        .of("saveInvoice")
        .map(|entry| entry.status)
        .collect();
    assert_eq!(statuses, [0, 200]);
}

#[tokio::test]
async fn the_ledger_reports_duplicates() {
    let fixture = Fixture::machine().await;
    let create = fixture.sandbox.faults().matching("saveInvoice").unwrap();
    create.next(Fault::ServerError(Applied::Yes));
    let mut other = invoice();
    other["notes"] = json!("another");
    assert_eq!(fixture.post("/invoices", &invoice()).await.0, 500);
    assert_eq!(fixture.post("/invoices", &other).await.0, 200);
    assert_eq!(
        fixture.sandbox.ledger().created_twice("/invoices"),
        Vec::<Vec<&str>>::new()
    );
    assert_eq!(fixture.post("/invoices", &invoice()).await.0, 200);
    let ledger = fixture.sandbox.ledger();
    let ids: Vec<_> = ledger
        .effects(Change::Created, "/invoices")
        .map(|effect| effect.id.as_str())
        .collect();
    assert_eq!(ledger.created_twice("/invoices"), [vec![ids[0], ids[2]]]);
}

#[tokio::test]
async fn stalls_delay_the_head_or_half_of_the_body() {
    let time = Duration::from_millis(300);
    let (_, plain) = with_fault(Fault::SlowHandshake(Duration::ZERO)).await;
    let plain = plain.body().to_owned();
    for fault in [
        Fault::StallBeforeHeaders(time),
        Fault::StallInBody(time),
        Fault::SlowHandshake(time),
    ] {
        let (_, response) = with_fault(fault).await;
        assert!(response.took >= time, "{fault}: {:?}", response.took);
        assert_eq!(response.body(), plain, "{fault}");
    }
    // Only a stall in the body sends the head at once.
    for (fault, comes) in [
        (Fault::StallInBody(time), true),
        (Fault::StallBeforeHeaders(time), false),
    ] {
        let fixture = Fixture::machine().await;
        fixture.sandbox.faults().next(fault);
        let address = fixture.sandbox.host_url().replace("http://", "");
        let mut stream = TcpStream::connect(&address).await.unwrap();
        let request = format!(
            "{COMPANY} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\r\n",
            fixture.token
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut some = [0; 12];
        let early = tokio::time::timeout(time / 2, stream.read_exact(&mut some)).await;
        assert_eq!(early.is_ok(), comes, "{fault}");
    }
}

#[tokio::test]
async fn a_request_that_is_dropped_during_a_slow_handshake_has_no_effect() {
    let fixture = Fixture::machine().await;
    let slow = Fault::SlowHandshake(Duration::from_millis(300));
    fixture.sandbox.faults().next(slow);
    let body = invoice().to_string();
    let sending = send(&fixture.sandbox, CREATE, &fixture.token, &body);
    let left = tokio::time::timeout(Duration::from_millis(50), sending).await;
    assert!(left.is_err());
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(fixture.sandbox.ledger().of("saveInvoice").count(), 0);
}

#[tokio::test]
async fn a_truncated_response_is_shorter_than_its_content_length() {
    let (_, response) = with_fault(Fault::Truncated).await;
    assert_eq!(response.status(), 200);
    let promised: usize = response.header("content-length").unwrap().parse().unwrap();
    assert!(
        !response.body().is_empty() && response.body().len() < promised,
        "{response:?}"
    );
    assert!(!response.reset);
}

#[tokio::test]
async fn garbage_is_labeled_json_and_a_wrong_content_type_has_status_200() {
    let (_, response) = with_fault(Fault::Garbage).await;
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert!(serde_json::from_str::<Value>(response.body()).is_err());
    let (_, response) = with_fault(Fault::WrongContentType).await;
    assert_eq!(
        (response.status(), response.header("content-type")),
        (200, Some("text/html"))
    );
}

#[tokio::test]
async fn tokens_expire_keys_are_revoked_and_passwords_change() {
    let (fixture, response) = with_fault(Fault::ExpiredToken).await;
    assert_eq!(response.status(), 401);
    let next = support::machine_token(&fixture.sandbox, &fixture.client).await;
    assert_eq!(
        send(&fixture.sandbox, COMPANY, &next, "").await.status(),
        200
    );

    let (fixture, response) = with_fault(Fault::RevokedKey).await;
    assert_eq!(response.status(), 401);
    assert_eq!(ask_for_token(&fixture.sandbox).await.status(), 401);
    fixture.sandbox.faults().restore();
    assert_eq!(ask_for_token(&fixture.sandbox).await.status(), 200);

    let fixture = Fixture::person().await;
    fixture.sandbox.faults().next(Fault::ChangedPassword);
    assert_eq!(
        send(&fixture.sandbox, COMPANY, &fixture.token, "")
            .await
            .status(),
        401
    );
    let form = format!(
        "grant_type=refresh_token&client_id={}&client_secret={}&refresh_token={}",
        fixture.sandbox.client_id(),
        fixture.sandbox.client_secret(),
        fixture.sandbox.refresh_token()
    );
    assert_eq!(post_form(&fixture.sandbox, form).await.status(), 401);
    assert_eq!(ask_for_token(&fixture.sandbox).await.status(), 200);
}

async fn ask_for_token(sandbox: &Sandbox) -> reqwest::Response {
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&api_key={}",
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.api_key()
    );
    post_form(sandbox, form).await
}

async fn post_form(sandbox: &Sandbox, form: String) -> reqwest::Response {
    let url = format!("{}/oauth/token", sandbox.base_url());
    let request = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/x-www-form-urlencoded");
    request.body(form).send().await.unwrap()
}

#[tokio::test]
async fn a_new_token_can_be_expired_and_is_recorded() {
    let fixture = Fixture::machine().await;
    let tokens = fixture.sandbox.faults().matching("/oauth/token").unwrap();
    tokens.next(Fault::ExpiredToken);
    let token = support::machine_token(&fixture.sandbox, &fixture.client).await;
    assert_eq!(
        send(&fixture.sandbox, COMPANY, &token, "").await.status(),
        401
    );
    let ledger = fixture.sandbox.ledger();
    let issued: Vec<_> = ledger
        .entries
        .iter()
        .filter_map(|entry| entry.issued.as_ref())
        .collect();
    assert_eq!(issued.len(), 2);
    assert_eq!(issued[1].expose(), token);
    assert_eq!(ledger.entries[2].token.as_ref(), Some(issued[1]));
    assert!(!format!("{ledger:?}").contains(&token));
}

#[tokio::test]
async fn a_redirect_leads_to_a_host_that_records_requests() {
    let (fixture, response) = with_fault(Fault::Redirect).await;
    assert_eq!(response.status(), 307);
    let location = response.header("location").unwrap().to_owned();
    assert!(location.ends_with("/api/company"), "{location}");
    assert!(
        !location.starts_with(&fixture.sandbox.host_url()),
        "{location}"
    );
    assert_eq!(fixture.sandbox.misdirected_requests(), []);
    // A client that follows the redirect with its token is recorded.
    let follow = fixture
        .client
        .get(&location)
        .bearer_auth("canary")
        .send()
        .await
        .unwrap();
    assert_eq!(follow.status(), 204);
    let misdirected = fixture.sandbox.misdirected_requests();
    assert_eq!(
        (misdirected.len(), misdirected[0].target.as_str()),
        (1, "/api/company")
    );
    let carried = ("authorization".to_owned(), "Bearer canary".to_owned());
    assert!(misdirected[0].headers.contains(&carried), "{misdirected:?}");
}

#[tokio::test]
async fn a_page_can_repeat_the_previous_row() {
    let fixture = Fixture::machine().await;
    let by_number = "/businesspartners?size=10&page=1&orderById=ASC";
    let by_key = "/businesspartners?size=10&previousId=20010&orderById=ASC";
    for path in [by_number, by_key] {
        let plain = fixture.ids(path).await;
        fixture.sandbox.faults().next(Fault::DuplicateRows);
        let doubled = fixture.ids(path).await;
        assert_eq!(doubled[0], plain[0] - 1, "{path}");
        assert_eq!(doubled[1..], plain, "{path}");
    }
}

#[tokio::test]
async fn pages_shift_when_another_client_changes_rows() {
    let fixture = Fixture::machine().await;
    let path = "/businesspartners?size=10&page=1&orderById=DESC";
    let first = fixture
        .ids("/businesspartners?size=10&orderById=DESC")
        .await;
    let plain = fixture.ids(path).await;
    fixture
        .sandbox
        .faults()
        .next(Fault::ShiftingPages(Shift::Removed));
    assert_eq!(fixture.ids(path).await[..9], plain[1..]);
    // The first added row makes up for the removed one; the second one shifts the page.
    fixture
        .sandbox
        .faults()
        .in_a_row(2, Fault::ShiftingPages(Shift::Added));
    assert_eq!(fixture.ids(path).await, plain);
    let moved = fixture.ids(path).await;
    assert_eq!((moved[0], &moved[1..]), (first[9], &plain[..9]));
    let effects = fixture.sandbox.ledger();
    assert!(effects.entries.iter().all(|entry| entry.effects.is_empty()));
}

#[tokio::test]
async fn faults_follow_their_schedule() {
    let fixture = Fixture::machine().await;
    let faults = fixture.sandbox.faults();
    let statuses = async |count: usize| {
        let mut statuses = Vec::new();
        for _ in 0..count {
            statuses.push(
                send(&fixture.sandbox, COMPANY, &fixture.token, "")
                    .await
                    .status(),
            );
        }
        statuses
    };
    faults.nth(3, Fault::ServerError(Applied::No));
    assert_eq!(statuses(4).await, [200, 200, 500, 200]);
    faults.every(2, Fault::ServerError(Applied::No));
    assert_eq!(statuses(4).await, [200, 500, 200, 500]);
    faults.clear();
    assert_eq!(statuses(2).await, [200, 200]);
    faults.in_a_row(2, Fault::ServerError(Applied::No));
    assert_eq!(statuses(3).await, [500, 500, 200]);
    faults.during(
        Duration::from_millis(400),
        Fault::TooMany(RetryAfter::Absent),
    );
    assert_eq!(statuses(2).await, [429, 429]);
    tokio::time::sleep(Duration::from_millis(450)).await;
    assert_eq!(statuses(1).await, [200]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let run = async |seed| {
        let fixture = Fixture::machine().await;
        let chances = [
            (Fault::ServerError(Applied::No), 0.2),
            (Fault::TooMany(RetryAfter::Absent), 0.2),
        ];
        fixture.sandbox.faults().by_chance(seed, chances);
        for _ in 0..60 {
            fixture.get("/company").await;
        }
        let ledger = fixture.sandbox.ledger();
        ledger
            .of("getCompanyInfo")
            .map(|entry| entry.status)
            .collect::<Vec<_>>()
    };
    let statuses = run(7).await;
    assert_eq!(statuses, run(7).await);
    assert_ne!(statuses, run(8).await);
    for status in [200, 429, 500] {
        assert!(statuses.contains(&status), "{status} in {statuses:?}");
    }
}

#[tokio::test]
async fn a_fault_applies_to_matching_requests() {
    let fixture = Fixture::machine().await;
    let faults = fixture.sandbox.faults();
    let failing = Fault::ServerError(Applied::No);
    faults.clone().matching("PUT").unwrap().next(failing);
    faults
        .clone()
        .matching("/invoices/10001")
        .unwrap()
        .next(failing);
    faults
        .clone()
        .matching("/api/status")
        .unwrap()
        .next(failing);
    faults
        .clone()
        .matching("GET")
        .unwrap()
        .matching("getProduct")
        .unwrap()
        .next(failing);
    assert_eq!(fixture.get("/company").await.0, 200);
    assert_eq!(fixture.get("/status").await.0, 500);
    assert_eq!(fixture.get("/invoices/10002").await.0, 200);
    assert_eq!(fixture.get("/invoices/10001").await.0, 500);
    assert_eq!(fixture.put("/company", &json!({})).await.0, 500);
    let unknown = faults.matching("saveInvoise").unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "no request can match `saveInvoise`; use an operation of API version 26.04 (such as `saveInvoice`), a method (GET, \
         POST, PUT, PATCH, DELETE), or a path that starts with `/`"
    );
}

#[tokio::test]
async fn a_rate_limit_violation_is_recorded_with_its_window() {
    let fixture = Fixture::of(builder().rate_limit(5)).await;
    for _ in 0..7 {
        send(&fixture.sandbox, COMPANY, &fixture.token, "").await;
    }
    let ledger = fixture.sandbox.ledger();
    assert_eq!(
        (ledger.rate_limit_violations, ledger.violations.len()),
        (2, 2)
    );
    for violation in &ledger.violations {
        assert_eq!(violation.window.len(), 5);
        assert!(violation.at - violation.window[0] < Duration::from_secs(1));
    }
    // Includes the token request.
    assert_eq!(ledger.busiest_second(), 8);
}

#[tokio::test(start_paused = true)]
async fn without_sockets_an_hour_passes_at_once() {
    let sandbox = Sandbox::builder().without_sockets().unwrap();
    let hour = Duration::from_secs(3600);
    sandbox.faults().next(Fault::StallInBody(hour));
    let request = || {
        let request = hyper::Request::get(format!("{}/company", sandbox.base_url()));
        let request = request.header(
            "authorization",
            format!("Bearer {}", sandbox.access_token()),
        );
        request.body(bytes::Bytes::new()).unwrap()
    };
    let (really, start) = (Instant::now(), tokio::time::Instant::now());
    assert_eq!(sandbox.exchange(request()).await.unwrap().status(), 200);
    assert!(start.elapsed() >= hour);
    assert!(really.elapsed() < Duration::from_secs(60));
    sandbox.faults().next(Fault::Truncated);
    let cut = sandbox.exchange(request()).await.unwrap_err();
    assert_eq!(
        cut.to_string(),
        "the connection was closed before the response was complete"
    );

    let copy = sandbox.with_same_books(Sandbox::builder());
    assert_eq!(copy.ledger().entries.len(), 0);
    assert_eq!(copy.exchange(request()).await.unwrap().status(), 401);
}

#[tokio::test]
async fn rows_can_be_synthetic() {
    let fixture = Fixture::of(builder().synthetic_invoices(1_000_000).keep_requests(3)).await;
    assert_eq!(
        fixture
            .ids("/invoices?size=2&previousId=999998&orderById=ASC")
            .await,
        [999_999, 1_000_000]
    );
    assert_eq!(
        fixture
            .ids("/invoices?size=2&previousId=3&orderById=DESC")
            .await,
        [2, 1]
    );
    assert_eq!(
        fixture.ids("/invoices?size=2&page=1").await,
        [999_998, 999_997]
    );
    let beyond = fixture
        .ids("/invoices?size=2&previousId=1000000&orderById=ASC")
        .await;
    assert_eq!(beyond, Vec::<i64>::new());
    for _ in 0..20 {
        fixture.get("/company").await;
    }
    assert!((3..=6).contains(&fixture.sandbox.ledger().entries.len()));
}
