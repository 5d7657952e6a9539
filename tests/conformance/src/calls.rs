//! Every endpoint of a version as a function of the JSON of its parameters. What is generic here is compiled for every
//! endpoint of every version, so it is little.

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

/// What a call came to.
pub(crate) struct Outcome {
    pub(crate) status: u16,
    /// What came, and what the typed value wrote again, where the answer has JSON.
    pub(crate) json: Option<(String, String)>,
    /// The body as it came.
    pub(crate) body: Bytes,
    /// The parameters that the endpoint knows and that were not set.
    pub(crate) unset: Vec<&'static str>,
}

pub(crate) type Calling = Pin<Box<dyn Future<Output = Result<Outcome, String>> + Send>>;

/// The endpoints of a version at a server.
pub(crate) trait Caller: Send + Sync {
    /// Calls the endpoint of this name with these parameters; none if there is no such endpoint.
    fn call(&self, name: &str, json: &str) -> Option<Calling>;
}

/// The endpoints that this client has.
pub(crate) fn of<V: Version>(client: Client<V, OnBehalf>) -> Box<dyn Caller> {
    let mut calls = Calls {
        client,
        by_name: BTreeMap::new(),
    };
    V::visit(&mut calls);
    Box::new(calls)
}

type Call<V> = fn(&Client<V, OnBehalf>, &str) -> Calling;

struct Calls<V> {
    client: Client<V, OnBehalf>,
    by_name: BTreeMap<&'static str, Call<V>>,
}

impl<V: Version> Caller for Calls<V> {
    fn call(&self, name: &str, json: &str) -> Option<Calling> {
        self.by_name.get(name).map(|call| call(&self.client, json))
    }
}

impl<V: Version> Visitor<V> for Calls<V> {
    fn endpoint<E: Endpoint>(&mut self)
    where
        V: Supports<E, E::Versions>,
        OnBehalf: CanCall<E, E::Access>,
    {
        self.by_name.insert(E::OPERATION.id, call::<V, E>);
    }
}

fn call<V, E>(client: &Client<V, OnBehalf>, json: &str) -> Calling
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
            let problem = format!("the endpoint does not take it: {error}");
            Box::pin(async { Err(problem) })
        }
    }
}

async fn outcome<T: FromResponse>(
    sending: SendFuture<Response<T>>,
    unset: Vec<&'static str>,
) -> Result<Outcome, String> {
    let response = sending.await.map_err(|error| error.to_string())?;
    let written = response.value.to_json();
    let came = String::from_utf8_lossy(&response.answer.body).into_owned();
    let json = written.map(|written| (json_part(&came).to_owned(), written));
    Ok(Outcome {
        status: response.answer.status,
        json,
        body: response.answer.body,
        unset,
    })
}

fn unset(endpoint: &impl Endpoint) -> Vec<&'static str> {
    let fields = endpoint.fields();
    fields
        .iter()
        .filter(|(_, slot)| !slot.is_set())
        .map(|(column, _)| column.name)
        .collect()
}

/// The JSON in an answer; for multipart/mixed, that of its first part.
fn json_part(body: &str) -> &str {
    if !body.starts_with("--") {
        return body;
    }
    let content = body.split_once("\r\n\r\n").map_or(body, |(_, rest)| rest);
    content
        .split_once("\r\n--")
        .map_or(content, |(json, _)| json)
}
