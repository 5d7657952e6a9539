//! Sends the operations one after the other and checks the responses.

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
use procountor_sandbox::ResponseValidator;
use serde_json::{Map, Value, json};

use crate::calls::{Caller, Outcome, caller};
use crate::compare::difference;
use crate::ids::{self, Ids};
use crate::plan;
use crate::recorder::{Recorder, RecordingTransport};
use crate::report::{Failure, Report, Totals};
use crate::sample::{self, Extent};

/// The server that receives the requests.
#[derive(Debug)]
pub struct Target {
    /// The URL, ending in `/api`.
    pub base_url: String,
    /// The credential of a user, so that two-factor operations can be sent as well.
    pub credential: UserCredential,
    /// The recorder of requests and responses.
    pub recorder: Option<Recorder>,
    /// The rate limit of the client, if not the default.
    pub rate_limit: Option<RateLimit>,
    /// Whether responses must match the specification exactly. Those of the sandbox do; a real server can add or omit
    /// properties.
    pub strict: bool,
}

/// A credential that acts on behalf of a user.
#[derive(Debug)]
pub enum UserCredential {
    /// An access token.
    Token(Secret),
    /// Client credentials with a refresh token.
    OnBehalf(OnBehalfCredentials),
}

/// An API version with typed endpoints.
#[derive(Clone, Copy, Debug)]
pub struct TypedVersion {
    /// The vendor's version number, such as `26.04`.
    pub number: &'static str,
    connect: fn(Target) -> Result<Box<dyn Caller>, String>,
}

/// Returns the enabled versions, oldest first.
pub fn versions() -> Vec<TypedVersion> {
    struct Versions(Vec<TypedVersion>);
    impl VersionVisitor for Versions {
        fn version<V: Version>(&mut self) {
            self.0.push(TypedVersion {
                number: V::NUMBER,
                connect: |target| Ok(caller(client::<V>(target)?)),
            });
        }
    }
    let mut versions = Versions(Vec::new());
    visit_versions(&mut versions);
    versions.0
}

impl TypedVersion {
    /// Sends every operation of the version to a server, and calls `progress` before each one.
    ///
    /// # Errors
    ///
    /// Returns an error if a client for the server cannot be built.
    pub async fn run(
        &self,
        api: &Arc<Api>,
        target: Target,
        progress: impl FnMut(),
    ) -> Result<Report, String> {
        let runner = Runner {
            api,
            validator: target.strict.then(|| ResponseValidator::new(api.clone())),
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
    let mut builder = match target.credential {
        UserCredential::Token(token) => builder.access_token(token),
        UserCredential::OnBehalf(credentials) => builder.on_behalf(credentials),
    };
    if let Some(limit) = target.rate_limit {
        builder = builder.rate_limit(limit);
    }
    if let Some(recorder) = target.recorder {
        let network = Network::new(NetworkLimits {
            max_response_size: MAX_RESPONSE_SIZE,
            ..NetworkLimits::default()
        });
        builder = builder.transport(RecordingTransport {
            version: V::NUMBER,
            network: network.map_err(|error| error.to_string())?,
            recorder,
        });
    }
    builder.build().map_err(|error| error.to_string())
}

const MAX_RESPONSE_SIZE: usize = 64 * 1024 * 1024;

/// Returns each endpoint of an operation in each extent.
fn cases(operation: &Operation) -> impl Iterator<Item = (&str, Extent)> {
    let batch = operation.batch.as_ref().map(|batch| batch.id.as_str());
    let names = std::iter::once(operation.id.as_str()).chain(batch);
    names.flat_map(|name| [(name, Extent::Full), (name, Extent::Required)])
}

struct Runner<'a> {
    api: &'a Api,
    validator: Option<ResponseValidator>,
    caller: Box<dyn Caller>,
    ids: Ids,
}

impl Runner<'_> {
    async fn run(mut self, mut progress: impl FnMut()) -> Report {
        let mut totals = Totals {
            operations: self.api.operations.len(),
            ..Totals::default()
        };
        let mut failures = Vec::new();
        for operation in plan::order(self.api) {
            progress();
            let failed_before = failures.len();
            for (name, extent) in cases(operation) {
                totals.requests += 1;
                if let Err(problem) = self.check(operation, name, extent).await {
                    failures.push(Failure {
                        operation: name.to_owned(),
                        extent: extent.name(),
                        problem,
                    });
                }
            }
            totals.exercised += usize::from(failures.len() == failed_before);
        }
        totals.failed = failures.len();
        Report {
            version: self.api.version.clone(),
            totals,
            failures,
        }
    }

    /// Sends one request and checks its response.
    async fn check(
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
                "the endpoint has parameters that are not in the specification: {}",
                outcome.unset.join(", ")
            ));
        }
        self.check_response(operation, batch.is_some(), &outcome)
    }

    fn check_response(
        &mut self,
        operation: &Operation,
        is_batch: bool,
        outcome: &Outcome,
    ) -> Result<(), String> {
        let mut responses = operation.responses.iter();
        let response = responses
            .find(|response| response.status == outcome.status)
            .ok_or_else(|| format!("status {} is not in the specification", outcome.status))?;
        let problems = self.validator.as_ref().map_or_else(Vec::new, |validator| {
            validator.problems(operation, outcome.status, &outcome.body)
        });
        if !problems.is_empty() {
            let problems = problems.join("; ");
            return Err(format!(
                "the response does not match the specification: {problems}"
            ));
        }
        match (&outcome.json, &response.content) {
            (Some((received, encoded)), _) => {
                self.ids.collect(self.api, operation, received);
                // For a single id the server sends an object, while the typed value is always a list.
                let difference = if is_batch && !received.trim_start().starts_with('[') {
                    difference(&format!("[{received}]"), encoded)
                } else {
                    difference(received, encoded)
                };
                difference.map_or(Ok(()), |difference| {
                    Err(format!(
                        "the typed value differs from the JSON received: {difference}"
                    ))
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
        let call = self.caller.call(name, &json);
        call.ok_or("the endpoint does not exist")?.await
    }

    /// Creates the resources that an operation needs in the required state, and sets their current `version`.
    async fn prepare(
        &self,
        operation: &Operation,
        parameters: &mut Map<String, Value>,
    ) -> Result<(), String> {
        for creation in plan::creations(self.api, operation) {
            let body = self.step(creation.create, parameters).await?;
            if let Some(id) = ids::find(self.api, creation.create, &body, creation.id) {
                parameters.insert(creation.placeholder.to_owned(), id);
            }
        }
        for name in plan::prerequisites(&operation.id) {
            let step = self.api.operation(name);
            let step = step.ok_or_else(|| format!("{name} is not in this version"))?;
            let body = self.step(step, parameters).await?;
            for parameter in &operation.parameters {
                let Type::Id(id) = &parameter.ty else {
                    continue;
                };
                let named = step.path.contains(&format!("{{{}}}", parameter.wire));
                if let Some(id) = ids::find(self.api, step, &body, id).filter(|_| !named) {
                    parameters.insert(parameter.wire.clone(), id);
                }
            }
        }
        if let Some((member, id)) = plan::undocumented_member(&operation.id) {
            let id = self.ids.get(id).cloned().unwrap_or_default();
            self.set_in_body(operation, parameters, member, id);
        }
        match operation.method {
            Method::Put | Method::Patch => self.set_version(operation, parameters).await,
            _ => Ok(()),
        }
    }

    /// Sends a request that prepares another one for the resource in `path_parameters`, and returns the JSON received.
    async fn step(
        &self,
        operation: &Operation,
        path_parameters: &Map<String, Value>,
    ) -> Result<String, String> {
        let mut parameters = sample::parameters(self.api, &self.ids, operation, Extent::Required);
        for (name, value) in path_parameters {
            if operation.path.contains(&format!("{{{name}}}")) {
                parameters.insert(name.clone(), value.clone());
            }
        }
        let outcome = self.send(&operation.id, &parameters).await;
        let outcome =
            outcome.map_err(|problem| format!("preparing with {}: {problem}", operation.id))?;
        Ok(outcome
            .json
            .map(|(received, _)| received)
            .unwrap_or_default())
    }

    /// Sets the current `version` of a resource, which the server requires for a change.
    async fn set_version(
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

    /// Sets a member of the body if its schema has it.
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
        let fields = self
            .api
            .schema(name)
            .map_or(&[][..], |schema| &schema.fields);
        let body = parameters.get_mut(&rust.to_lower_camel_case());
        if let Some(body) = body.and_then(Value::as_object_mut)
            && fields.iter().any(|field| field.wire == member)
        {
            body.insert(member.to_owned(), value);
        }
    }
}
