//! What the vendor's support asks for about a failed call, ready to be sent to it.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::clock::utc;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::wire::redact::{bounded, redacted};

/// Who a client is, as far as the vendor's support asks for it.

/// How much of a body a report shows, in bytes.
const BODY: usize = 16 * 1024;
/// How much of each other text.
const TEXT: usize = 2 * 1024;

/// What the vendor's technical support (`integrations@procountor.com`) asks for, according to its certification document:
/// integration, endpoint, request, response, server, API version, time, company and user. `Display` gives it as text to
/// paste; serde gives it as data.
///
/// Tokens, API keys and other secrets are taken out. **Personal data stays**, since the vendor needs the request as it was:
/// treat the report as you treat the books themselves. Each body is cut after 16 KiB.
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
    /// The operation, as the vendor calls it.
    pub endpoint: Option<String>,
    /// The method and the whole address.
    pub address: Option<String>,
    /// The headers that were sent, without the token.
    pub request_headers: Vec<(String, String)>,
    /// The body that was sent.
    pub request: Option<String>,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// The headers that came.
    pub response_headers: Vec<(String, String)>,
    /// The body that came.
    pub response: Option<String>,
    /// Whether it is the production or the testing server, and its address.
    pub server: Option<String>,
    /// The version of the API, as in `26.04`.
    pub api_version: Option<&'static str>,
    /// From when to when, in UTC.
    pub time: Option<String>,
    /// The company's id, where the client was told ([`ClientBuilder::company_id`](crate::ClientBuilder::company_id)).
    pub company_id: Option<String>,
    /// The user's id, where the client was told ([`ClientBuilder::user_id`](crate::ClientBuilder::user_id)).
    pub user_id: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
    /// What this crate says of it.
    pub error: String,
    /// The version of this crate.
    pub sdk: &'static str,
}

impl Error {
    /// What the vendor's support needs to know about this; see [`SupportReport`] for what is in it.
    pub fn support_report(&self) -> SupportReport {
        let sent = self.context();
        let identity = sent.map(|sent| &*sent.identity);
        let request = sent.and_then(|sent| sent.request.as_ref());
        let (status, response) = self.answer();
        let headers = sent.map(|sent| &sent.headers);
        SupportReport {
            client_id: identity.and_then(|identity| identity.client_id.clone()),
            endpoint: self.operation().map(ToString::to_string),
            address: request.map(|request| cut(&format!("{} {}", request.method(), request.uri()))),
            request_headers: request
                .map(|request| shown(request.headers()))
                .unwrap_or_default(),
            request: request.and_then(|request| body(request.headers(), request.body())),
            status,
            response_headers: headers.map(shown).unwrap_or_default(),
            response: response.and_then(|response| body(headers?, response)),
            server: identity.map(|identity| {
                let server = Environment::name_of(&identity.base_url);
                format!("{server}, {}", identity.base_url)
            }),
            api_version: identity.map(|identity| identity.version),
            time: sent.map(|sent| format!("{} to {} (UTC)", utc(sent.started), utc(sent.ended))),
            company_id: identity.and_then(|identity| identity.company.clone()),
            user_id: identity.and_then(|identity| identity.user.clone()),
            attempts: self.attempts(),
            error: cut(&self.to_string()),
            sdk: concat!("procountor-api ", env!("CARGO_PKG_VERSION")),
        }
    }

    /// The status and the body of the answer, if one came.
    fn answer(&self) -> (Option<u16>, Option<&Bytes>) {
        if let Some(error) = self.api() {
            return (Some(error.status), Some(&error.body));
        }
        match self.kind() {
            ErrorKind::Decode { status, body, .. } => (Some(*status), Some(body)),
            _ => (None, None),
        }
    }
}

/// The body, if there is one.
fn body(headers: &HeaderMap, body: &Bytes) -> Option<String> {
    let media = headers
        .get(CONTENT_TYPE)
        .and_then(|media| media.to_str().ok());
    (!body.is_empty()).then(|| bounded(media.unwrap_or("an unknown kind"), body, BODY))
}

fn cut(text: &str) -> String {
    bounded("", text.as_bytes(), TEXT)
}

/// Headers that hold secrets, whoever set them.
const SECRET_HEADERS: [&str; 5] = [
    "authorization",
    "cookie",
    "set-cookie",
    "proxy-authorization",
    "x-api-key",
];
/// More headers than this are not shown.
const HEADERS: usize = 40;

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
    texts.take(HEADERS).collect()
}

impl SupportReport {
    /// Every line: what the vendor asks for by name is always there, also where it is not known.
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

/// A line for each fact. What has several lines of its own stands indented below its name.
impl fmt::Display for SupportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, text) in self.lines() {
            let missing = match name {
                "company id" => "not known here (set `.company_id(…)` when the client is built)",
                "user id" => "not known here (set `.user_id(…)` when the client is built)",
                "request" => "no body",
                "response" if self.status.is_some() => "no body",
                _ => "none",
            };
            let text = text.unwrap_or_else(|| format!("({missing})"));
            match text.contains('\n') {
                true => writeln!(f, "{name}:\n  {}", text.replace('\n', "\n  "))?,
                false => writeln!(f, "{name}: {text}")?,
            }
        }
        Ok(())
    }
}

/// Without the bodies: what is printed for debugging should hold no personal data.
impl fmt::Debug for SupportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SupportReport")
            .field("endpoint", &self.endpoint)
            .field("status", &self.status)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}

/// An object with a member for each line of the text; what is not known is `null`.
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
