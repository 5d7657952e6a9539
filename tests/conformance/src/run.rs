//! Sends the operations one after the other and judges what comes back.

use std::collections::BTreeMap;

use procountor_api::transport::Network;
use procountor_api::wire::Secret;
use procountor_api::{Client, Environment, OnBehalf, OnBehalfCredentials, RetryPolicy, Version};
use procountor_codegen::model::{Api, Method, Operation};
use serde_json::{Map, Value};

use crate::calls::{self, Call, Outcome};
use crate::compare::difference;
use crate::harvest::{self, Ids};
use crate::plan;
use crate::record::{Record, Recorded};
use crate::report::{Failure, Report};
use crate::sample::{self, Extent};

/// The server that judges.
#[derive(Debug)]
pub struct Target {
    /// Where it is, up to and with `/api`.
    pub base_url: String,
    /// Who asks: a person, so that two-factor operations can be sent too.
    pub person: Person,
    /// Where exchanges are written to, if anywhere.
    pub record: Option<Record>,
}

/// How a person is known to the server.
#[derive(Debug)]
pub enum Person {
    /// By an access token.
    Token(Secret),
    /// By a refresh token.
    Credentials(OnBehalfCredentials),
}

/// Sends every operation of an API version to a server. `progress` is told before each operation how many are done.
///
/// # Errors
/// No client can be made for the server.
pub async fn run<V: Version>(
    api: &Api,
    target: Target,
    mut progress: impl FnMut(usize, &Operation),
) -> Result<Report, String> {
    let mut runner = Runner::<V> { api, client: client(target)?, calls: calls::of::<V>(), ids: Ids::default() };
    let mut report = Report {
        version: api.version.clone(),
        operations: api.operations.len(),
        exercised: 0,
        requests: 0,
        failures: Vec::new(),
    };
    for (done, operation) in plan::order(api).into_iter().enumerate() {
        progress(done, operation);
        let mut answered = true;
        for (name, extent) in cases(operation) {
            report.requests += 1;
            if let Err(problem) = runner.judge(operation, name, extent).await {
                answered = false;
                let extent = if extent == Extent::Full { "every property" } else { "required only" };
                report.failures.push(Failure { operation: name.to_owned(), extent, problem });
            }
        }
        report.exercised += usize::from(answered);
    }
    Ok(report)
}

fn client<V: Version>(target: Target) -> Result<Client<V, OnBehalf>, String> {
    let builder = Client::<V, _>::builder().environment(Environment::Custom(target.base_url)).retry(RetryPolicy::none());
    let mut builder = match target.person {
        Person::Token(token) => builder.access_token(token),
        Person::Credentials(credentials) => builder.on_behalf(credentials),
    };
    if let Some(record) = target.record {
        let network = Network::new(MAX_ANSWER).map_err(|error| error.to_string())?;
        builder = builder.transport(Recorded { network, record });
    }
    builder.build().map_err(|error| error.to_string())
}

const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// Each endpoint of an operation, in each extent.
fn cases(operation: &Operation) -> Vec<(&str, Extent)> {
    let names = std::iter::once(operation.id.as_str()).chain(operation.batch.as_ref().map(|batch| batch.id.as_str()));
    names.flat_map(|name| [(name, Extent::Full), (name, Extent::Required)]).collect()
}

struct Runner<'a, V> {
    api: &'a Api,
    client: Client<V, OnBehalf>,
    calls: BTreeMap<&'static str, Call<V>>,
    ids: Ids,
}

impl<V: Version> Runner<'_, V> {
    /// Sends one request and looks at everything around it.
    async fn judge(&mut self, operation: &Operation, name: &str, extent: Extent) -> Result<(), String> {
        let mut parameters = sample::parameters(self.api, &self.ids, operation, extent);
        if operation.method != Method::Get && operation.method != Method::Post {
            self.prepare(operation, &mut parameters).await?;
        }
        if let Some(batch) = operation.batch.as_ref().filter(|batch| batch.id == name)
            && let Some(id) = parameters.get_mut(&batch.parameter)
        {
            *id = Value::Array(vec![id.take()]);
        }
        let outcome = self.send(name, &parameters).await?;
        if let (Extent::Full, [_, ..]) = (extent, &outcome.unset[..]) {
            return Err(format!("the endpoint has parameters that the specification does not: {}", outcome.unset.join(", ")));
        }
        if !operation.answers.iter().any(|answer| answer.status == outcome.status) {
            return Err(format!("status {} is not in the specification", outcome.status));
        }
        match &outcome.json {
            Some((came, written)) => {
                self.ids.learn(self.api, operation, came);
                difference(came, written).map_or(Ok(()), |lost| Err(format!("the typed value differs from what came: {lost}")))
            }
            None if outcome.status == 200 && outcome.bytes == 0 => Err("the file is empty".to_owned()),
            None => Ok(()),
        }
    }

    async fn send(&self, name: &str, parameters: &Map<String, Value>) -> Result<Outcome, String> {
        let call = self.calls.get(name).ok_or("there is no endpoint of this name")?;
        call(self.client.clone(), Value::Object(parameters.clone()).to_string()).await
    }

    /// Makes what an operation changes or deletes, brings it into the right state, and takes over its `version`.
    async fn prepare(&self, operation: &Operation, parameters: &mut Map<String, Value>) -> Result<(), String> {
        if let Some((create, placeholder, id)) = plan::creator(self.api, operation) {
            let mut wanted = sample::parameters(self.api, &self.ids, create, Extent::Required);
            self.take_path(create, parameters, &mut wanted);
            let made = self.send(&create.id, &wanted).await.map_err(|problem| format!("{} before it: {problem}", create.id))?;
            let body = made.json.map(|(came, _)| came).unwrap_or_default();
            if let Some(id) = harvest::find(self.api, create, &body, id) {
                parameters.insert(placeholder.to_owned(), id);
            }
        }
        for name in plan::before(&operation.id) {
            let Some(step) = self.api.operation(name) else { return Err(format!("{name} is not in this version")) };
            let mut wanted = sample::parameters(self.api, &self.ids, step, Extent::Required);
            self.take_path(step, parameters, &mut wanted);
            self.send(name, &wanted).await.map_err(|problem| format!("{name} before it: {problem}"))?;
        }
        self.take_version(operation, parameters).await
    }

    /// Speaks of the same resource in both requests.
    fn take_path(&self, operation: &Operation, from: &Map<String, Value>, to: &mut Map<String, Value>) {
        for parameter in &operation.parameters {
            if let Some(value) = from.get(&parameter.wire).filter(|_| operation.path.contains(&format!("{{{}}}", parameter.wire))) {
                to.insert(parameter.wire.clone(), value.clone());
            }
        }
    }

    /// A resource with a `version` is only changed by who has seen its latest.
    async fn take_version(&self, operation: &Operation, parameters: &mut Map<String, Value>) -> Result<(), String> {
        let Some(read) = plan::reader(self.api, operation) else { return Ok(()) };
        let mut wanted = sample::parameters(self.api, &self.ids, read, Extent::Required);
        self.take_path(read, parameters, &mut wanted);
        let found = self.send(&read.id, &wanted).await.map_err(|problem| format!("{} before it: {problem}", read.id))?;
        let body: Value = found.json.and_then(|(came, _)| serde_json::from_str(&came).ok()).unwrap_or_default();
        let Some(version) = body.get("version") else { return Ok(()) };
        for value in parameters.values_mut() {
            if let Some(object) = value.as_object_mut().filter(|object| object.contains_key("version")) {
                object.insert("version".to_owned(), version.clone());
            }
        }
        if parameters.contains_key("version") {
            parameters.insert("version".to_owned(), version.clone());
        }
        Ok(())
    }
}
