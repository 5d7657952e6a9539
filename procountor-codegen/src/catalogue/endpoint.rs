//! The endpoints of the generated source.

use heck::ToSnakeCase;

use crate::model::{Api, Batch, Body, Deprecation, Location, Operation, Parameter, Part, Type};

/// An operation as a Rust type. An operation that takes several ids has two endpoints.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The operation.
    pub operation: Operation,
    /// This is the endpoint that takes several ids.
    pub batch: bool,
    /// The version since which it has been deprecated without a break.
    pub deprecated_since: Option<String>,
}

/// Returns the endpoints of a version.
pub(crate) fn endpoints(api: &Api) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for operation in &api.operations {
        let endpoint = |batch| Endpoint {
            operation: operation.clone(),
            batch,
            deprecated_since: None,
        };
        endpoints.push(endpoint(false));
        if operation.batch.is_some() {
            endpoints.push(endpoint(true));
        }
    }
    endpoints
}

/// A field of an endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Field<'a> {
    /// The name in Rust, without `r#`.
    pub(crate) name: String,
    /// The type, without `Option`.
    pub(crate) ty: Type,
    /// Whether `new` takes it.
    pub(crate) required: bool,
    /// The part of the request that it fills.
    pub(crate) target: Target<'a>,
}

/// The part of a request that a field fills.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// A parameter.
    Parameter(&'a Parameter),
    /// A parameter that takes several ids.
    Ids(&'a Parameter, &'a Batch),
    /// The body.
    Body,
    /// A part of a multipart body.
    Part(&'a Part),
}

impl Endpoint {
    /// Returns the id of the endpoint, in lowerCamelCase.
    pub fn id(&self) -> &str {
        match &self.operation.batch {
            Some(batch) if self.batch => &batch.id,
            _ => &self.operation.id,
        }
    }

    /// Returns the parameter for several ids, if this is the endpoint that takes them.
    pub(crate) fn ids(&self) -> Option<&Batch> {
        self.operation.batch.as_ref().filter(|_| self.batch)
    }

    /// Returns the fields: path, required query and header, body, optional query and header.
    pub(crate) fn fields(&self) -> Vec<Field<'_>> {
        let parameters = |wanted: fn(&Parameter) -> bool| {
            let parameters = self.operation.parameters.iter();
            parameters
                .filter(move |parameter| wanted(parameter))
                .map(|one| self.parameter(one))
        };
        let mut fields: Vec<Field> = parameters(|one| one.location == Location::Path).collect();
        fields.extend(parameters(|one| {
            one.location != Location::Path && one.required
        }));
        match &self.operation.body {
            Some(Body::Json { rust, ty, required }) => fields.push(Field {
                name: rust.clone(),
                ty: ty.clone(),
                required: *required,
                target: Target::Body,
            }),
            Some(Body::Multipart(parts)) => fields.extend(parts.iter().map(|part| Field {
                name: part.wire.to_snake_case(),
                ty: part.ty.clone(),
                required: true,
                target: Target::Part(part),
            })),
            None => {}
        }
        fields.extend(parameters(|one| {
            one.location != Location::Path && !one.required
        }));
        fields
    }

    fn parameter<'a>(&'a self, parameter: &'a Parameter) -> Field<'a> {
        let batch = self.ids().filter(|batch| batch.parameter == parameter.wire);
        let (name, ty, target) = match batch {
            Some(batch) => (
                format!("{}s", parameter.rust),
                Type::List(Box::new(parameter.ty.clone())),
                Target::Ids(parameter, batch),
            ),
            None => (
                parameter.rust.clone(),
                parameter.ty.clone(),
                Target::Parameter(parameter),
            ),
        };
        Field {
            name,
            ty,
            required: parameter.required,
            target,
        }
    }

    /// Returns the names of the fields that `new` takes.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let required = self.fields().into_iter().filter(|field| field.required);
        required.map(|field| field.name).collect()
    }

    /// Returns the text of the deprecation, with everything that the vendor has announced.
    pub(crate) fn deprecation(&self) -> Option<String> {
        let since = self.deprecated_since.as_ref()?;
        let removal = match &self.operation.deprecated {
            Some(Deprecation {
                removal: Some(removal),
            }) => format!(", to be removed in {removal}"),
            _ => String::new(),
        };
        Some(format!("deprecated by the vendor since {since}{removal}"))
    }
}
