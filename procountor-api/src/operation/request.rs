//! The HTTP request of an operation, built after its parameters have been checked.

use std::any::Any;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::zeroize::Zeroizing;
use url::{Url, form_urlencoded};

use super::multipart::{Part, form_data};
use super::{Method, Operation};
use crate::wire::{
    DynField, FieldDescriptor, FileUpload, ParamLocation, Reflect, Secret, Violation, Violations,
    check_fields, elements, text_of,
};

/// The encoding of non-ASCII text in a header.
///
/// Four searches have text parameters in headers, and the vendor does not state their encoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderEncoding {
    /// UTF-8: `Mäkelä` is `4d c3 a4 …`.
    #[default]
    Utf8,
    /// Latin-1: `Mäkelä` is `4d e4 …`.
    Latin1,
    /// Percent-encoded UTF-8: `M%C3%A4kel%C3%A4`.
    PercentEncoded,
}

/// A valid request without a token.
#[derive(Debug)]
pub(crate) struct Prepared(Request<Bytes>);

impl Prepared {
    /// Returns the request without a token.
    pub(crate) fn request(&self) -> &Request<Bytes> {
        &self.0
    }

    /// Returns a copy of the request with a token, or `None` if a header cannot hold the token.
    pub(crate) fn authorized(&self, token: &Secret) -> Option<Request<Bytes>> {
        let mut request = Request::new(self.0.body().clone());
        *request.method_mut() = self.0.method().clone();
        *request.uri_mut() = self.0.uri().clone();
        *request.headers_mut() = self.0.headers().clone();
        request.headers_mut().insert(AUTHORIZATION, bearer(token)?);
        Some(request)
    }
}

/// Returns the value of the `Authorization` header, or `None` if a header cannot hold the token. The value does not print,
/// and is wiped when it is dropped.
pub(crate) fn bearer(token: &Secret) -> Option<HeaderValue> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose()).into_bytes());
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The characters that are encoded in a segment or a query: all but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Checks the parameters and builds the request, or returns all violations.
pub(crate) fn prepare(
    base_url: &Url,
    header_encoding: HeaderEncoding,
    max_body: usize,
    operation: &Operation,
    endpoint: &dyn Reflect,
) -> Result<Prepared, Vec<Violation>> {
    let mut violations = Violations::default();
    check_fields(endpoint, &mut violations);
    let mut draft = Draft::new(operation);
    for (field, value) in endpoint.fields().iter() {
        if value.is_set() {
            draft.add(&field, value, header_encoding, &mut violations);
        }
    }
    let mut request = draft.request;
    if !draft.parts.is_empty() {
        let (content_type, body) = multipart(&draft.parts);
        if let Ok(content_type) = HeaderValue::from_str(&content_type) {
            request.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        *request.body_mut() = body;
    }
    let accept = HeaderValue::from_static("application/json, */*;q=0.5");
    request.headers_mut().insert(ACCEPT, accept);
    let length = request.body().len();
    if length > max_body {
        violations.add(format!(
            "has {length} bytes, at most {max_body} are allowed (set by `max_request_size`)"
        ));
    }
    let mut url = base_url.clone();
    url.set_path(&format!(
        "{}{}",
        base_url.path().trim_end_matches('/'),
        draft.path
    ));
    url.set_query(Some(draft.query.as_str()).filter(|query| !query.is_empty()));
    match uri(&url) {
        Some(uri) => *request.uri_mut() = uri,
        None => violations.within_member("the URL", |violations| {
            let length = url.as_str().len();
            violations.add(format!(
                "has {length} bytes, at most {MAX_URI} are allowed: pass fewer or shorter values"
            ));
        }),
    }
    let violations = violations.into_vec();
    if violations.is_empty() {
        Ok(Prepared(request))
    } else {
        Err(violations)
    }
}

/// The parts of a request, while its parameters are added.
struct Draft<'a> {
    path: String,
    query: String,
    request: Request<Bytes>,
    /// The parts of a multipart body: name, value and JSON.
    parts: Vec<(&'static str, &'a dyn DynField, String)>,
}

impl<'a> Draft<'a> {
    fn new(operation: &Operation) -> Self {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = match operation.method {
            Method::GET => http::Method::GET,
            Method::POST => http::Method::POST,
            Method::PUT => http::Method::PUT,
            Method::PATCH => http::Method::PATCH,
            Method::DELETE => http::Method::DELETE,
        };
        Self {
            path: operation.path.to_owned(),
            query: String::new(),
            request,
            parts: Vec::new(),
        }
    }

    fn add(
        &mut self,
        field: &FieldDescriptor,
        value: &'a dyn DynField,
        header_encoding: HeaderEncoding,
        violations: &mut Violations,
    ) {
        let name = field.name;
        let mut json = String::new();
        value.encode(&mut json);
        match field.location {
            ParamLocation::Path => {
                let segment = segment(&texts(&json), name, violations);
                self.path = self.path.replace(&format!("{{{name}}}"), &segment);
            }
            ParamLocation::Query => append(&mut self.query, name, &joined(&texts(&json))),
            ParamLocation::QueryRepeated => texts(&json)
                .iter()
                .for_each(|text| append(&mut self.query, name, &encode(text))),
            ParamLocation::Header => match header(name, &texts(&json).join(","), header_encoding) {
                Some((name, value)) => drop(self.request.headers_mut().insert(name, value)),
                None => violations.within_member(name, |violations| {
                    violations.add("has a character that a header cannot carry");
                }),
            },
            ParamLocation::Body | ParamLocation::Member => {
                let media_type = HeaderValue::from_static("application/json");
                self.request.headers_mut().insert(CONTENT_TYPE, media_type);
                *self.request.body_mut() = json.into();
            }
            ParamLocation::JsonPart | ParamLocation::FilePart => {
                self.parts.push((name, value, json));
            }
        }
    }
}

/// Maximum length of a URI in the `http` crate, in bytes.
const MAX_URI: usize = 65_534;

/// Converts a URL to a URI, or returns `None` if it is longer than [`MAX_URI`].
pub(crate) fn uri(url: &Url) -> Option<Uri> {
    url.as_str().parse().ok()
}

/// Returns the items of a JSON list or a JSON scalar, as texts.
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

/// Encodes the items of a list. The commas between items stay; a comma within an item is encoded.
fn joined(texts: &[String]) -> String {
    let encoded: Vec<_> = texts.iter().map(|text| encode(text)).collect();
    encoded.join(",")
}

fn append(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(&encode(name));
    query.push('=');
    query.push_str(value);
}

/// Returns a path segment. A segment that would change the path is a violation.
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

fn header(name: &str, text: &str, encoding: HeaderEncoding) -> Option<(HeaderName, HeaderValue)> {
    let bytes = match encoding {
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
        .map(|(name, value, json)| {
            let value: &dyn Any = *value;
            match value.downcast_ref::<FileUpload>() {
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
            }
        })
        .collect();
    form_data(&parts)
}

/// Returns the secrets that a request carries, both as plain text and as encoded in a form.
pub(crate) fn secrets_of(request: &Request<Bytes>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let bearer = request.headers().get(AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok()?.split_once(' '));
    secrets.extend(bearer.map(|(_, token)| Secret::from(token)));
    let media_type = request.headers().get(CONTENT_TYPE);
    let form = b"application/x-www-form-urlencoded";
    if media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(form)) {
        let public = ["grant_type", "client_id", "redirect_uri"];
        for pair in request.body().split(|byte| *byte == b'&') {
            let Some((name, value)) = form_urlencoded::parse(pair).next() else {
                continue;
            };
            if public.contains(&name.as_ref()) {
                continue;
            }
            secrets.push(Secret::from(value.as_ref()));
            let encoded = std::str::from_utf8(&pair[(name.len() + 1).min(pair.len())..]);
            secrets.extend(encoded.ok().filter(|text| *text != value).map(Secret::from));
        }
    }
    // Shorter values are not secrets, and redacting them would hide ordinary words.
    secrets.retain(|secret| secret.expose().len() >= 4);
    secrets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::redact::without;

    #[test]
    fn secrets_of_a_request_are_redacted_by_value() {
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
