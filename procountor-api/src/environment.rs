//! Which Procountor a client talks to.

use url::{Host, Url};

/// The Procountor that a client talks to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.procountor.com`: real books.
    Production,
    /// `https://pts-api.procountor.com`: the vendor's public testing server. It has moved twice; if it moves again,
    /// use [`Custom`](Self::Custom).
    Test,
    /// The address of an API, up to and with `/api`. It must be https, except on this machine.
    Custom(String),
}

/// Under which path of its host the API is reached. A host has several, and what they lead to changes: each quarterly
/// version has a path for nine months, the others follow the releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiPath {
    /// The path of the client's version: see [`Version::LIFECYCLE`](crate::operation::Version::LIFECYCLE).
    #[default]
    OfVersion,
    /// `/latest/api`: the newest version. It changes with every release, almost monthly.
    Latest,
    /// `/supported/api`: the quarterly version that has been out for a month. It changes four times a year.
    Supported,
    /// `/api`: as the vendor's own examples have it.
    Plain,
}

impl ApiPath {
    fn resolve(self, of_version: &'static str) -> &'static str {
        match self {
            Self::OfVersion => of_version,
            Self::Latest => "/latest/api",
            Self::Supported => "/supported/api",
            Self::Plain => "/api",
        }
    }
}

const PRODUCTION: &str = "https://api.procountor.com";
const TEST: &str = "https://pts-api.procountor.com";

impl Environment {
    /// The address of the API, checked. A custom address holds its path.
    pub(crate) fn base_url(&self, path: ApiPath, of_version: &'static str) -> Result<Url, String> {
        let path_of_host = path.resolve(of_version);
        let text = match self {
            Self::Production => format!("{PRODUCTION}{path_of_host}"),
            Self::Test => format!("{TEST}{path_of_host}"),
            Self::Custom(_) if path != ApiPath::OfVersion => {
                return Err("`.path(…)` is for `Production` and `Test`: write the path into the custom address".to_owned());
            }
            Self::Custom(text) => text.clone(),
        };
        let url = Url::parse(&text)
            .map_err(|error| format!("the address `{text}` is no URL: {error}"))?;
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

    /// What the vendor calls the server behind an address.
    pub(crate) fn name_of(url: &Url) -> &'static str {
        let is = |known| Url::parse(known).is_ok_and(|known| known.host() == url.host());
        match (is(PRODUCTION), is(TEST)) {
            (true, _) => "production",
            (_, true) => "testing",
            _ => "another address",
        }
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
