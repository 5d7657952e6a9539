//! Records each request and its response as a line of JSON. Token requests, access tokens and bodies with an API key
//! are left out.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use procountor_api::transport::{Delivery, Network, Transport, TransportError, TransportFuture};
use serde_json::{Value, json};

/// A writer of requests and responses to a file.
#[derive(Clone, Debug)]
pub struct Recorder(Arc<Mutex<File>>);

impl Recorder {
    /// Creates the file, or empties an existing one.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be created.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Arc::new(Mutex::new(File::create(path)?))))
    }

    fn write(&self, line: &Value) -> std::io::Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(format!("{line}\n").as_bytes())
    }
}

/// The network transport with a recorder.
#[derive(Debug)]
pub(crate) struct RecordingTransport {
    pub(crate) version: &'static str,
    pub(crate) network: Network,
    pub(crate) recorder: Recorder,
}

impl Transport for RecordingTransport {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        let uri = request.uri().clone();
        let is_token = uri.path().ends_with("/oauth/token");
        let mut line = json!({
            "version": self.version,
            "method": request.method().as_str(),
            "path": uri.path_and_query().map_or("", |path| path.as_str()),
            "headers": headers(request.headers()),
            "request": text(request.body()),
        });
        Box::pin(async move {
            let response = self.network.send(request).await?;
            line["status"] = response.status().as_u16().into();
            line["response"] = text(response.body());
            if !is_token {
                self.recorder.write(&line).map_err(|error| {
                    let message = format!("cannot write the record: {error}");
                    TransportError::new(Delivery::Possible, message)
                })?;
            }
            Ok(response)
        })
    }
}

fn headers(headers: &http::HeaderMap) -> Value {
    let public = headers
        .iter()
        .filter(|(name, _)| *name != http::header::AUTHORIZATION);
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into();
    Value::Object(
        public
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
    )
}

/// Returns a body as text, or a placeholder if it has an API key.
fn text(body: &Bytes) -> Value {
    let text = String::from_utf8_lossy(body);
    match &*text {
        "" => Value::Null,
        secret if secret.contains("\"apiKey\"") => "[omitted: contains an API key]".into(),
        text => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_an_api_key_is_omitted() {
        let recorded = text(&Bytes::from_static(br#"{"companyId":1,"apiKey":"hush"}"#));
        assert_eq!(recorded, "[omitted: contains an API key]");
        assert_eq!(text(&Bytes::new()), Value::Null);
        assert_eq!(text(&Bytes::from_static(b"{}")), "{}");
    }
}
