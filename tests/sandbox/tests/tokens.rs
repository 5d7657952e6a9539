//! The token endpoint, logout, and the rights of a token.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::time::Duration;

use procountor_sandbox::Decision;
use reqwest::{Client, Method};
use serde_json::json;
use support::{Fixture, builder, machine_token, read};

#[tokio::test]
async fn an_api_key_gives_a_token_under_every_prefix() {
    let sandbox = builder().start().await.unwrap();
    let client = Client::new();
    for prefix in ["/api", "/latest/api", "/supported/api"] {
        let url = format!("{}{prefix}/oauth/token", sandbox.host_url());
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", sandbox.client_id()),
            ("client_secret", sandbox.client_secret()),
            ("api_key", sandbox.api_key()),
        ];
        let (status, response) = read(client.post(url).form(&form).send().await.unwrap()).await;
        assert_eq!(status, 200);
        assert_eq!(response["expires_in"], 3600);
        assert_eq!(response["token_type"], "Bearer");
        assert!(response.get("refresh_token").is_none());
        let token = response["access_token"].as_str().unwrap();
        let status = client
            .get(format!("{}{prefix}/status", sandbox.host_url()))
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        assert_eq!(status.status(), 200);
    }
    assert_eq!(sandbox.ledger().token_requests, 3);
}

#[tokio::test]
async fn a_code_gives_tokens_that_can_be_refreshed() {
    let sandbox = builder().start().await.unwrap();
    let client = Client::new();
    let url = format!("{}/oauth/token", sandbox.base_url());
    let (code, redirect_uri) = (sandbox.authorization_code(), sandbox.redirect_uri());
    let code = [
        ("grant_type", "authorization_code"),
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
        ("code", code.as_str()),
        ("redirect_uri", redirect_uri.as_str()),
    ];
    let (status, response) = read(client.post(&url).form(&code).send().await.unwrap()).await;
    assert_eq!(status, 200, "{response}");
    let refresh = [
        ("grant_type", "refresh_token"),
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
        ("refresh_token", response["refresh_token"].as_str().unwrap()),
    ];
    let (status, response) = read(client.post(&url).form(&refresh).send().await.unwrap()).await;
    assert_eq!(status, 200, "{response}");
    assert_eq!(response["refresh_token"], refresh[3].1);

    // A second use of a code indicates theft and revokes its tokens.
    let (status, _) = read(client.post(&url).form(&code).send().await.unwrap()).await;
    assert_eq!(status, 401);
    let (status, _) = read(client.post(&url).form(&refresh).send().await.unwrap()).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn wrong_credentials_are_401_and_wrong_requests_are_400() {
    let sandbox = builder().start().await.unwrap();
    let client = Client::new();
    let url = format!("{}/oauth/token", sandbox.base_url());
    let good = "grant_type=client_credentials&client_id=sandboxClient&client_secret=sandbox-client-secret&api_key=sandbox-api-key";
    let form = "application/x-www-form-urlencoded";
    let cases = [
        (
            url.clone(),
            form,
            good.replace("client-secret", "wrong"),
            401,
        ),
        (url.clone(), form, good.replace("api-key", "wrong"), 401),
        (
            url.clone(),
            form,
            good.replace("client_credentials", "password"),
            400,
        ),
        (
            url.clone(),
            form,
            good.replace("&api_key=sandbox-api-key", ""),
            400,
        ),
        (
            url.clone(),
            "application/x-www-form-urlencoded; charset=utf-8",
            good.to_owned(),
            400,
        ),
        (url.clone(), "application/json", "{}".to_owned(), 400),
        (format!("{url}?{good}"), form, String::new(), 400),
        (
            format!("{url}?grant_type=client_credentials"),
            form,
            good.to_owned(),
            400,
        ),
    ];
    for (url, media, body, expected) in cases {
        let (status, response) = read(
            client
                .post(&url)
                .header("content-type", media)
                .body(body.clone())
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(status, expected, "{url} {media} {body}: {response}");
        assert_eq!(response["errors"][0]["status"], expected);
    }
}

#[tokio::test]
async fn tokens_expire() {
    let fixture = Fixture::of(builder().token_lifetime(Duration::from_millis(300))).await;
    assert_eq!(fixture.get("/status").await.0, 200);
    tokio::time::sleep(Duration::from_millis(400)).await;
    let (status, response) = fixture.get("/status").await;
    assert_eq!(status, 401);
    assert_eq!(response["errors"][0]["status"], 401);
}

#[tokio::test]
async fn logout_ends_a_token_and_its_refresh_token() {
    let fixture = Fixture::person().await;
    for url in [
        format!("{}/logout", fixture.sandbox.host_url()),
        format!("{}/logout", fixture.sandbox.base_url()),
    ] {
        let token = machine_token(&fixture.sandbox, &fixture.client).await;
        let response = fixture
            .client
            .post(url)
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 204);
        let after = fixture
            .client
            .get(format!("{}/status", fixture.sandbox.base_url()))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(after.status(), 401);
    }
    assert_eq!(
        fixture
            .send(fixture.request(Method::POST, "/logout"))
            .await
            .0,
        204
    );
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", fixture.sandbox.client_id()),
        ("client_secret", fixture.sandbox.client_secret()),
        ("refresh_token", fixture.sandbox.refresh_token()),
    ];
    let refused = fixture
        .client
        .post(format!("{}/oauth/token", fixture.sandbox.base_url()))
        .form(&form)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
}

#[tokio::test]
async fn a_machine_cannot_do_what_needs_a_person() {
    let machine = Fixture::machine().await;
    let (status, response) = machine.delete("/payments/1").await;
    assert_eq!(status, 403);
    assert!(
        response["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("person")
    );

    let person = Fixture::person().await;
    let (status, response) = person.delete("/payments/1").await;
    assert_eq!(status, 202, "{response}");
    let path = format!(
        "/mfatransactionresult/{}",
        response["transactionIdentifier"].as_str().unwrap()
    );
    assert_eq!(person.get(&path).await.0, 202);
    assert_eq!(person.get("/payments/1").await.0, 200);
    assert_eq!(person.get(&path).await.0, 200);
    assert_eq!(person.get("/payments/1").await.0, 404);
    assert_eq!(person.get(&path).await.0, 409);
    assert_eq!(person.get("/mfatransactionresult/nothing").await.0, 404);
}

#[tokio::test]
async fn a_person_can_refuse_ignore_or_defer() {
    let person = Fixture::person().await;
    for (decision, statuses) in [
        (Decision::Refuse, [406, 406]),
        (Decision::Ignore, [408, 408]),
        (Decision::Defer, [202, 202]),
        (Decision::Confirm, [200, 409]),
    ] {
        let (_, response) = person.delete("/payments/1").await;
        let identifier = response["transactionIdentifier"].as_str().unwrap();
        assert!(person.sandbox.decide(identifier, decision));
        let path = format!("/mfatransactionresult/{identifier}");
        let results = [person.get(&path).await.0, person.get(&path).await.0];
        assert_eq!(results, statuses, "{decision:?}");
        let is_there = person.get("/payments/1").await.0 == 200;
        assert_eq!(is_there, decision != Decision::Confirm);
    }
    assert!(!person.sandbox.decide("nothing", Decision::Confirm));
}

#[tokio::test]
async fn a_token_is_accepted_in_the_header_only() {
    let fixture = Fixture::machine().await;
    let url = format!("{}/invoices", fixture.sandbox.base_url());
    assert_eq!(
        read(fixture.client.get(&url).send().await.unwrap()).await.0,
        401
    );
    assert_eq!(
        read(
            fixture
                .client
                .get(format!("{url}?access_token={}", fixture.token))
                .send()
                .await
                .unwrap()
        )
        .await
        .0,
        401
    );
    let (status, response) = fixture
        .get(&format!("/invoices?access_token={}", fixture.token))
        .await;
    assert_eq!(status, 400, "{response}");
    let (status, _) = fixture
        .get(&format!(
            "/invoices?searchTerm={}",
            fixture.sandbox.api_key()
        ))
        .await;
    assert_eq!(status, 400);
    let basic = fixture
        .client
        .get(&url)
        .basic_auth("a", Some("b"))
        .send()
        .await
        .unwrap();
    assert_eq!(basic.status(), 401);
    assert_eq!(fixture.post("/nothing", &json!({})).await.0, 404);
}
