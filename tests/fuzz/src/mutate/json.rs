//! Mutations of JSON. The input is split into tokens, since it can be invalid already.

use std::ops::Range;

use fastrand::Rng;

use super::{one_of, times};

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-0.0",
    "0.0",
    "1",
    "-1",
    "00",
    "01",
    "-",
    "+1",
    ".5",
    "1.",
    "1.0",
    "1e2",
    "1E+5",
    "1.5e1",
    "1e-5",
    "1e28",
    "1e-28",
    "1e-29",
    "1e29",
    "1e400",
    "-1e400",
    "1e-400",
    "0e0",
    "0e999999999999",
    "1e999999999999999999999",
    "1e-2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "79228162514264337593543950335",
    "79228162514264337593543950336",
    "7922816251426433759354395033.5",
    "0.0000000000000000000000000001",
    "0.00000000000000000000000000001",
    "123456789012345678901234567890.123456789",
    "0.1000000000000000055511151231257827",
    "1.10",
    "2147483648",
    "NaN",
    "Infinity",
    "0x10",
];

const TEXTS: &[&str] = &[
    r#""""#,
    r#"" ""#,
    r#""\u0000""#,
    r#""\ud800""#,
    r#""\udc00\ud800""#,
    r#""\ud83d\ude00""#,
    r#""\u00""#,
    r#""\x""#,
    r#""\/\b\f\n\r\t""#,
    r#""0""#,
    r#""true""#,
    r#""null""#,
    r#""2026-04-15""#,
    r#""2026-02-29""#,
    r#""2024-02-29""#,
    r#""0000-01-01""#,
    r#""-0001-01-01""#,
    r#""-9999-01-01""#,
    r#""+2026-04-15""#,
    r#""9999-12-31""#,
    r#""10000-01-01""#,
    r#"" 2026-04-15""#,
    r#""2026-4-5""#,
    r#""2026-04-15 ""#,
    r#""26-04-15""#,
    r#""2026-04-15T09:30""#,
    r#""2026-04-15T09:30:00""#,
    r#""2026-04-15T24:00:00""#,
    r#""2026-04-15T23:59:60""#,
    r#""2026-04-15T09:30:00.1""#,
    r#""2026-04-15T09:30:00.1234567890123""#,
    r#""2026-04-15T09:30:00Z""#,
    r#""2026-04-15T09:30:00+25:99""#,
    r#""2026-04-15t09:30:00,5z""#,
    r#""2026-04-15T09:30:00[Europe/Helsinki]""#,
    r#""9999-12-31T23:59:59.999999999-23:59""#,
    r#""-9999-01-01T00:00:00""#,
    r#""T""#,
    r#""PARTLY_PAID,""#,
    r#""TULEVA_ARVO""#,
    r#""SALES_INVOICE""#,
    r#""EUR""#,
    r#""apiKey""#,
    r#""Bearer ""#,
    r#""\"access_token\"""#,
    r#""eyJhbGciOiJIUzI1NiJ9.e30.abc""#,
];

const VALUES: &[&str] = &[
    "null",
    "true",
    "false",
    "{}",
    "[]",
    "[null]",
    "[[]]",
    "[{}]",
    r#"{"":null}"#,
    r#"{"a":1,"a":2}"#,
    r#"{"id":null,"id":1,"id":null}"#,
    r#"{"\u0069d":7}"#,
    r#"{"\ud800":1}"#,
    r#"{"x":[{"y":[[1.10,{"z":"\u00e4"}]]}]}"#,
    r#"{"$serde_json::private::RawValue":"1"}"#,
    r#"{"$serde_json::private::Number":"1"}"#,
    "nul",
    "",
    "1 2",
];

const NAMES: &[&str] = &[
    r#""""#,
    r#""id""#,
    r#""results""#,
    r#""errors""#,
    r#""message""#,
    r#""field""#,
    r#""error""#,
    r#""error_description""#,
    r#""status""#,
    r#""access_token""#,
    r#""refresh_token""#,
    r#""expires_in""#,
    r#""apiKey""#,
    r#""version""#,
    r#""unknown""#,
    r#""\u0069d""#,
    r#""uusi""#,
    r#""\n""#,
];

pub(super) fn change(body: &mut Vec<u8>, other: &[u8], rng: &mut Rng) {
    let tokens = tokens(body);
    let Some(token) = pick(&tokens, rng) else {
        return body.extend_from_slice(one_of(VALUES, rng).as_bytes());
    };
    match rng.u8(..12) {
        0..3 => {
            let new = value(rng);
            body.splice(token, new.bytes());
        }
        3 => {
            let new = one_of(NAMES, rng);
            body.splice(token, new.bytes());
        }
        4 => nest(body, token, rng),
        5 => drop(body.drain(token)),
        6 => {
            // A value of another type from the same document.
            if let Some(from) = pick(&tokens, rng) {
                let piece = body[from].to_vec();
                body.splice(token, piece);
            }
        }
        7 => {
            if let Some(from) = pick(&self::tokens(other), rng) {
                body.splice(token, other[from].iter().copied());
            }
        }
        8 => repeat_member(body, &tokens, rng),
        9 => escape(body, token, rng),
        10 => lengthen(body, token, rng),
        _ => {
            let whole = whole_value(body, token.start);
            let new = value(rng);
            body.splice(whole, new.bytes());
        }
    }
}

fn value(rng: &mut Rng) -> &'static str {
    let all = [NUMBERS, TEXTS, VALUES][rng.usize(..3)];
    one_of(all, rng)
}

fn pick(tokens: &[Range<usize>], rng: &mut Rng) -> Option<Range<usize>> {
    (!tokens.is_empty()).then(|| tokens[rng.usize(..tokens.len())].clone())
}

/// Nests a value in lists or objects, sometimes very deep.
fn nest(body: &mut Vec<u8>, token: Range<usize>, rng: &mut Rng) {
    let token = whole_value(body, token.start);
    let (open, close) = if rng.bool() {
        ("[", "]")
    } else {
        (r#"{"a":"#, "}")
    };
    let depth = match rng.u8(..16) {
        0 => times(open.len() + 1, rng) * 8,
        1 => rng.usize(60..70),
        2 => rng.usize(120..135),
        _ => rng.usize(1..4),
    };
    let depth = depth.min(64 * 1024 / (open.len() + 1));
    body.splice(token.end..token.end, close.repeat(depth).bytes());
    body.splice(token.start..token.start, open.repeat(depth).bytes());
}

/// Repeats a member, with its value or another one, before or after the original.
fn repeat_member(body: &mut Vec<u8>, tokens: &[Range<usize>], rng: &mut Rng) {
    let names: Vec<_> = tokens
        .windows(2)
        .filter(|two| body.get(two[1].start) == Some(&b':'))
        .map(|two| two[0].clone())
        .collect();
    let Some(name) = pick(&names, rng) else {
        return;
    };
    let Some(colon) = body[name.end..].iter().position(|byte| *byte == b':') else {
        return;
    };
    let old = whole_value(body, name.end + colon + 1);
    let new = if rng.bool() {
        &body[old.clone()]
    } else {
        value(rng).as_bytes()
    };
    let member = [&body[name.clone()], b":", new].concat();
    let times = times(member.len(), rng);
    if rng.bool() {
        let more = [&member[..], b","].concat().repeat(times);
        body.splice(name.start..name.start, more);
    } else {
        let more = [b",", &member[..]].concat().repeat(times);
        body.splice(old.end..old.end, more);
    }
}

/// Escapes letters of a text as `\uXXXX`, as some servers do.
fn escape(body: &mut Vec<u8>, token: Range<usize>, rng: &mut Rng) {
    let text: String = body[token.clone()]
        .iter()
        .map(|byte| match byte {
            b'/' if rng.bool() => "\\/".to_owned(),
            b'"' | b'\\' | 0x80.. => char::from(*byte).to_string(),
            _ if rng.u8(..4) == 0 => format!("\\u{byte:04X}"),
            _ => char::from(*byte).to_string(),
        })
        .collect();
    if body[token.clone()].is_ascii() {
        body.splice(token, text.bytes());
    }
}

/// Adds characters to a text or digits to a number.
fn lengthen(body: &mut Vec<u8>, token: Range<usize>, rng: &mut Rng) {
    let middle = token.start + token.len() / 2;
    let piece = one_of(&["0", "9", "ä", "漢", "a ", "\\n", "\\u00e4", "."], rng);
    let piece = piece.repeat(times(piece.len(), rng));
    body.splice(middle..middle, piece.bytes());
}

/// Returns the strings, words, numbers and punctuation.
fn tokens(body: &[u8]) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let end = match body[at] {
            b'"' => text_end(body, at),
            byte if is_word(byte) => {
                let rest = body[at..].iter().position(|byte| !is_word(*byte));
                rest.map_or(body.len(), |length| at + length)
            }
            _ => at + 1,
        };
        if !body[at].is_ascii_whitespace() {
            tokens.push(at..end);
        }
        at = end;
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

fn text_end(body: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while at < body.len() {
        match body[at] {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    body.len()
}

/// Returns the whole value that starts at `from`.
fn whole_value(body: &[u8], from: usize) -> Range<usize> {
    let (mut depth, mut at) = (0_usize, from);
    while at < body.len() {
        match body[at] {
            b'"' => at = text_end(body, at) - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 => return from..at,
            b'}' | b']' if depth == 1 => return from..at + 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    from..body.len().max(from)
}
