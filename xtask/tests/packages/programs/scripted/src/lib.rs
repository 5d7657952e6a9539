//! A server that is none: it grants a token, gives the same answer to everything else, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use procountor_api::transport::{Transport, TransportFuture};

#[derive(Clone, Debug)]
pub struct Scripted {
    answer: &'static str,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    pub fn new(answer: &'static str) -> Self {
        Self {
            answer,
            asked: Arc::default(),
        }
    }

    /// The last request: method, address and body.
    pub fn asked(&self) -> String {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

impl Transport for Scripted {
    fn send(&self, request: Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            if request.uri().path().ends_with("/oauth/token") {
                let token = r#"{"access_token":"token","expires_in":3600}"#;
                return Ok(Response::new(token.into()));
            }
            let body = String::from_utf8_lossy(request.body());
            let asked = format!("{} {} {body}", request.method(), request.uri().path());
            self.asked.lock().unwrap().push(asked.trim().to_owned());
            Ok(Response::new(self.answer.into()))
        })
    }
}

/// A client of a version, connected to such a server.
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
