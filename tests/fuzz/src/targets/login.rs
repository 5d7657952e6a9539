//! The query with which a browser comes back from a login page, and a login as it was kept meanwhile.

use std::borrow::Cow;

use procountor_api::auth::{KeyLogin, Login};

use super::{Target, checks};
use crate::case::Case;

const STATE: &str = "0123456789abcdef";

struct Coming {
    login: Login,
    key: KeyLogin,
}

pub(super) fn start() -> Result<Box<dyn Target>, String> {
    let kept = format!(
        r#"{{"page":"https://books.example/login","origin":"https://books.example","clientId":"client",
        "redirectUri":"https://shop.example/callback","state":"{STATE}"}}"#
    );
    let broken = |error: serde_json::Error| error.to_string();
    Ok(Box::new(Coming {
        login: serde_json::from_str(&kept).map_err(broken)?,
        key: serde_json::from_str(&kept).map_err(broken)?,
    }))
}

impl Target for Coming {
    fn run(&mut self, input: &[u8]) -> Result<(), String> {
        let case = Case::read(input);
        if case.setting("call") == Some("kept") {
            return kept(case.body);
        }
        let url = String::from_utf8_lossy(case.body);
        let login = self.login.clone().callback(&url);
        if let Ok(code) = &login {
            checks::hushed("Debug of the code", &format!("{code:?}"), &["hush-code"])?;
        }
        let key = self.key.clone().callback(&url);
        let code = key.map(|key| key.code().expose().to_owned());
        if login.as_ref().err() != code.as_ref().err() {
            return Err("a login and a key login differ".to_owned());
        }
        match &code {
            Ok(code) if expected(&url).as_deref() == Some(code) => Ok(()),
            Ok(_) => Err("a code was taken that is none".to_owned()),
            Err(_) if expected(&url).is_some() => Err("a good code was not taken".to_owned()),
            Err(error) => checks::short("the text of the error", &error.to_string(), 1024),
        }
    }
}

/// The code, read by somebody else: one state, which is ours, and one code that is not empty, and no error.
fn expected(url: &str) -> Option<String> {
    let query = url.split_once('?').map_or(url, |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let mut found: [Vec<String>; 3] = Default::default();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let place = ["state", "code", "error"]
            .iter()
            .position(|known| decoded(name) == *known);
        if let Some(place) = place {
            found[place].push(decoded(value).into_owned());
        }
    }
    match found.each_ref().map(Vec::as_slice) {
        [[state], [code], []] if state == STATE && !code.is_empty() => Some(code.clone()),
        _ => None,
    }
}

fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
        let (byte, length) = match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => (u8::try_from(high * 16 + low).unwrap_or_default(), 3),
            (b'+', ..) => (b' ', 1),
            (byte, ..) => (byte, 1),
        };
        out.push(byte);
        at += length;
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// A login from a session: it is refused, or it works and is kept again as it was.
fn kept(body: &[u8]) -> Result<(), String> {
    let Ok(login) = serde_json::from_slice::<Login>(body) else {
        return Ok(());
    };
    let again = serde_json::to_string(&login).map_err(|error| error.to_string())?;
    let login: Login = serde_json::from_str(&again)
        .map_err(|error| format!("what was kept cannot be read: {error}"))?;
    let twice = serde_json::to_string(&login).map_err(|error| error.to_string())?;
    std::hint::black_box((login.url(), format!("{login:?}")));
    match again == twice {
        true => Ok(()),
        false => Err("a login is another one after it was kept".to_owned()),
    }
}
