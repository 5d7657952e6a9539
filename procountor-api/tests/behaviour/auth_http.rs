//! Authorization over HTTP: login to logout with the sandbox, and tokens that do not go to other hosts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::auth::status;
use bytes::Bytes;
use procountor_api::transport::{Network, NetworkLimits, Transport};
use procountor_api::{
    ClientBuilder, Environment, ErrorKind, M2m, M2mCredentials, OnBehalf, OnBehalfCredentials,
    auth::{FileTokenStore, KeyLogin, Login, MemoryTokenStore},
    v2604,
};
use procountor_sandbox::{AuthEvent, Sandbox};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn environment(sandbox: &Sandbox) -> Environment {
    Environment::Custom(sandbox.base_url())
}

fn machine(sandbox: &Sandbox) -> ClientBuilder<v2604::V2604, M2m> {
    let credentials = M2mCredentials::new(
        sandbox.client_id(),
        sandbox.client_secret(),
        sandbox.api_key(),
    );
    v2604::Client::builder()
        .environment(environment(sandbox))
        .m2m(credentials)
}

fn person(sandbox: &Sandbox) -> ClientBuilder<v2604::V2604, OnBehalf> {
    let (id, secret) = (sandbox.client_id(), sandbox.client_secret());
    v2604::Client::builder()
        .environment(environment(sandbox))
        .on_behalf(OnBehalfCredentials::new(
            id,
            secret,
            sandbox.refresh_token(),
        ))
}

/// Sends a request like a browser and returns the head and body of the response.
async fn browse(method: &str, url: &str, body: &str) -> (http::response::Parts, String) {
    let mut request = http::Request::new(Bytes::from(body.to_owned()));
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = url.parse().unwrap();
    let answer = Network::new(NetworkLimits::default())
        .unwrap()
        .send(request)
        .await
        .unwrap();
    let (head, body) = answer.into_parts();
    (head, String::from_utf8(body.to_vec()).unwrap())
}

fn begin(sandbox: &Sandbox) -> Login {
    Login::new(
        &environment(sandbox),
        sandbox.client_id(),
        sandbox.redirect_uri(),
    )
    .unwrap()
}

#[tokio::test]
async fn an_authorization_code_from_login_to_logout() {
    let sandbox = Sandbox::builder()
        .rotate_refresh_tokens(true)
        .start()
        .await
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let store = || FileTokenStore::new(directory.path().join("tokens"));

    // The browser is sent to the page, and the person approves.
    let login = begin(&sandbox);
    let kept = serde_json::to_string(&login).unwrap();
    let (head, page) = browse("GET", &login.url(), "").await;
    assert_eq!(head.status, 200);
    let id = page
        .split("name=\"login\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let decision = format!("{}/login/decision", sandbox.host_url());
    let (head, _) = browse("POST", &decision, &format!("login={id}&decision=approve")).await;
    assert_eq!(head.status, 303);
    let callback = head.headers["location"].to_str().unwrap().to_owned();
    let (head, _) = browse("POST", &decision, &format!("login={id}&decision=approve")).await;
    assert_eq!(head.status, 400, "a login is decided once");

    // The browser is back.
    let login: Login = serde_json::from_str(&kept).unwrap();
    let code = login.clone().callback(&callback).unwrap();
    let build = || v2604::Client::builder().environment(environment(&sandbox));
    let client = build()
        .login(code, sandbox.client_secret())
        .token_store(store(), "person 1")
        .build()
        .unwrap();
    client.authorize().await.unwrap();
    status(&client).await.unwrap();
    let first = client.refresh_token().await.unwrap();

    // The program starts again, with the store only; then the token ends, and the refresh token is rotated.
    let stored = || OnBehalfCredentials::stored(sandbox.client_id(), sandbox.client_secret());
    let again = || {
        build()
            .on_behalf(stored())
            .token_store(store(), "person 1")
            .build()
            .unwrap()
    };
    status(&again()).await.unwrap();
    assert_eq!(sandbox.ledger().token_requests, 1);
    sandbox.revoke_access_tokens();
    let client = again();
    status(&client).await.unwrap();
    let second = client.refresh_token().await.unwrap();
    assert_ne!(first, second);
    status(&again()).await.unwrap();
    assert_eq!(sandbox.ledger().token_requests, 2);

    // The code is good once: shown again, it takes the tokens with it. A person must log in again.
    let code = login.callback(&callback).unwrap();
    let thief = build()
        .login(code, sandbox.client_secret())
        .build()
        .unwrap();
    assert!(thief.authorize().await.unwrap_err().needs_person());
    client.logout().await.unwrap();
    let error = status(&again()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Reconnect(_)), "{error}");

    let ledger = sandbox.ledger();
    assert_eq!(
        ledger.auth,
        [
            AuthEvent::LoginShown,
            AuthEvent::LoginApproved,
            AuthEvent::TokenGiven("authorization_code"),
            AuthEvent::Revoked,
            AuthEvent::RefreshTokenRotated,
            AuthEvent::TokenGiven("refresh_token"),
            AuthEvent::TokenRefused(401),
            AuthEvent::LoggedOut,
        ]
    );
    // Nothing secret has been in a URL.
    for entry in &ledger.entries {
        let url = format!(
            "{}?{}",
            entry.path,
            entry.query.as_deref().unwrap_or_default()
        );
        for secret in [sandbox.client_secret(), first.expose(), second.expose()] {
            assert!(!url.contains(secret), "{url}");
        }
    }
}

#[tokio::test]
async fn a_person_can_deny_access_and_the_login_page_is_strict() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let login = begin(&sandbox);
    let callback = sandbox.deny_login(&login.url()).unwrap();
    let error = login.callback(&callback).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the login was refused: access_denied: the user denied access"
    );

    let url = begin(&sandbox).url();
    for (wrong, problem) in [
        (
            format!("{url}&client_secret=x"),
            "client_secret: is not a parameter of the login page",
        ),
        (format!("{url}&state=2"), "state: is sent several times"),
        (
            url.replace("response_type=code&", ""),
            "response_type: is required",
        ),
        (
            url.replace("integration.example", "evil.example"),
            "redirect_uri: must be `https://integration.example/callback`",
        ),
        (
            url.replace("&state=", &format!("&state={}&x=", sandbox.api_key())),
            "state: a secret must not be sent in the URL",
        ),
    ] {
        let problems = sandbox.approve_login(&wrong).unwrap_err();
        assert!(problems.contains(problem), "{wrong}: {problems}");
        assert_eq!(browse("GET", &wrong, "").await.0.status, 400);
    }
    assert_eq!(browse("POST", &url, "").await.0.status, 405);

    let late = Sandbox::builder()
        .code_lifetime(Duration::ZERO)
        .start()
        .await
        .unwrap();
    let login = begin(&late);
    let callback = late.approve_login(&login.url()).unwrap();
    let code = login.callback(&callback).unwrap();
    let client = v2604::Client::builder()
        .environment(environment(&late))
        .login(code, late.client_secret())
        .build()
        .unwrap();
    assert!(client.authorize().await.unwrap_err().needs_person());
}

#[tokio::test]
async fn a_key_login_gives_a_machine_its_key() {
    #[derive(Debug)]
    struct InProcess(Arc<Sandbox>);
    impl procountor_api::auth::KeyExchange for InProcess {
        fn exchange<'a>(
            &'a self,
            code: &'a procountor_api::auth::KeyCode,
            _: &'a procountor_api::auth::Secret,
        ) -> procountor_api::auth::KeyExchangeFuture<'a> {
            let key = self.0.exchange_key_code(code.code().expose());
            Box::pin(async move { Ok(key.ok_or("the code is not good")?.into()) })
        }
    }
    let sandbox = Arc::new(Sandbox::builder().start().await.unwrap());
    let login = KeyLogin::new(
        &environment(&sandbox),
        sandbox.client_id(),
        sandbox.redirect_uri(),
    )
    .unwrap();
    let callback = sandbox.approve_login(&login.url()).unwrap();
    let exchange = InProcess(Arc::clone(&sandbox));
    let code = login.clone().callback(&callback).unwrap();
    let credentials = code
        .exchange(sandbox.client_secret(), &exchange)
        .await
        .unwrap();
    let client = v2604::Client::builder()
        .environment(environment(&sandbox))
        .m2m(credentials)
        .build()
        .unwrap();
    sandbox.revoke_api_key();
    status(&client).await.unwrap();
    let again = login.callback(&callback).unwrap();
    let error = again
        .exchange(sandbox.client_secret(), &exchange)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "the code is not good");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_tasks_ask_for_one_token_and_after_a_revoke_for_one_more() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let client = machine(&sandbox)
        .rate_limit(procountor_api::rate::RateLimit::per_second(2000.0))
        .token_store(MemoryTokenStore::new(), "company 1")
        .build()
        .unwrap();
    let all = async || {
        let calls: Vec<_> = (0..200)
            .map(|_| {
                let client = client.clone();
                tokio::spawn(async move { status(&client).await })
            })
            .collect();
        for call in calls {
            call.await.unwrap().unwrap();
        }
    };
    all().await;
    assert_eq!(sandbox.ledger().token_requests, 1);
    tokio::join!(all(), async {
        while sandbox.ledger().entries.len() < 201 + 60 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        sandbox.revoke_access_tokens();
    });
    let ledger = sandbox.ledger();
    assert_eq!(ledger.token_requests, 2);
    let refused = ledger
        .entries
        .iter()
        .filter(|entry| entry.status == 401)
        .count();
    assert!(
        (1..=140).contains(&refused),
        "{refused} were refused and made again"
    );
}

#[tokio::test]
async fn a_revocation_asks_the_person_for_the_right_remedy() {
    for oauth in [false, true] {
        let build = || Sandbox::builder().oauth_errors(oauth).start();
        // A key that was good, and is revoked.
        let sandbox = build().await.unwrap();
        let client = machine(&sandbox).build().unwrap();
        status(&client).await.unwrap();
        sandbox.revoke_access_tokens();
        status(&client).await.unwrap();
        sandbox.revoke_api_key();
        let error = status(&client).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Reconnect(_)), "{error}");

        // A key that never was one, and a secret that is wrong.
        let (id, secret, key) = (sandbox.client_id(), sandbox.client_secret(), "hush-key");
        let build_with = |credentials| {
            v2604::Client::builder()
                .environment(environment(&sandbox))
                .m2m(credentials)
                .build()
                .unwrap()
        };
        let wrong_key = build_with(M2mCredentials::new(id, secret, key));
        let error = status(&wrong_key).await.unwrap_err();
        assert!(
            error.needs_person() && error.is_unauthorized() != oauth,
            "{error}"
        );
        let wrong_secret = build_with(M2mCredentials::new(id, "hush-secret", key));
        assert!(status(&wrong_secret).await.unwrap_err().is_unauthorized());

        let revocations: [fn(&Sandbox); 3] = [
            |sandbox| sandbox.revoke_refresh_token(sandbox.refresh_token()),
            Sandbox::change_password,
            Sandbox::withdraw_consent,
        ];
        for revoke in revocations {
            let sandbox = build().await.unwrap();
            let client = person(&sandbox).build().unwrap();
            status(&client).await.unwrap();
            revoke(&sandbox);
            let error = status(&client).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Reconnect(_)), "{error}");
        }
        // A machine outlives a change of the password: its key stays good.
        let sandbox = build().await.unwrap();
        let client = machine(&sandbox).build().unwrap();
        status(&client).await.unwrap();
        sandbox.change_password();
        status(&client).await.unwrap();
    }
}

/// Returns a server with one response that records requests.
async fn server(answer: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&heard);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut buffer = vec![0; 65536];
            let length = stream.read(&mut buffer).await.unwrap();
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            hears.lock().unwrap().push(text);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (origin, heard)
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let empty = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}".to_owned();
    let (elsewhere, stolen) = server(empty).await;
    for code in [301, 302, 303, 307, 308] {
        let redirect = format!(
            "HTTP/1.1 {code} Moved\r\nlocation: {elsewhere}/steal\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        );
        let (origin, heard) = server(redirect).await;
        let build =
            || v2604::Client::builder().environment(Environment::Custom(format!("{origin}/api")));
        // Neither the body of the token request nor the token of a call.
        let client = build()
            .m2m(M2mCredentials::new("a", "hush-secret", "hush-key"))
            .build()
            .unwrap();
        let error = status(&client).await.unwrap_err();
        assert_eq!(error.status(), Some(code));
        let client = build().access_token("hush-token").build().unwrap();
        let error = status(&client).await.unwrap_err();
        assert_eq!(error.status(), Some(code));
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 2);
        assert!(
            heard[0].starts_with("POST /api/oauth/token HTTP/1.1\r\n"),
            "{}",
            heard[0]
        );
        assert!(
            heard[0].contains("content-type: application/x-www-form-urlencoded\r\n"),
            "{}",
            heard[0]
        );
        assert!(
            heard[1].contains("authorization: Bearer hush-token\r\n"),
            "{}",
            heard[1]
        );
    }
    assert!(stolen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn plain_http_is_allowed_for_loopback_only() {
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = "http://192.0.2.1/api/oauth/token".parse().unwrap();
    let error = Network::new(NetworkLimits::default())
        .unwrap()
        .send(request)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "plain http is allowed for loopback addresses only; use https"
    );
}
