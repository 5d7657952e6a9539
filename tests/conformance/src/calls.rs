//! Every endpoint of a version as a function of the JSON of its parameters.

use std::collections::BTreeMap;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use procountor_api::{
    Client, Endpoint, Grants, Has, OnBehalf, Reply, Version, Visitor, endpoint_from_json,
};

/// What a call came to.
pub(crate) struct Outcome {
    pub(crate) status: u16,
    /// What came, and what the typed value wrote again, where the answer has JSON.
    pub(crate) json: Option<(String, String)>,
    /// The length of an answer that is not JSON.
    pub(crate) bytes: usize,
    /// The parameters that the endpoint knows and that were not set.
    pub(crate) unset: Vec<&'static str>,
}

pub(crate) type Calling = Pin<Box<dyn Future<Output = Result<Outcome, String>> + Send>>;
pub(crate) type Call<V> = fn(Client<V, OnBehalf>, String) -> Calling;

/// All endpoints of a version, by the name of their operation.
pub(crate) fn of<V: Version>() -> BTreeMap<&'static str, Call<V>> {
    let mut calls = Calls {
        found: BTreeMap::new(),
        version: PhantomData,
    };
    V::visit(&mut calls);
    calls.found
}

struct Calls<V> {
    found: BTreeMap<&'static str, Call<V>>,
    version: PhantomData<V>,
}

impl<V: Version> Visitor<V> for Calls<V> {
    fn endpoint<E: Endpoint>(&mut self)
    where
        V: Has<E, E::Versions>,
        OnBehalf: Grants<E, E::Access>,
    {
        self.found.insert(E::OPERATION.id, |client, json| {
            Box::pin(call::<V, OnBehalf, E>(client, json))
        });
    }
}

async fn call<V, A, E>(client: Client<V, A>, json: String) -> Result<Outcome, String>
where
    V: Has<E, E::Versions>,
    A: Grants<E, E::Access>,
    E: Endpoint,
{
    let endpoint: E = endpoint_from_json(&json)
        .map_err(|error| format!("the endpoint does not take it: {error}"))?;
    let unset = unset(&endpoint);
    let response = client
        .call(endpoint)
        .send_with_meta()
        .await
        .map_err(|error| error.to_string())?;
    let written = response.value.to_json();
    let came = String::from_utf8_lossy(&response.answer.body).into_owned();
    let json = written.map(|written| (json_part(&came).to_owned(), written));
    Ok(Outcome {
        status: response.answer.status,
        json,
        bytes: response.answer.body.len(),
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
