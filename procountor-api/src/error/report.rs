//! Support reports about failed calls.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::clock::utc;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::wire::redact::{bounded, redacted};

/// Maximum length of a body in a report, in bytes.
const MAX_BODY: usize = 16 * 1024;
/// Maximum length of any other text, in bytes.
const MAX_TEXT: usize = 2 * 1024;

/// The details of a failed call for the vendor's technical support (`integrations@procountor.com`).
///
/// It has what the vendor's certification document asks for: integration, endpoint, request, response, server, API version,
/// time, company and user. `Display` returns text to paste, and serde returns data.
///
/// Tokens, API keys and other secrets are redacted. **Personal data is included**, since the vendor needs the original
/// request: protect the report like the accounting data. Each body is cut after 16 KiB.
///
/// ```
/// # use procountor_api::{Environment, M2mCredentials, v2604};
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = procountor_sandbox::Sandbox::builder().start().await?;
/// # let client = v2604::Client::builder()
/// #     .environment(Environment::Custom(sandbox.base_url()))
/// #     .m2m(M2mCredentials::new(sandbox.client_id(), sandbox.client_secret(), sandbox.api_key()))
/// #     .company_id(1)
/// #     .build()?;
/// let missing = client.invoices().get_invoice(v2604::InvoiceId(-1)).send().await;
/// let Err(error) = missing else { return Ok(()) };
/// let report = error.support_report();
/// assert!(report.endpoint.as_deref() == Some("getInvoice (GET /invoices/{invoiceId})"));
/// println!("{report}");
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct SupportReport {
    /// The client id of the integration.
    pub client_id: Option<String>,
    /// The operation, with the vendor's name.
    pub endpoint: Option<String>,
    /// The method and the URL.
    pub address: Option<String>,
    /// The request headers, without the token.
    pub request_headers: Vec<(String, String)>,
    /// The request body.
    pub request: Option<String>,
    /// The HTTP status of the response.
    pub status: Option<u16>,
    /// The response headers.
    pub response_headers: Vec<(String, String)>,
    /// The response body.
    pub response: Option<String>,
    /// The kind of the server (production or testing), and its URL.
    pub server: Option<String>,
    /// The version of the API, such as `26.04`.
    pub api_version: Option<&'static str>,
    /// The start and the end of the call, in UTC.
    pub time: Option<String>,
    /// The id of the company, if it was set with [`ClientBuilder::company_id`](crate::ClientBuilder::company_id).
    pub company_id: Option<String>,
    /// The id of the user, if it was set with [`ClientBuilder::user_id`](crate::ClientBuilder::user_id).
    pub user_id: Option<String>,
    /// The number of times that the request was sent.
    pub attempts: u32,
    /// The error message of this crate.
    pub error: String,
    /// The version of this crate.
    pub sdk: &'static str,
}

impl Error {
    /// Returns a report for the vendor's support.
    pub fn support_report(&self) -> SupportReport {
        let context = self.context();
        let client = context.map(|context| &*context.client);
        let request = context.and_then(|context| context.request.as_ref());
        let (status, response) = self.response();
        let headers = context.map(|context| &context.headers);
        SupportReport {
            client_id: client.and_then(|client| client.client_id.clone()),
            endpoint: self.operation().map(ToString::to_string),
            address: request.map(|request| cut(&format!("{} {}", request.method(), request.uri()))),
            request_headers: request
                .map(|request| shown(request.headers()))
                .unwrap_or_default(),
            request: request.and_then(|request| body(request.headers(), request.body())),
            status,
            response_headers: headers.map(shown).unwrap_or_default(),
            response: response.and_then(|response| body(headers?, response)),
            server: client.map(|client| {
                let server = Environment::server_name(&client.base_url);
                format!("{server}, {}", client.base_url)
            }),
            api_version: client.map(|client| client.version),
            time: context
                .map(|context| (utc(context.started), utc(context.ended)))
                .map(|(started, ended)| format!("{started} to {ended} (UTC)")),
            company_id: client.and_then(|client| client.company.clone()),
            user_id: client.and_then(|client| client.user.clone()),
            attempts: self.attempts(),
            error: cut(&self.to_string()),
            sdk: concat!("procountor-api ", env!("CARGO_PKG_VERSION")),
        }
    }

    /// Returns the status and the body of the response, if one was received.
    fn response(&self) -> (Option<u16>, Option<&Bytes>) {
        if let Some(error) = self.api() {
            return (Some(error.status), Some(&error.body));
        }
        match self.kind() {
            ErrorKind::Decode { status, body, .. } => (Some(*status), Some(body)),
            _ => (None, None),
        }
    }
}

/// Returns the body, unless it is empty.
fn body(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|media| media.to_str().ok());
    (!body.is_empty()).then(|| bounded(media.unwrap_or("an unknown type"), body, MAX_BODY))
}

fn cut(text: &str) -> String {
    bounded("", text.as_bytes(), MAX_TEXT)
}

/// Headers that have secrets.
const SECRET_HEADERS: [&str; 5] = [
    "authorization",
    "cookie",
    "set-cookie",
    "proxy-authorization",
    "x-api-key",
];
/// Maximum number of headers in a report.
const MAX_HEADERS: usize = 40;

fn shown(headers: &HeaderMap) -> Vec<(String, String)> {
    let public = headers
        .iter()
        .filter(|(name, value)| !value.is_sensitive() && !SECRET_HEADERS.contains(&name.as_str()));
    let texts = public.map(|(name, value)| {
        let line = format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        let line = redacted(&line).into_owned();
        let value = line.get(name.as_str().len() + 2..).unwrap_or_default();
        (name.to_string(), cut(value))
    });
    texts.take(MAX_HEADERS).collect()
}

impl SupportReport {
    /// Returns every line. A line that the vendor asks for is present even if its value is unknown.
    fn lines(&self) -> Vec<(&'static str, Option<String>)> {
        let headers = |headers: &[(String, String)]| {
            let lines: Vec<_> = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}"))
                .collect();
            Some(lines.join("\n")).filter(|lines| !lines.is_empty())
        };
        let api_version = self.api_version.map(str::to_owned);
        vec![
            ("integration", self.client_id.clone()),
            ("endpoint", self.endpoint.clone()),
            ("server", self.server.clone()),
            ("api version", api_version),
            ("time", self.time.clone()),
            ("company id", self.company_id.clone()),
            ("user id", self.user_id.clone()),
            ("error", Some(self.error.clone())),
            ("attempts", Some(self.attempts.to_string())),
            ("sdk", Some(self.sdk.to_owned())),
            ("address", self.address.clone()),
            ("request headers", headers(&self.request_headers)),
            ("request", self.request.clone()),
            ("status", self.status.map(|status| status.to_string())),
            ("response headers", headers(&self.response_headers)),
            ("response", self.response.clone()),
        ]
    }
}

/// Shows one line for each detail. A value of several lines is indented below its name.
impl fmt::Display for SupportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in self.lines() {
            let missing = match name {
                "company id" => "unknown: set `.company_id(…)` when building the client",
                "user id" => "unknown: set `.user_id(…)` when building the client",
                "request" => "no body",
                "response" if self.status.is_some() => "no body",
                _ => "none",
            };
            let text = text.unwrap_or_else(|| format!("({missing})"));
            if text.contains('\n') {
                writeln!(f, "{name}:\n  {}", text.replace('\n', "\n  "))?;
            } else {
                writeln!(f, "{name}: {text}")?;
            }
        }
        Ok(())
    }
}

/// Leaves out the bodies, so that debug output does not have personal data.
impl fmt::Debug for SupportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupportReport")
            .field("endpoint", &self.endpoint)
            .field("status", &self.status)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

/// Serializes an object with a member for each line. An unknown value is `null`.
impl Serialize for SupportReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let lines = self.lines();
        let mut map = serializer.serialize_map(Some(lines.len()))?;
        for (name, text) in lines {
            map.serialize_entry(&name.replace(' ', "_"), &text)?;
        }
        map.end()
    }
}
