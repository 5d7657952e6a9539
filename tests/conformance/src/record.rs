//! Writes each request and its answer as a line of JSON. Secrets stay out: token requests are not written, nor the
//! token of a request, nor a body that holds an API key.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use procountor_api::transport::{Network, Transport, TransportError, TransportFuture};
use serde_json::{Value, json};

/// A file that exchanges are written to.
#[derive(Clone, Debug)]
pub struct Record(Arc<Mutex<BufWriter<File>>>);

impl Record {
    /// A new file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        Ok(Self(Arc::new(Mutex::new(BufWriter::new(File::create(
            path,
        )?)))))
    }

    fn write(&self, line: &Value) -> std::io::Result<()> {
        let mut file = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        writeln!(file, "{line}")?;
        file.flush()
    }
}

/// The network, with a record of what goes over it.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) version: &'static str,
    pub(crate) network: Network,
    pub(crate) record: Record,
}

impl Transport for Recorded {
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
            let answer = self.network.send(request).await?;
            line["status"] = answer.status().as_u16().into();
            line["answer"] = text(answer.body());
            if !is_token {
                let lost = |error| {
                    TransportError::new(
                        procountor_api::transport::Delivery::Possible,
                        format!("the record cannot be written: {error}"),
                    )
                };
                self.record.write(&line).map_err(lost)?;
            }
            Ok(answer)
        })
    }
}

fn headers(headers: &http::HeaderMap) -> Value {
    let told = headers
        .iter()
        .filter(|(name, _)| *name != http::header::AUTHORIZATION);
    Value::Object(
        told.map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into(),
            )
        })
        .collect(),
    )
}

/// A body as text; one that holds an API key is left out whole.
fn text(body: &Bytes) -> Value {
    let text = String::from_utf8_lossy(body);
    match &*text {
        "" => Value::Null,
        secret if secret.contains("\"apiKey\"") => "[left out: it holds an API key]".into(),
        text => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_an_api_key_is_left_out() {
        let shown = text(&Bytes::from_static(br#"{"companyId":1,"apiKey":"hush"}"#));
        assert_eq!(shown, "[left out: it holds an API key]");
        assert_eq!(text(&Bytes::new()), Value::Null);
        assert_eq!(text(&Bytes::from_static(b"{}")), "{}");
    }
}
