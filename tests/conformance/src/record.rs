//! Writes each request and its answer as a line of JSON. Tokens stay out: token requests are not written, and headers
//! are not either, but for those that are parameters.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use procountor_api::transport::{Exchange, Network, Transport, TransportError};
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
    pub(crate) network: Network,
    pub(crate) record: Record,
}

impl Transport for Recorded {
    fn send(&self, request: http::Request<Bytes>) -> Exchange<'_> {
        let uri = request.uri().clone();
        let is_token = uri.path().ends_with("/oauth/token");
        let mut line = json!({
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
                        procountor_api::transport::Arrival::Possible,
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

fn text(body: &Bytes) -> Value {
    match body.is_empty() {
        true => Value::Null,
        false => String::from_utf8_lossy(body).into(),
    }
}
