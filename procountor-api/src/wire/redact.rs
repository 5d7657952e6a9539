//! Takes secrets out of text that is shown: by the name that stands before them, by their form, or by their value.

use std::borrow::Cow;

use bytes::Bytes;
use memchr::memmem;

use crate::wire::Secret;

const REDACTED: &str = "[redacted]";

/// The text without what is called a secret in it, and without bearer tokens. It takes JSON, forms, headers and prose,
/// whole or broken, and rather takes too much than too little.
pub(crate) fn redacted(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some((start, end)) = next_word(text, at) {
        at = end;
        let word = &text[start..end];
        let value = if is_secret(word) {
            value_of(text, end)
        } else if is_scheme(word) {
            run(text, end, 1)
        } else if looks_like_a_token(text, start) {
            Some((start, token_end(text, start)))
        } else {
            None
        };
        if let Some((from, to)) = value {
            out.push_str(&text[copied..from]);
            out.push_str(REDACTED);
            (copied, at) = (to, to);
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let start = (from..bytes.len()).find(|at| is_word(bytes[*at]))?;
    let end = (start..bytes.len()).find(|at| !is_word(bytes[*at]));
    Some((start, end.unwrap_or(bytes.len())))
}

/// What the name of a secret ends with, in lower case.
const SECRET_NAMES: [&str; 6] = [
    "secret",
    "password",
    "token",
    "apikey",
    "authorization",
    "authenticationmeta",
];

/// Whether what is called so is a secret, however the words of the name are joined. It is asked for every word of a text.
fn is_secret(word: &str) -> bool {
    let ends_with = |name: &&str| {
        let letters = word.bytes().rev().filter(u8::is_ascii_alphanumeric);
        let mut letters = letters.map(|letter| letter.to_ascii_lowercase());
        name.bytes()
            .rev()
            .all(|letter| letters.next() == Some(letter))
    };
    SECRET_NAMES.iter().any(ends_with)
}

fn is_scheme(word: &str) -> bool {
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// Where the value of a name stands: behind `:` or `=`, in quotes or not, a list or an object as a whole.
fn value_of(text: &str, name_end: usize) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let skip =
        |from: usize, skipped: &[u8]| (from..bytes.len()).find(|at| !skipped.contains(&bytes[*at]));
    let sign = skip(name_end, b"\"\\' \t\r\n").filter(|at| matches!(bytes[*at], b':' | b'='))?;
    let start = skip(sign + 1, b" \t\r\n")?;
    let rest = &text[start..];
    let quote = ["\\\"", "\"", "'"]
        .into_iter()
        .find(|quote| rest.starts_with(*quote));
    let end = match (quote, bytes[start]) {
        (Some(quote), _) => quoted(text, start + quote.len(), quote),
        (None, b'[' | b'{') => nested(text, start),
        (None, _) => {
            let end = plain(text, start);
            // `Authorization: Bearer …` is two words.
            match is_scheme(&text[start..end]) {
                true => run(text, end, 0).map_or(end, |(_, end)| end),
                false => end,
            }
        }
    };
    let start = start + quote.map_or(0, str::len);
    // A null or an empty text is no secret, and to know it helps.
    let shown = &text[start..end];
    (!matches!(shown, "" | "null")).then_some((start, end))
}

/// The end of a text whose quote was opened before `from`.
fn quoted(text: &str, from: usize, quote: &str) -> usize {
    let mut at = from;
    while at < text.len() {
        if text[at..].starts_with(quote) {
            return at;
        }
        let escape = if text.as_bytes()[at] == b'\\' { 1 } else { 0 };
        at += escape;
        at += text
            .get(at..)
            .and_then(|rest| rest.chars().next())
            .map_or(1, char::len_utf8);
    }
    text.len()
}

/// The end of a list or an object.
fn nested(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0_usize, from);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = quoted(text, at + 1, "\""),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at.min(bytes.len());
        }
    }
    bytes.len()
}

/// The end of a value without quotes.
fn plain(text: &str, from: usize) -> usize {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | '&' | '<' | '"' | '\'' | ';');
    text[from..]
        .find(ends)
        .map_or(text.len(), |length| from + length)
}

/// The word behind a empty, of at least so many characters.
fn run(text: &str, from: usize, least: usize) -> Option<(usize, usize)> {
    if !text[from..].starts_with(' ') {
        return None;
    }
    let end = plain(text, from + 1);
    (end >= from + 1 + least).then_some((from + 1, end))
}

/// Tokens and keys of this API have the form of a JWT where they were seen.
fn looks_like_a_token(text: &str, start: usize) -> bool {
    text[start..].starts_with("eyJ") && token_end(text, start) - start >= 20
}

fn token_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    (start..bytes.len())
        .find(|at| !(is_word(bytes[*at]) || bytes[*at] == b'.'))
        .unwrap_or(bytes.len())
}

/// A body for the eyes: at most `length` bytes of it, without secrets. What is no text is described.
pub(crate) fn bounded(media: &str, body: &[u8], length: usize) -> String {
    let readable = std::str::from_utf8(&body[..body.len().min(length)]);
    let text = match readable {
        _ if media.starts_with("multipart/") => None,
        Ok(text) => Some(text),
        // A character that the end cuts in two is no reason to show nothing.
        Err(error) if error.error_len().is_none() && body.len() > length => {
            std::str::from_utf8(&body[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    match text {
        Some(text) if text.len() < body.len() => {
            let more = body.len() - text.len();
            format!("{}… ({more} more bytes)", redacted(text))
        }
        Some(text) => redacted(text).into_owned(),
        None => format!("({} bytes of {media})", body.len()),
    }
}

/// The body without these secrets, which a server or a gateway may repeat in what it complains of, as they are or as JSON
/// writes them: some writers put `\u003d` for `=`, or `\/` for `/`.
pub(crate) fn without(body: Bytes, secrets: &[Secret]) -> Bytes {
    let mut body = body;
    for secret in secrets.iter().map(Secret::expose) {
        let found = occurrences(&body, secret.as_bytes());
        if found.is_empty() {
            continue;
        }
        let (mut clean, mut copied) = (Vec::new(), 0);
        for (start, end) in found {
            clean.extend_from_slice(&body[copied..start]);
            clean.extend_from_slice(REDACTED.as_bytes());
            copied = end;
        }
        clean.extend_from_slice(&body[copied..]);
        body = clean.into();
    }
    body
}

/// Where a secret stands.
fn occurrences(body: &[u8], secret: &[u8]) -> Vec<(usize, usize)> {
    if memchr::memchr(b'\\', body).is_none() {
        let found = memmem::find_iter(body, secret);
        return found.map(|at| (at, at + secret.len())).collect();
    }
    let Some(&first) = secret.first() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = memchr::memchr2(first, b'\\', &body[at..]) {
        at += next;
        match end_of(secret, body, at) {
            Some(end) => {
                found.push((at, end));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The end of a secret that begins here.
fn end_of(secret: &[u8], body: &[u8], from: usize) -> Option<usize> {
    if body[from..].starts_with(secret) {
        return Some(from + secret.len());
    }
    let mut at = from;
    for &wanted in secret {
        let (byte, length) = written(&body[at..])?;
        if byte != wanted {
            return None;
        }
        at += length;
    }
    Some(at)
}

/// The first byte of what stands here, and how long it is written. A backslash that escapes nothing stands for itself.
fn written(text: &[u8]) -> Option<(u8, usize)> {
    let hexadecimal =
        |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    match text {
        [b'\\', b'u', b'0', b'0', high, low, ..] => hexadecimal(&[*high, *low])
            .filter(u8::is_ascii)
            .map(|byte| (byte, 6)),
        [b'\\', byte @ (b'/' | b'"' | b'\\'), ..] => Some((*byte, 2)),
        [byte, ..] => Some((*byte, 1)),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_taken_out_by_their_names() {
        for (text, shown) in [
            (
                r#"{"apiKey":"hush","id":7}"#,
                r#"{"apiKey":"[redacted]","id":7}"#,
            ),
            (
                r#"{ "client_secret" : "hu\"sh" , "id": 7 }"#,
                r#"{ "client_secret" : "[redacted]" , "id": 7 }"#,
            ),
            (
                r#"{"tokens":1,"access_token":["hush",{"a":"]}"}],"id":7}"#,
                r#"{"tokens":1,"access_token":[redacted],"id":7}"#,
            ),
            (
                r#"{"refreshToken":null,"password":""}"#,
                r#"{"refreshToken":null,"password":""}"#,
            ),
            (
                r#"{"text":"{\"apiKey\":\"hush\",\"id\":7}"}"#,
                r#"{"text":"{\"apiKey\":\"[redacted]\",\"id\":7}"}"#,
            ),
            (
                "grant_type=x&api_key=hush&client_id=c",
                "grant_type=x&api_key=[redacted]&client_id=c",
            ),
            (
                "Authorization: Bearer hush\nHost: a",
                "Authorization: [redacted]\nHost: a",
            ),
            (
                "sent Bearer hush, refused",
                "sent Bearer [redacted], refused",
            ),
            (r#"{"apiKey":"hu"#, r#"{"apiKey":"[redacted]"#),
            (r#"{"apiKey":"hu\"#, r#"{"apiKey":"[redacted]"#),
            (r#"{"apiKey":{"a":"hu"#, r#"{"apiKey":[redacted]"#),
            (
                "the key eyJhbGciOiJIUzI1NiJ9.e30.abc is revoked",
                "the key [redacted] is revoked",
            ),
            ("password", "password"),
            ("secret:", "secret:"),
            ("ä bearer ", "ä bearer "),
            ("Bearerä", "Bearerä"),
        ] {
            assert_eq!(redacted(text), shown);
        }
    }

    #[test]
    fn a_body_is_cut_and_what_is_no_text_is_described() {
        assert_eq!(bounded("application/json", b"[1,2,3]", 100), "[1,2,3]");
        assert_eq!(
            bounded("application/json", b"[1,2,3]", 3),
            "[1,… (4 more bytes)"
        );
        assert_eq!(
            bounded("text/plain", "aää".as_bytes(), 4),
            "aä… (2 more bytes)"
        );
        assert_eq!(
            bounded("application/pdf", &[0xff, 0xfe], 9),
            "(2 bytes of application/pdf)"
        );
        assert_eq!(
            bounded("multipart/form-data", b"--x", 9),
            "(3 bytes of multipart/form-data)"
        );
    }

    #[test]
    fn a_secret_is_known_however_json_writes_it() {
        let secrets = ["hush/key+2==", "a\\b\"cd"].map(Secret::from);
        for (body, shown) in [
            (
                r#"{"message":"no: hush\/key\u002b2\u003D\u003d!"}"#,
                r#"{"message":"no: [redacted]!"}"#,
            ),
            (r"\u0068ush/key+2==", "[redacted]"),
            (r"hushhush/key+2==\", r"[redacted]\"),
            (r#"a\\b\"cd a\b"cd"#, "[redacted] [redacted]"),
            (r"hush/key+2\u003d\u003", r"hush/key+2\u003d\u003"),
            (r"\u00ff\u12 \u003", r"\u00ff\u12 \u003"),
        ] {
            let shown = if body.starts_with("hushhush") {
                format!("hush{shown}")
            } else {
                shown.to_owned()
            };
            assert_eq!(without(Bytes::from(body), &secrets), shown, "{body}");
        }
    }

    proptest::proptest! {
        /// Whatever the text is: no panic, and what is redacted once stays as it is.
        #[test]
        fn any_text_can_be_redacted(text in r#"(apiKey|token|Bearer|[:="'\\ {}\[\],&ä]|[a-z]){0,40}"#) {
            let once = redacted(&text).into_owned();
            redacted(&once);
            bounded("", text.as_bytes(), 7);
        }

        #[test]
        fn the_value_of_a_key_never_shows(value in "[a-zA-Z0-9]{1,20}", before in "[^\"]{0,10}") {
            let json = serde_json::json!({ "a": before, "apiKey": format!("hush{value}"), "b": 1 }).to_string();
            proptest::prop_assert!(!redacted(&json).contains("hush"));
            for cut in 0..json.len() {
                if let Some(start) = json.get(..cut) {
                    proptest::prop_assert!(!redacted(start).contains("hush"));
                }
            }
        }
    }
}
