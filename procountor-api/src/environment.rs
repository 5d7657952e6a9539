//! Which Procountor a client talks to.

use url::{Host, Url};

/// The Procountor that a client talks to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.procountor.com/api`: real books.
    Production,
    /// `https://pts-api.procountor.com/api`: the vendor's public testing server. It has moved twice; if it moves again,
    /// use [`Custom`](Self::Custom).
    Test,
    /// The address of an API, up to and with `/api`. It must be https, except on this machine.
    Custom(String),
}

const PRODUCTION: &str = "https://api.procountor.com/api";
const TEST: &str = "https://pts-api.procountor.com/api";

impl Environment {
    /// The address, checked.
    pub(crate) fn base_url(&self) -> Result<Url, String> {
        let text = match self {
            Self::Production => PRODUCTION,
            Self::Test => TEST,
            Self::Custom(text) => text,
        };
        let url =
            Url::parse(text).map_err(|error| format!("the address `{text}` is no URL: {error}"))?;
        let problem = if !matches!(url.scheme(), "https" | "http") {
            "it must start with https://"
        } else if url.scheme() == "http" && !is_loopback(&url) {
            "only this machine may be reached without https"
        } else if !url.username().is_empty() || url.password().is_some() {
            return Err("the address of the API must hold no user name or password".to_owned());
        } else if url.query().is_some() || url.fragment().is_some() {
            "it must end with its path, without `?` or `#`"
        } else {
            return Ok(url);
        };
        Err(format!("the address `{text}` cannot be used: {problem}"))
    }

    /// Requests a second that are known to be allowed: 60 in production, 90 a minute on the test server, which is also
    /// assumed of a host that is not known.
    pub(crate) fn requests_per_second(url: &Url) -> f64 {
        let production = Url::parse(PRODUCTION).is_ok_and(|known| known.host() == url.host());
        if production || is_loopback(url) {
            60.0
        } else {
            1.5
        }
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
