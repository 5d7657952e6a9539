//! The servers of Procountor.

use url::{Host, Url};

/// The server that a client uses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// `https://api.procountor.com`, with real data.
    Production,
    /// `https://pts-api.procountor.com`, the vendor's public testing server. Its host has changed twice; if it changes again,
    /// use [`Custom`](Self::Custom).
    Test,
    /// The URL of an API, such as `https://host.example/api`. Plain http is allowed for loopback addresses only.
    Custom(String),
}

/// The path of the API on its host.
///
/// Each quarterly version has a path for nine months. The other paths follow the releases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiPath {
    /// The path of the client's version: see [`Version::LIFECYCLE`](crate::operation::Version::LIFECYCLE).
    #[default]
    OfVersion,
    /// `/latest/api`: the newest version. It changes with every release, almost monthly.
    Latest,
    /// `/supported/api`: the newest quarterly version that is at least a month old. It changes four times a year.
    Supported,
    /// `/api`: the path in the vendor's examples.
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
    /// Returns the URL of the API, or a message if it cannot be used. A custom URL includes its path.
    pub(crate) fn base_url(&self, path: ApiPath, of_version: &'static str) -> Result<Url, String> {
        let text = match self {
            Self::Production => format!("{PRODUCTION}{}", path.resolve(of_version)),
            Self::Test => format!("{TEST}{}", path.resolve(of_version)),
            Self::Custom(_) if path != ApiPath::OfVersion => {
                return Err(
                    "`.path(…)` is for `Production` and `Test`: include the path in the custom URL"
                        .to_owned(),
                );
            }
            Self::Custom(text) => text.clone(),
        };
        let url = Url::parse(&text).map_err(|error| {
            format!("`{text}` is not a valid URL: {error}; use `https://host.example/api`")
        })?;
        let problem = if !matches!(url.scheme(), "https" | "http") {
            "it must start with https://"
        } else if url.scheme() == "http" && !is_loopback(&url) {
            "use https; plain http is allowed for loopback addresses only"
        } else if !url.username().is_empty() || url.password().is_some() {
            return Err("the URL of the API must not have a user name or password".to_owned());
        } else if url.query().is_some() || url.fragment().is_some() {
            "it must not have a query or a fragment"
        } else {
            return Ok(url);
        };
        Err(format!("the URL `{text}` cannot be used: {problem}"))
    }

    /// Returns the vendor's name of the server at a URL.
    pub(crate) fn server_name(url: &Url) -> &'static str {
        if has_host_of(url, PRODUCTION) {
            "production"
        } else if has_host_of(url, TEST) {
            "testing"
        } else {
            "another server"
        }
    }

    /// Returns the known rate limit in requests per second: 60 in production and on loopback, 1.5 on the test server and, as a
    /// safe default, on any other host.
    pub(crate) fn requests_per_second(url: &Url) -> f64 {
        if has_host_of(url, PRODUCTION) || is_loopback(url) {
            60.0
        } else {
            1.5
        }
    }
}

fn has_host_of(url: &Url, known: &str) -> bool {
    Url::parse(known).is_ok_and(|known| known.host() == url.host())
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
