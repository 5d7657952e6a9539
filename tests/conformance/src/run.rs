//! Sends the operations one after the other and judges what comes back.

use std::sync::Arc;

use heck::ToLowerCamelCase;
use procountor_api::auth::Secret;
use procountor_api::transport::{Network, NetworkLimits};
use procountor_api::{
    __private::{VersionVisitor, visit_versions},
    Client, Environment, OnBehalf, OnBehalfCredentials,
    operation::Version,
    rate::RateLimit,
    retry::RetryPolicy,
};
use procountor_codegen::model::{Api, Body, Content, Method, Operation, Type};
use procountor_sandbox::Judge;
use serde_json::{Map, Value, json};

use crate::calls::{self, Caller, Outcome};
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
    /// How many requests the server takes: as many as the client's default says, unless set.
    pub rate_limit: Option<RateLimit>,
    /// Whether an answer must be just what the specification says, as those of the sandbox are; a real server may know more
    /// or say less.
    pub strict: bool,
}

/// How a person is known to the server.
#[derive(Debug)]
pub enum Person {
    /// By an access token.
    Token(Secret),
    /// By a refresh token.
    Credentials(OnBehalfCredentials),
}

/// An API version with typed endpoints.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    /// As the vendor writes it: `26.04`.
    pub number: &'static str,
    connect: fn(Target) -> Result<Box<dyn Caller>, String>,
}

/// The versions that have typed endpoints, oldest first: those that are enabled.
pub fn versions() -> Vec<Typed> {
    struct Versions(Vec<Typed>);
    impl VersionVisitor for Versions {
        fn version<V: Version>(&mut self) {
            self.0.push(Typed {
                number: V::NUMBER,
                connect: |target| Ok(calls::of(client::<V>(target)?)),
            });
        }
    }
    let mut versions = Versions(Vec::new());
    visit_versions(&mut versions);
    versions.0
}

impl Typed {
    /// Sends every operation of the version to a server. `progress` is told before each operation how many are done.
    ///
    /// # Errors
    /// No client can be made for the server.
    pub async fn run(
        &self,
        api: &Arc<Api>,
        target: Target,
        progress: impl FnMut(usize, &Operation),
    ) -> Result<Report, String> {
        let runner = Runner {
            api,
            judge: target.strict.then(|| Judge::new(api.clone())),
            caller: (self.connect)(target)?,
            ids: Ids::default(),
        };
        Ok(runner.run(progress).await)
    }
}

fn client<V: Version>(target: Target) -> Result<Client<V, OnBehalf>, String> {
    let builder = Client::<V, _>::builder()
        .environment(Environment::Custom(target.base_url))
        .retry(RetryPolicy::none());
    let mut builder = match target.person {
        Person::Token(token) => builder.access_token(token),
        Person::Credentials(credentials) => builder.on_behalf(credentials),
    };
    if let Some(limit) = target.rate_limit {
        builder = builder.rate_limit(limit);
    }
    if let Some(record) = target.record {
        let network = Network::new(NetworkLimits {
            max_response_size: MAX_ANSWER,
            ..NetworkLimits::default()
        })
        .map_err(|error| error.to_string())?;
        builder = builder.transport(Recorded {
            version: V::NUMBER,
            network,
            record,
        });
    }
    builder.build().map_err(|error| error.to_string())
}

const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// Each endpoint of an operation, in each extent.
fn cases(operation: &Operation) -> Vec<(&str, Extent)> {
    let names = std::iter::once(operation.id.as_str())
        .chain(operation.batch.as_ref().map(|batch| batch.id.as_str()));
    names
        .flat_map(|name| [(name, Extent::Full), (name, Extent::Required)])
        .collect()
}

struct Runner<'a> {
    api: &'a Api,
    judge: Option<Judge>,
    caller: Box<dyn Caller>,
    ids: Ids,
}

impl Runner<'_> {
    async fn run(mut self, mut progress: impl FnMut(usize, &Operation)) -> Report {
        let mut report = Report {
            version: self.api.version.clone(),
            operations: self.api.operations.len(),
            exercised: 0,
            requests: 0,
            failures: Vec::new(),
        };
        for (done, operation) in plan::order(self.api).into_iter().enumerate() {
            progress(done, operation);
            let mut answered = true;
            for (name, extent) in cases(operation) {
                report.requests += 1;
                if let Err(problem) = self.judge(operation, name, extent).await {
                    answered = false;
                    let extent = if extent == Extent::Full {
                        "every property"
                    } else {
                        "required only"
                    };
                    report.failures.push(Failure {
                        operation: name.to_owned(),
                        extent,
                        problem,
                    });
                }
            }
            report.exercised += usize::from(answered);
        }
        report
    }

    /// Sends one request and looks at everything around it.
    async fn judge(
        &mut self,
        operation: &Operation,
        name: &str,
        extent: Extent,
    ) -> Result<(), String> {
        let mut parameters = sample::parameters(self.api, &self.ids, operation, extent);
        self.prepare(operation, &mut parameters).await?;
        let batch = operation.batch.as_ref().filter(|batch| batch.id == name);
        if let Some(ids) = batch.and_then(|batch| parameters.get_mut(&batch.parameter)) {
            let id = ids.take();
            *ids = if extent == Extent::Full {
                json!([id, id])
            } else {
                json!([id])
            };
        }
        let outcome = self.send(name, &parameters).await?;
        if let (Extent::Full, [_, ..]) = (extent, &outcome.unset[..]) {
            return Err(format!(
                "the endpoint has parameters that the specification does not: {}",
                outcome.unset.join(", ")
            ));
        }
        let answer = operation
            .responses
            .iter()
            .find(|answer| answer.status == outcome.status)
            .ok_or_else(|| format!("status {} is not in the specification", outcome.status))?;
        let judge = self.judge.iter();
        let problems: Vec<String> = judge
            .flat_map(|judge| judge.problems(operation, outcome.status, &outcome.body))
            .collect();
        if !problems.is_empty() {
            let problems = problems.join("; ");
            return Err(format!(
                "the answer is not as the specification says: {problems}"
            ));
        }
        match (&outcome.json, &answer.content) {
            (Some((came, written)), _) => {
                self.ids.learn(self.api, operation, came);
                // The answer for one id is one object, the typed value a list all the same.
                let one = batch.is_some() && !came.trim_start().starts_with('[');
                let came = if one {
                    format!("[{came}]")
                } else {
                    came.clone()
                };
                difference(&came, written).map_or(Ok(()), |lost| {
                    Err(format!("the typed value differs from what came: {lost}"))
                })
            }
            (None, Content::Binary { .. }) if outcome.body.is_empty() => {
                Err("the file is empty".to_owned())
            }
            (None, _) => Ok(()),
        }
    }

    async fn send(&self, name: &str, parameters: &Map<String, Value>) -> Result<Outcome, String> {
        let json = Value::Object(parameters.clone()).to_string();
        let calling = self.caller.call(name, &json);
        calling.ok_or("there is no endpoint of this name")?.await
    }

    /// Makes what an operation speaks of, brings it into the right state, and takes over its `version`.
    async fn prepare(
        &self,
        operation: &Operation,
        parameters: &mut Map<String, Value>,
    ) -> Result<(), String> {
        for creation in plan::creations(self.api, operation) {
            let body = self.step(creation.create, parameters).await?;
            if let Some(id) = harvest::find(self.api, creation.create, &body, creation.id) {
                parameters.insert(creation.placeholder.to_owned(), id);
            }
        }
        for name in plan::before(&operation.id) {
            let step = self
                .api
                .operation(name)
                .ok_or_else(|| format!("{name} is not in this version"))?;
            let body = self.step(step, parameters).await?;
            for parameter in &operation.parameters {
                let Type::Id(id) = &parameter.ty else {
                    continue;
                };
                let named = step.path.contains(&format!("{{{}}}", parameter.wire));
                if let Some(id) = harvest::find(self.api, step, &body, id).filter(|_| !named) {
                    parameters.insert(parameter.wire.clone(), id);
                }
            }
        }
        if let Some((member, id)) = plan::needed(&operation.id) {
            let id = self.ids.get(id).cloned().unwrap_or_default();
            self.set_in_body(operation, parameters, member, id);
        }
        match operation.method {
            Method::Put | Method::Patch => self.take_version(operation, parameters).await,
            _ => Ok(()),
        }
    }

    /// Sends a request that another one needs, about the same resource, and gives what it answered.
    async fn step(
        &self,
        operation: &Operation,
        about: &Map<String, Value>,
    ) -> Result<String, String> {
        let mut parameters = sample::parameters(self.api, &self.ids, operation, Extent::Required);
        for (name, value) in about
            .iter()
            .filter(|(name, _)| operation.path.contains(&format!("{{{name}}}")))
        {
            parameters.insert(name.clone(), value.clone());
        }
        let outcome = self.send(&operation.id, &parameters).await;
        let outcome =
            outcome.map_err(|problem| format!("{} before it: {problem}", operation.id))?;
        Ok(outcome.json.map(|(came, _)| came).unwrap_or_default())
    }

    /// A resource with a `version` is only changed by who has seen its latest.
    async fn take_version(
        &self,
        operation: &Operation,
        parameters: &mut Map<String, Value>,
    ) -> Result<(), String> {
        let Some(read) = plan::reader(self.api, operation) else {
            return Ok(());
        };
        let body = self.step(read, parameters).await?;
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        if let Some(version) = body.get("version") {
            self.set_in_body(operation, parameters, "version", version.clone());
            if parameters.contains_key("version") {
                parameters.insert("version".to_owned(), version.clone());
            }
        }
        Ok(())
    }

    /// Sets a member of the body, if its schema has it.
    fn set_in_body(
        &self,
        operation: &Operation,
        parameters: &mut Map<String, Value>,
        member: &str,
        value: Value,
    ) {
        let Some(Body::Json {
            rust,
            ty: Type::Schema(name),
            ..
        }) = &operation.body
        else {
            return;
        };
        let has = self
            .api
            .schema(name)
            .is_some_and(|schema| schema.fields.iter().any(|field| field.wire == member));
        if let Some(body) = parameters
            .get_mut(&rust.to_lower_camel_case())
            .and_then(Value::as_object_mut)
            .filter(|_| has)
        {
            body.insert(member.to_owned(), value);
        }
    }
}
