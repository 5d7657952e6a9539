//! Calls endpoints by name, with their parameters as JSON. The generic functions are small, since they are compiled for
//! every endpoint of every version.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;
use procountor_api::{
    __private::{Visitor, endpoint_from_json},
    Client, OnBehalf, Response,
    client::SendFuture,
    operation::{CanCall, Endpoint, FromResponse, Supports, Version},
};

/// The result of a call that succeeded.
pub(crate) struct Outcome {
    pub(crate) status: u16,
    /// The JSON received, and the JSON encoded from the typed value; `None` if the response does not have JSON.
    pub(crate) json: Option<(String, String)>,
    pub(crate) body: Bytes,
    /// The parameters of the endpoint that were not set.
    pub(crate) unset: Vec<&'static str>,
}

pub(crate) type CallFuture = Pin<Box<dyn Future<Output = Result<Outcome, String>> + Send>>;
/// A call of an operation, whose parameters are JSON.
type CallByJson<V> = fn(&Client<V, OnBehalf>, &str) -> CallFuture;

/// Calls the endpoints of a version on a server.
pub(crate) trait Caller: Send + Sync {
    /// Calls the endpoint `name` with the parameters in `json`, or returns `None` if the endpoint does not exist.
    fn call(&self, name: &str, json: &str) -> Option<CallFuture>;
}

/// Creates a caller of all endpoints of the client's version.
pub(crate) fn caller<V: Version>(client: Client<V, OnBehalf>) -> Box<dyn Caller> {
    let mut calls = ClientCaller {
        client,
        by_name: BTreeMap::new(),
    };
    V::visit(&mut calls);
    Box::new(calls)
}

struct ClientCaller<V> {
    client: Client<V, OnBehalf>,
    by_name: BTreeMap<&'static str, CallByJson<V>>,
}

impl<V: Version> Caller for ClientCaller<V> {
    fn call(&self, name: &str, json: &str) -> Option<CallFuture> {
        self.by_name.get(name).map(|call| call(&self.client, json))
    }
}

impl<V: Version> Visitor<V> for ClientCaller<V> {
    fn endpoint<E: Endpoint>(&mut self)
    where
        V: Supports<E, E::Versions>,
        OnBehalf: CanCall<E, E::Access>,
    {
        self.by_name.insert(E::OPERATION.id, call::<V, E>);
    }
}

fn call<V, E>(client: &Client<V, OnBehalf>, json: &str) -> CallFuture
where
    V: Supports<E, E::Versions>,
    OnBehalf: CanCall<E, E::Access>,
    E: Endpoint,
{
    match endpoint_from_json::<E>(json) {
        Ok(endpoint) => {
            let unset = unset(&endpoint);
            Box::pin(outcome(client.call(endpoint).send_with_meta(), unset))
        }
        Err(error) => {
            let problem = format!("the endpoint does not accept the parameters: {error}");
            Box::pin(async { Err(problem) })
        }
    }
}

async fn outcome<T: FromResponse>(
    response: SendFuture<Response<T>>,
    unset: Vec<&'static str>,
) -> Result<Outcome, String> {
    let response = response.await.map_err(|error| error.to_string())?;
    let encoded = response.value.to_json();
    let received = String::from_utf8_lossy(&response.raw.body);
    let json = encoded.map(|encoded| (json_part(&received).to_owned(), encoded));
    Ok(Outcome {
        status: response.raw.status,
        json,
        body: response.raw.body,
        unset,
    })
}

fn unset(endpoint: &impl Endpoint) -> Vec<&'static str> {
    let fields = endpoint.fields();
    let unset = fields.iter().filter(|(_, field)| !field.is_set());
    unset.map(|(descriptor, _)| descriptor.name).collect()
}

/// Returns the JSON of a response body; for multipart/mixed, the content of the first part.
fn json_part(body: &str) -> &str {
    if !body.starts_with("--") {
        return body;
    }
    let content = body.split_once("\r\n\r\n").map_or(body, |(_, rest)| rest);
    content
        .split_once("\r\n--")
        .map_or(content, |(json, _)| json)
}
