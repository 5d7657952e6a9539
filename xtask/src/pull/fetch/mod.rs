//! Fetches a complete document from a URL or a file. Its content is not examined here.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, LOCATION};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use tokio::time::timeout;

use procountor_progress::Progress;

/// Size and time limits of a download.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    pub(super) redirects: usize,
    pub(super) connect: Duration,
    /// The longest pause between two chunks of the response.
    pub(super) stall: Duration,
    pub(super) total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            redirects: 5,
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(20),
            total: Duration::from_secs(120),
        }
    }
}

/// The origin of a document.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    Web(Url),
    File(PathBuf),
}

impl Origin {
    /// Parses a URL or a file path.
    pub(super) fn parse(from: &str) -> Result<Self, String> {
        if !from.contains("://") {
            return Ok(Self::File(from.into()));
        }
        let url = Url::parse(from).map_err(|error| {
            format!("`{from}` is not a valid URL: {error}; use an https URL or a file path")
        })?;
        match url.scheme() {
            "https" => Ok(Self::Web(url)),
            "http" if is_loopback(&url) => Ok(Self::Web(url)),
            "http" => Err(format!(
                "{} is refused: plain http is allowed for loopback addresses only; use https",
                redacted(&url)
            )),
            "file" => url
                .to_file_path()
                .map(Self::File)
                .map_err(|()| format!("{} is not a local file; use a file path", redacted(&url))),
            other => Err(format!(
                "`{other}` URLs are not supported; use an https URL or a file path"
            )),
        }
    }

    /// Returns the name for messages and the lockfile, without secrets and local folders.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Web(url) => redacted(url),
            Self::File(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                format!("file {}", name.to_string_lossy())
            }
        }
    }

    /// Fetches the whole document.
    pub(super) fn fetch(&self, limits: &Limits) -> Result<Vec<u8>, String> {
        match self {
            Self::File(path) => read(path, limits),
            Self::Web(url) => {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map_err(|error| error.to_string())?;
                let result = runtime.block_on(async {
                    match timeout(limits.total, download(url.clone(), limits)).await {
                        Ok(result) => result,
                        Err(_) => Err(format!(
                            "{}: the download took longer than {:?}; try again later",
                            redacted(url),
                            limits.total
                        )),
                    }
                });
                // Does not wait for a pending DNS lookup.
                runtime.shutdown_background();
                result
            }
        }
    }
}

fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, String> {
    let cannot = |error| format!("cannot read {}: {error}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(cannot)?;
    let mut limited = file.take(limits.bytes + 1);
    limited.read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > limits.bytes {
        return Err(too_large(&path.display().to_string(), limits));
    }
    Ok(bytes)
}

fn too_large(name: &str, limits: &Limits) -> String {
    format!(
        "{name} is larger than {} bytes; expected an API document",
        limits.bytes
    )
}

/// Downloads a document. Follows redirects itself, so that each URL is checked before a connection is made.
async fn download(mut url: Url, limits: &Limits) -> Result<Vec<u8>, String> {
    for _ in 0..=limits.redirects {
        let response = get(&url, limits).await?;
        if !is_redirect(response.status()) {
            return body(&url, response, limits).await;
        }
        url = redirect_target(&url, &response)?;
    }
    Err(format!(
        "{}: more than {} redirects; use the URL of the document itself",
        redacted(&url),
        limits.redirects
    ))
}

async fn get(url: &Url, limits: &Limits) -> Result<Response, String> {
    let mut client = Client::builder()
        .user_agent(concat!("procountor-xtask/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(limits.connect)
        .read_timeout(limits.stall);
    if is_loopback(url) {
        client = client.no_proxy();
    }
    let client = client.build().map_err(|error| root_cause(&error))?;
    client.get(url.clone()).send().await.map_err(|error| {
        let name = redacted(url);
        match (error.is_connect(), error.is_timeout()) {
            (true, true) => format!("{name}: no connection within {:?}", limits.connect),
            (true, false) => format!("{name}: cannot connect ({})", root_cause(&error)),
            (false, true) => format!("{name}: no response within {:?}", limits.stall),
            (false, false) => format!("{name}: no response ({})", root_cause(&error)),
        }
    })
}

/// Returns whether the status has a redirect target; 304, for example, does not.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn redirect_target(url: &Url, response: &Response) -> Result<Url, String> {
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let Some(target) = location.and_then(|location| url.join(location).ok()) else {
        return Err(format!(
            "{}: {} without a valid Location header",
            redacted(url),
            response.status()
        ));
    };
    let both_loopback = is_loopback(url) && is_loopback(&target);
    match target.scheme() {
        "https" => Ok(target),
        "http" if both_loopback => Ok(target),
        _ => Err(format!(
            "{}: redirect to {} is refused: only https redirects are followed",
            redacted(url),
            redacted(&target)
        )),
    }
}

async fn body(url: &Url, mut response: Response, limits: &Limits) -> Result<Vec<u8>, String> {
    let name = redacted(url);
    let status = response.status();
    if status != StatusCode::OK {
        let hint = match status.as_u16() {
            401 | 403 => "check whether it needs a login or another network",
            404 | 410 => "check the URL; the vendor removes documents of old versions",
            500.. => "try again later",
            _ => "check the URL",
        };
        return Err(format!("{name}: the response status is {status}; {hint}"));
    }
    if let Some(packed) = response.headers().get(CONTENT_ENCODING)
        && packed != "identity"
    {
        return Err(format!(
            "{name}: the response is compressed ({packed:?}) although no compression was requested"
        ));
    }
    let declared = response.content_length();
    if declared.is_some_and(|length| length > limits.bytes) {
        return Err(too_large(&name, limits));
    }
    let progress = Progress::bytes("bytes", declared);
    let mut bytes = Vec::new();
    let result = loop {
        match response.chunk().await {
            Ok(Some(part)) => {
                progress.advance(part.len() as u64);
                bytes.extend_from_slice(&part);
                if bytes.len() as u64 > limits.bytes {
                    break Err(too_large(&name, limits));
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => {
                let why = if error.is_timeout() {
                    format!("no data for {:?}", limits.stall)
                } else {
                    root_cause(&error)
                };
                break Err(interrupted(&name, bytes.len(), declared, &why));
            }
        }
    };
    progress.finish();
    result?;
    if declared.is_some_and(|length| length != bytes.len() as u64) {
        return Err(interrupted(
            &name,
            bytes.len(),
            declared,
            "unexpected end of the response",
        ));
    }
    Ok(bytes)
}

fn interrupted(name: &str, received: usize, declared: Option<u64>, why: &str) -> String {
    let of = declared.map_or(String::new(), |length| format!(" of {length}"));
    format!("{name}: the download was interrupted after {received}{of} bytes ({why}); try again")
}

/// Formats a URL without user, password, query and fragment, which can contain secrets.
fn redacted(url: &Url) -> String {
    let mut url = url.clone();
    // Fails only for URLs without a host, which cannot have credentials.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let ip = host.parse::<std::net::IpAddr>();
    host == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

/// Returns the innermost error. The outer ones contain the URL, which can contain secrets.
fn root_cause(error: &reqwest::Error) -> String {
    let mut error: &dyn std::error::Error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests;
