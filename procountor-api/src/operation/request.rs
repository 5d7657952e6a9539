//! Builds the HTTP request of an operation, after checking everything that the specification says about it.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::zeroize::Zeroizing;
use url::{Url, form_urlencoded};

use crate::operation::Operation;
use crate::operation::multipart::{Part, form_data};
use crate::wire::{
    DynField, ParamLocation, Reflect, Secret, Violation, Violations, check_fields, elements,
    text_of,
};

/// How text outside ASCII is written in a header. Four searches have their text in headers, and the vendor does not say how
/// it reads them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderEncoding {
    /// As UTF-8: `Mäkelä` is `4d c3 a4 …`.
    #[default]
    Utf8,
    /// As Latin-1: `Mäkelä` is `4d e4 …`.
    Latin1,
    /// Percent-encoded UTF-8: `M%C3%A4kel%C3%A4`.
    PercentEncoded,
}

/// A request that is ready to be sent, but for its token.
#[derive(Debug)]
pub(crate) struct Prepared(Request<Bytes>);

impl Prepared {
    /// The request without a token.
    pub(crate) fn request(&self) -> &Request<Bytes> {
        &self.0
    }

    /// A copy of the request with a token, to be sent.
    pub(crate) fn authorized(&self, token: &Secret) -> Request<Bytes> {
        let mut request = Request::new(self.0.body().clone());
        *request.method_mut() = self.0.method().clone();
        *request.uri_mut() = self.0.uri().clone();
        *request.headers_mut() = self.0.headers().clone();
        if let Some(value) = bearer(token) {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        request
    }
}

/// The value of the Authorization header. It does not print, and is wiped when the request has been sent.
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose()).into_bytes());
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// What is not encoded in a segment or a query: the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Checks the parameters and builds the request.
pub(crate) fn prepare(
    base_url: &Url,
    header_encoding: HeaderEncoding,
    max_body: usize,
    operation: &Operation,
    endpoint: &dyn Reflect,
) -> Result<Prepared, Vec<Violation>> {
    let mut violations = Violations::default();
    check_fields(endpoint, &mut violations);
    let mut request = Request::new(Bytes::new());
    let mut path = operation.path.to_owned();
    let mut query = String::new();
    let mut parts = Vec::new();
    for (column, slot) in endpoint.fields().iter() {
        if !slot.is_set() {
            continue;
        }
        let json = encoded(slot);
        match column.place {
            ParamLocation::Path => {
                let segment = segment(&texts(&json), column.name, &mut violations);
                path = path.replace(&format!("{{{}}}", column.name), &segment);
            }
            ParamLocation::Query => append(&mut query, column.name, &joined(&texts(&json))),
            ParamLocation::QueryRepeated => texts(&json)
                .iter()
                .for_each(|text| append(&mut query, column.name, &encode(text))),
            ParamLocation::Header => {
                match header(column.name, &texts(&json).join(","), header_encoding) {
                    Some((name, value)) => drop(request.headers_mut().insert(name, value)),
                    None => violations.within_member(column.name, |violations| {
                        violations.add("has a character that a header cannot carry");
                    }),
                }
            }
            ParamLocation::Body | ParamLocation::Member => {
                request
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                *request.body_mut() = json.into();
            }
            ParamLocation::JsonPart | ParamLocation::FilePart => {
                parts.push((column.name, slot, json))
            }
        }
    }
    if !parts.is_empty() {
        let (content_type, body) = multipart(&parts);
        if let Ok(content_type) = HeaderValue::from_str(&content_type) {
            request.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        *request.body_mut() = body;
    }
    let length = request.body().len();
    if length > max_body {
        violations.add(format!(
            "has {length} bytes, at most {max_body} are allowed (set by `max_request_size`)"
        ));
    }
    let violations = violations.into_vec();
    if !violations.is_empty() {
        return Err(violations);
    }
    *request.method_mut() = method(operation);
    let mut url = base_url.clone();
    url.set_path(&format!("{}{path}", base_url.path().trim_end_matches('/')));
    url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
    *request.uri_mut() = uri(&url);
    request.headers_mut().insert(
        ACCEPT,
        HeaderValue::from_static("application/json, */*;q=0.5"),
    );
    Ok(Prepared(request))
}

fn method(operation: &Operation) -> http::Method {
    use crate::operation::Method;
    match operation.method {
        Method::GET => http::Method::GET,
        Method::POST => http::Method::POST,
        Method::PUT => http::Method::PUT,
        Method::PATCH => http::Method::PATCH,
        Method::DELETE => http::Method::DELETE,
    }
}

/// Every URL is a URI; the default stands for the case that cannot be.
pub(crate) fn uri(url: &Url) -> Uri {
    url.as_str().parse().unwrap_or_default()
}

fn encoded(slot: &dyn DynField) -> String {
    let mut json = String::new();
    slot.encode(&mut json);
    json
}

/// The texts of a JSON list, or of one scalar.
fn texts(json: &str) -> Vec<String> {
    match elements(json) {
        Ok(items) => items
            .into_iter()
            .map(|item| text_of(item.get()).into_owned())
            .collect(),
        Err(_) => vec![text_of(json).into_owned()],
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The comma that separates items stays a comma; one within an item is encoded.
fn joined(texts: &[String]) -> String {
    texts
        .iter()
        .map(|text| encode(text))
        .collect::<Vec<_>>()
        .join(",")
}

fn append(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(&encode(name));
    query.push('=');
    query.push_str(value);
}

/// A segment that would lead elsewhere than the specification says is refused.
fn segment(texts: &[String], name: &str, violations: &mut Violations) -> String {
    if texts
        .iter()
        .any(|text| matches!(text.as_str(), "" | "." | ".."))
    {
        violations.within_member(name, |violations| {
            violations.add("cannot be empty, `.` or `..`: it is part of the path")
        });
    }
    joined(texts)
}

fn header(name: &str, text: &str, style: HeaderEncoding) -> Option<(HeaderName, HeaderValue)> {
    let bytes = match style {
        HeaderEncoding::Utf8 => text.as_bytes().to_vec(),
        HeaderEncoding::Latin1 => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok())
            .collect::<Option<_>>()?,
        HeaderEncoding::PercentEncoded => encode(text).into_bytes(),
    };
    Some((
        HeaderName::from_bytes(name.as_bytes()).ok()?,
        HeaderValue::from_bytes(&bytes).ok()?,
    ))
}

fn multipart(parts: &[(&str, &dyn DynField, String)]) -> (String, Bytes) {
    let parts: Vec<_> = parts
        .iter()
        .map(|(name, slot, json)| match slot.file() {
            Some(file) => Part {
                name,
                file_name: Some(file.name()),
                content_type: file.media_type(),
                bytes: file.bytes(),
            },
            None => Part {
                name,
                file_name: None,
                content_type: "application/json",
                bytes: json.as_bytes(),
            },
        })
        .collect();
    form_data(&parts)
}

/// The secrets that a request carries, as they are and as they are written in a form.
pub(crate) fn secrets_of(request: &Request<Bytes>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let bearer = request.headers().get(AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok()?.split_once(' '));
    secrets.extend(bearer.map(|(_, token)| Secret::from(token)));
    let media = request.headers().get(CONTENT_TYPE);
    let is_form = |media: &HeaderValue| {
        media
            .as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    };
    if media.is_some_and(is_form) {
        let public = ["grant_type", "client_id", "redirect_uri"];
        for pair in request.body().split(|byte| *byte == b'&') {
            let Some((name, value)) = form_urlencoded::parse(pair).next() else {
                continue;
            };
            if public.contains(&name.as_ref()) {
                continue;
            }
            secrets.push(Secret::from(value.as_ref()));
            let written = std::str::from_utf8(&pair[(name.len() + 1).min(pair.len())..]);
            secrets.extend(written.ok().filter(|text| *text != value).map(Secret::from));
        }
    }
    // Shorter ones would take ordinary words with them, and are in no use.
    secrets.retain(|secret| secret.expose().len() >= 4);
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::redact::without;

    #[test]
    fn a_secret_that_was_sent_is_known_by_its_value() {
        let mut request = Request::new(Bytes::from(
            "grant_type=m&client_id=shop&api_key=hush%20key",
        ));
        request.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        request
            .headers_mut()
            .insert(AUTHORIZATION, HeaderValue::from_static("Bearer abcd"));
        let secrets = secrets_of(&request);
        let texts: Vec<_> = secrets.iter().map(Secret::expose).collect();
        assert_eq!(texts, ["abcd", "hush key", "hush%20key"]);
        let body = Bytes::from("no: hush key, hush key; abcd");
        assert_eq!(
            without(body, &secrets),
            "no: [redacted], [redacted]; [redacted]"
        );
    }
}
