//! A transport without a server: it grants a token, returns the same body for all other requests, and records them.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Transport, TransportFuture};

#[derive(Clone, Debug)]
pub struct Scripted {
    body: &'static str,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    pub fn new(body: &'static str) -> Self {
        Self {
            body,
            requests: Arc::default(),
        }
    }

    /// Returns the method, path and body of the last request.
    pub fn last_request(&self) -> String {
        self.requests.lock().unwrap().last().unwrap().clone()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(async move {
            if request.uri().path().ends_with("/oauth/token") {
                let token = r#"{"access_token":"token","expires_in":3600}"#;
                return Ok(Response::new(token.into()));
            }
            let sent = String::from_utf8_lossy(request.body());
            let request = format!("{} {} {sent}", request.method(), request.uri().path());
            self.requests.lock().unwrap().push(request.trim().to_owned());
            Ok(Response::new(self.body.into()))
        })
    }
}

/// Builds a client of a version with this transport.
#[macro_export]
macro_rules! client {
    ($version:ident, $server:expr) => {
        procountor_api::$version::Client::builder()
            .environment(procountor_api::Environment::Custom(
                "https://books.example/api".to_owned(),
            ))
            .m2m(procountor_api::M2mCredentials::new(
                "client", "secret", "key",
            ))
            .transport($server.clone())
            .build()
    };
}
