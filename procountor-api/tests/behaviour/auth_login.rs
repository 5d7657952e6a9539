//! Logins: the URL, the callback and the code. Only the token request is sent.

use crate::auth::{ok, status};
use crate::support::{Action, Scripted};
use procountor_api::{
    Environment,
    auth::{
        KeyCode, KeyExchange, KeyExchangeFuture, KeyLogin, Login, LoginCode, LoginError, Secret,
    },
    rate::RateLimit,
    v2604,
};

const CALLBACK: &str = "https://shop.example/callback";

fn login() -> Login {
    Login::new(&Environment::Production, "shopClient", CALLBACK).unwrap()
}

fn state(url: &str) -> &str {
    url.split_once("&state=").unwrap().1
}

fn code() -> LoginCode {
    let login = Login::new(&example(), "shopClient", CALLBACK).unwrap();
    let url = login.url();
    login
        .callback(&format!("?code=hush-code&state={}", state(&url)))
        .unwrap()
}

fn example() -> Environment {
    Environment::Custom("https://books.example/api".to_owned())
}

fn client(server: &Scripted) -> v2604::Client<procountor_api::OnBehalf> {
    v2604::Client::builder()
        .environment(example())
        .login(code(), "hush-secret")
        .rate_limit(RateLimit::per_second(1000.0))
        .transport(server.clone())
        .build()
        .unwrap()
}

#[test]
fn the_login_url_does_not_contain_a_secret() {
    let (first, second) = (login().url(), login().url());
    let start = "https://api.procountor.com/login?response_type=code&client_id=shopClient\
                 &redirect_uri=https%3A%2F%2Fshop.example%2Fcallback&state=";
    assert!(first.starts_with(start), "{first}");
    assert_eq!(state(&first).len(), 64);
    assert_ne!(state(&first), state(&second));
    let key = KeyLogin::new(&Environment::Production, "shopClient", CALLBACK).unwrap();
    assert!(
        key.url()
            .starts_with("https://api.procountor.com/keylogin?response_type=code&")
    );
    let elsewhere = login().page("https://login.example/authorize").unwrap();
    assert!(
        elsewhere
            .url()
            .starts_with("https://login.example/authorize?response_type=code&")
    );
}

#[test]
fn an_invalid_login_reports_all_problems() {
    let error = Login::new(
        &Environment::Custom("http://books.example/api".to_owned()),
        " ",
        "https://shop.example/?a=1",
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "the client cannot be built: the client id is empty; the redirect URI `https://shop.example/?a=1` cannot be used: it \
         must end with its path, without `?` or `#`; the URL `http://books.example/api` cannot be used: use https; plain \
         http is allowed for loopback addresses only"
    );
    for (redirect_uri, good) in [
        ("https://shop.example/callback", true),
        ("http://127.0.0.1:3000/callback", true),
        ("http://localhost/callback", true),
        ("com.example.shop:/callback", true),
        ("http://shop.example/callback", false),
        ("https://shop.example/callback#a", false),
        ("javascript:alert(1)", false),
        ("/callback", false),
        ("", false),
    ] {
        let made = Login::new(&Environment::Test, "shopClient", redirect_uri);
        assert_eq!(made.is_ok(), good, "{redirect_uri}");
    }
    assert!(login().page("http://login.example/").is_err());
}

#[test]
fn the_state_is_always_checked_first() {
    let login = login();
    let url = login.url();
    let state = state(&url);
    let refused = |error: &str, description: Option<&str>| LoginError::Refused {
        error: error.to_owned(),
        description: description.map(str::to_owned),
    };
    for (callback, expected) in [
        ("?code=c&state={}", None),
        ("https://shop.example/callback?state={}&code=c", None),
        ("/callback?code=c&state={}&more=1#fragment", None),
        ("code=c&state={}", None),
        ("", Some(LoginError::WrongState)),
        ("?code=c", Some(LoginError::WrongState)),
        ("?code=c&state=", Some(LoginError::WrongState)),
        ("?code=c&state={}0", Some(LoginError::WrongState)),
        ("?code=c&state={}&state={}", Some(LoginError::WrongState)),
        ("?error=access_denied", Some(LoginError::WrongState)),
        ("?code=c#&state={}", Some(LoginError::WrongState)),
        ("?state={}", Some(LoginError::Malformed("code"))),
        ("?code=&state={}", Some(LoginError::Malformed("code"))),
        (
            "?code=a&code=b&state={}",
            Some(LoginError::Malformed("code")),
        ),
        (
            "?code=a&error=b&state={}",
            Some(LoginError::Malformed("error")),
        ),
        (
            "?error=access_denied&state={}",
            Some(refused("access_denied", None)),
        ),
        (
            "?error=access_denied&error_description=said+no&state={}",
            Some(refused("access_denied", Some("said no"))),
        ),
    ] {
        let callback = callback.replace("{}", state);
        assert_eq!(
            login.clone().callback(&callback).err(),
            expected,
            "{callback}"
        );
    }
}

#[test]
fn a_login_is_stored_between_two_requests() {
    let first = login();
    let kept = serde_json::to_string(&first).unwrap();
    let second: Login = serde_json::from_str(&kept).unwrap();
    assert_eq!(first.url(), second.url());
    let callback = format!("?code=c&state={}", state(&first.url()));
    assert!(second.callback(&callback).is_ok());
    for (broken, problem) in [
        ("{}", "the stored login is missing `page`"),
        (
            &kept.replace("https://api.procountor.com/login", "http://evil.example/"),
            "plain http is allowed for loopback addresses only",
        ),
        (
            &kept.replace(state(&first.url()), ""),
            "the stored login is missing `state`",
        ),
    ] {
        let error = serde_json::from_str::<Login>(broken).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
}

#[test]
fn a_state_or_code_is_not_printed() {
    let login = login();
    let url = login.url();
    let key = KeyLogin::new(&Environment::Test, "shopClient", CALLBACK).unwrap();
    let key_url = key.url();
    let shown = format!("{login:?} {key:?}");
    assert!(
        !shown.contains(state(&url)) && !shown.contains(state(&key_url)),
        "{shown}"
    );
    let key = key
        .callback(&format!("?code=hush-code&state={}", state(&key_url)))
        .unwrap();
    let server = Scripted::acts([Action::Answer(200, "")]);
    let shown = format!("{:?} {key:?} {:?}", code(), client(&server));
    assert!(!shown.contains("hush"), "{shown}");
}

#[test]
fn a_code_of_one_server_is_not_sent_to_another() {
    let built = v2604::Client::builder()
        .environment(Environment::Test)
        .login(code(), "")
        .build();
    assert_eq!(
        built.unwrap_err().to_string(),
        "the client cannot be built: the client secret is empty; the login was at https://books.example, but the client is for \
         https://pts-api.procountor.com"
    );
}

const TOKENS: &str = r#"{"access_token":"a","refresh_token":"hush-refresh","expires_in":3600}"#;

#[tokio::test(start_paused = true)]
async fn a_code_is_exchanged_in_the_body_and_once() {
    let server = Scripted::with_tokens(|_, _| Action::Answer(200, TOKENS), ok);
    let client = client(&server);
    client.authorize().await.unwrap();
    status(&client).await.unwrap();
    assert_eq!(
        server.token_requests(),
        [
            "https://books.example/api/oauth/token grant_type=authorization_code&client_id=shopClient&client_secret=hush-secret\
          &code=hush-code&redirect_uri=https%3A%2F%2Fshop.example%2Fcallback"
        ]
    );
    assert_eq!(
        client.refresh_token().await.unwrap().expose(),
        "hush-refresh"
    );
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
    status(&client).await.unwrap();
    assert!(server.token_requests()[1].ends_with(
        "grant_type=refresh_token&client_id=shopClient&client_secret=hush-secret&refresh_token=hush-refresh"
    ));
}

/// The server may have used the code, and a repetition looks like theft.
#[tokio::test(start_paused = true)]
async fn a_code_with_a_lost_response_is_not_sent_again() {
    for (act, requests) in [
        (Action::Lost, 1),
        (Action::Answer(500, ""), 1),
        (Action::Answer(200, "?"), 1),
        (Action::Answer(400, r#"{"error":"invalid_grant"}"#), 1),
        // The server has said or shown that it has not looked at it.
        (Action::NotSent, 2),
        (Action::Answer(429, ""), 2),
    ] {
        let answer = act.clone();
        let server = Scripted::with_tokens(
            move |count, _| match count {
                0 => answer.clone(),
                _ => Action::Answer(200, TOKENS),
            },
            ok,
        );
        let client = client(&server);
        let first = client.authorize().await.unwrap_err();
        tokio::time::sleep(std::time::Duration::from_secs(30)).await;
        let second = client.authorize().await;
        assert_eq!(server.token_requests().len(), requests, "{act:?}: {first}");
        assert_eq!(second.is_ok(), requests == 2, "{act:?}");
        if let Err(error) = second {
            assert!(error.needs_person(), "{act:?}: {error}");
            assert!(
                error.to_string().contains("a person must log in again"),
                "{error}"
            );
        }
    }
}

#[derive(Debug)]
struct Exchange(&'static str);

impl KeyExchange for Exchange {
    fn exchange<'a>(
        &'a self,
        code: &'a KeyCode,
        client_secret: &'a Secret,
    ) -> KeyExchangeFuture<'a> {
        Box::pin(async move {
            assert_eq!(
                (code.code().expose(), client_secret.expose()),
                ("hush-code", "hush-secret")
            );
            assert_eq!(
                (code.client_id(), code.redirect_uri()),
                ("shopClient", CALLBACK)
            );
            if self.0 == "fail" {
                return Err("the server said no".into());
            }
            Ok(Secret::new(self.0))
        })
    }
}

#[tokio::test]
async fn a_key_login_ends_with_the_given_exchange() {
    for (key, problem) in [
        ("hush-key", None),
        (" ", Some("the key exchange returned an empty API key")),
        ("fail", Some("the server said no")),
    ] {
        let login = KeyLogin::new(&Environment::Test, "shopClient", CALLBACK).unwrap();
        let url = login.url();
        let kept = serde_json::to_string(&login).unwrap();
        let login: KeyLogin = serde_json::from_str(&kept).unwrap();
        let code = login
            .callback(&format!("?code=hush-code&state={}", state(&url)))
            .unwrap();
        let credentials = code.exchange("hush-secret", &Exchange(key)).await;
        assert_eq!(
            credentials.err().map(|error| error.to_string()).as_deref(),
            problem
        );
    }
}
