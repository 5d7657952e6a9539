//! Fetches a document whole, or says what went wrong. Nothing is asked of the content here.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, LOCATION};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use tokio::time::timeout;

use procountor_progress::Progress;

/// How much is waited for and taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) bytes: u64,
    pub(super) redirects: usize,
    pub(super) connect: Duration,
    /// Between two parts of an answer.
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

/// Where a document comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    Web(Url),
    File(PathBuf),
}

impl Origin {
    /// An address or a file.
    pub(super) fn parse(from: &str) -> Result<Self, String> {
        if !from.contains("://") {
            return Ok(Self::File(from.into()));
        }
        let url = Url::parse(from).map_err(|error| format!("--from is no address: {error}"))?;
        match url.scheme() {
            "https" => Ok(Self::Web(url)),
            "http" if is_loopback(&url) => Ok(Self::Web(url)),
            "http" => Err(format!(
                "{} is refused: anybody on the way could change what comes; use https, http is for this machine only",
                shown(&url)
            )),
            "file" => url
                .to_file_path()
                .map(Self::File)
                .map_err(|()| format!("{} is no file of this machine", shown(&url))),
            other => Err(format!(
                "--from is an address of {other}: https, file and paths are known here"
            )),
        }
    }

    /// As it is shown and pinned: without what may be secret, and without folders of this machine.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Web(url) => shown(url),
            Self::File(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                format!("file {}", name.to_string_lossy())
            }
        }
    }

    /// The whole document.
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
                            "{}: this took longer than {:?}; nothing was taken",
                            shown(url),
                            limits.total
                        )),
                    }
                });
                // A name that is still being looked up must not keep us.
                runtime.shutdown_background();
                result
            }
        }
    }
}

fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, String> {
    let cannot = |error| format!("{} cannot be read: {error}", path.display());
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
        "{name}: this is larger than {} bytes, which no API document is",
        limits.bytes
    )
}

/// Redirects are followed by hand, so that an address is judged before anybody connects to it.
async fn download(mut url: Url, limits: &Limits) -> Result<Vec<u8>, String> {
    for _ in 0..=limits.redirects {
        let response = ask(&url, limits).await?;
        if !is_redirect(response.status()) {
            return body(&url, response, limits).await;
        }
        url = next(&url, &response)?;
    }
    Err(format!(
        "{}: there were more than {} redirects; give the address that they should lead to",
        shown(&url),
        limits.redirects
    ))
}

async fn ask(url: &Url, limits: &Limits) -> Result<Response, String> {
    let mut client = Client::builder()
        .user_agent(concat!("procountor-xtask/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .connect_timeout(limits.connect)
        .read_timeout(limits.stall);
    if is_loopback(url) {
        client = client.no_proxy();
    }
    let client = client.build().map_err(|error| innermost(&error))?;
    client.get(url.clone()).send().await.map_err(|error| {
        let shown = shown(url);
        match (error.is_connect(), error.is_timeout()) {
            (true, true) => format!("{shown}: no connection within {:?}", limits.connect),
            (true, false) => format!("{shown}: cannot connect ({})", innermost(&error)),
            (false, true) => format!("{shown}: no answer within {:?}", limits.stall),
            (false, false) => format!("{shown}: no answer ({})", innermost(&error)),
        }
    })
}

/// 304 and the like lead nowhere.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn next(url: &Url, response: &Response) -> Result<Url, String> {
    let location = response.headers().get(LOCATION);
    let location = location.and_then(|location| location.to_str().ok());
    let Some(target) = location.and_then(|location| url.join(location).ok()) else {
        return Err(format!(
            "{}: {} does not say where it leads",
            shown(url),
            response.status()
        ));
    };
    let at_home = is_loopback(url) && is_loopback(&target);
    match target.scheme() {
        "https" => Ok(target),
        "http" if at_home => Ok(target),
        _ => Err(format!(
            "{}: redirected to {}, which is refused: only https is followed",
            shown(url),
            shown(&target)
        )),
    }
}

async fn body(url: &Url, mut response: Response, limits: &Limits) -> Result<Vec<u8>, String> {
    let shown = shown(url);
    let status = response.status();
    if status != StatusCode::OK {
        let hint = match status.as_u16() {
            401 | 403 => "does it need a login, or another network?",
            404 | 410 => "is the address right? Paths of old versions are taken down",
            500.. => "try again later",
            _ => "is the address right?",
        };
        return Err(format!("{shown}: the answer is {status}: {hint}"));
    }
    if let Some(packed) = response.headers().get(CONTENT_ENCODING)
        && packed != "identity"
    {
        return Err(format!(
            "{shown}: the answer is packed ({packed:?}), which was not asked for"
        ));
    }
    let declared = response.content_length();
    if declared.is_some_and(|length| length > limits.bytes) {
        return Err(too_large(&shown, limits));
    }
    let progress = Progress::bytes("bytes", declared);
    let mut bytes = Vec::new();
    let result = loop {
        match response.chunk().await {
            Ok(Some(part)) => {
                progress.advance(part.len() as u64);
                bytes.extend_from_slice(&part);
                if bytes.len() as u64 > limits.bytes {
                    break Err(too_large(&shown, limits));
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => {
                let why = match error.is_timeout() {
                    true => format!("nothing came for {:?}", limits.stall),
                    false => innermost(&error),
                };
                break Err(interrupted(&shown, bytes.len(), declared, &why));
            }
        }
    };
    progress.finish();
    result?;
    if declared.is_some_and(|length| length != bytes.len() as u64) {
        return Err(interrupted(
            &shown,
            bytes.len(),
            declared,
            "the end came early",
        ));
    }
    Ok(bytes)
}

fn interrupted(shown: &str, got: usize, declared: Option<u64>, why: &str) -> String {
    let of = declared.map_or(String::new(), |length| format!(" of {length}"));
    format!("{shown}: the download was interrupted after {got}{of} bytes ({why}); try again")
}

/// An address without user, password, query and fragment, any of which may be secret.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Addresses without a host have none of these.
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

/// What is at the bottom of an error; the layers above repeat the address, and that may hold secrets.
fn innermost(error: &reqwest::Error) -> String {
    let mut error: &dyn std::error::Error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

#[cfg(test)]
mod tests;
