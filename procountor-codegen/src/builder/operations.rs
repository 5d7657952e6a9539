//! The operations and their parameters.

use openapiv3::{
    Operation as OpenApiOperation, Parameter as OpenApiParameter, ParameterData,
    ParameterSchemaOrContent, PathItem, PathStyle, QueryStyle,
};
use serde_json::Value;

use super::types::Context;
use super::{Builder, names};
use crate::diagnostic::child;
use crate::model::{
    Batch, Body, Deprecation, ListStyle, Location, Method, Operation, Parameter, Policy, Type,
};

impl Builder<'_> {
    /// Returns all operations in the order of the document, and the types of each one's error responses.
    pub(super) fn operations(&mut self) -> (Vec<Operation>, Vec<Vec<Type>>) {
        let mut operations: Vec<Operation> = Vec::new();
        let mut errors = Vec::new();
        for (path, item) in &self.openapi().paths.paths {
            let pointer = child("/paths", path);
            let Some(item) = item.as_item() else {
                self.unsupported(&Context::new("", &pointer), "a reference to a path");
                continue;
            };
            for (method, operation) in self.methods(path, item) {
                let pointer = child(&pointer, method.as_str().to_lowercase());
                let (operation, types) = self.operation(method, path, item, operation, &pointer);
                if let Some(other) = operations.iter().find(|other| other.id == operation.id) {
                    let message = format!(
                        "`{}` is also the name of `{} {}`",
                        operation.id, other.method, other.path
                    );
                    let help = "give one of them another `operationId` in the overlay";
                    self.diagnostics.at(self.file, &pointer, message, help);
                }
                operations.push(operation);
                errors.push(types);
            }
        }
        (operations, errors)
    }

    /// Returns the operations of a path in the order of the document.
    fn methods<'i>(&self, path: &str, item: &'i PathItem) -> Vec<(Method, &'i OpenApiOperation)> {
        let paths = self.document.value.get("paths");
        let members = paths.and_then(|paths| paths.get(path)?.as_object());
        let keys = members.into_iter().flat_map(|members| members.keys());
        let methods = keys.filter_map(|key| match key.as_str() {
            "get" => Some((Method::Get, item.get.as_ref()?)),
            "post" => Some((Method::Post, item.post.as_ref()?)),
            "put" => Some((Method::Put, item.put.as_ref()?)),
            "patch" => Some((Method::Patch, item.patch.as_ref()?)),
            "delete" => Some((Method::Delete, item.delete.as_ref()?)),
            _ => None,
        });
        methods.collect()
    }

    fn operation(
        &mut self,
        method: Method,
        path: &str,
        item: &PathItem,
        operation: &OpenApiOperation,
        pointer: &str,
    ) -> (Operation, Vec<Type>) {
        let id = operation.operation_id.clone().unwrap_or_default();
        let owner = names::ty(&id);
        let context = Context::new(&owner, pointer);
        self.check_id(&id, pointer);
        let one_tag = operation.tags.len() == 1;
        self.unsupported_if(!one_tag, &context, "an operation with no tag or several");
        let (parameters, batch) = self.parameters(operation, &id, &context);
        let shared = !item.parameters.is_empty();
        self.unsupported_if(
            shared,
            &context,
            "parameters of a path instead of an operation",
        );
        self.check_placeholders(path, &parameters, &context);
        let mut body = operation
            .request_body
            .as_ref()
            .and_then(|body| self.body(body, &context));
        if let Some(Body::Json { rust, .. }) = &mut body
            && parameters.iter().any(|parameter| parameter.rust == *rust)
        {
            "body".clone_into(rust);
        }
        self.check_fields(&parameters, &context);
        let (responses, errors, types) = self.responses(operation, &context);

        let extension = |key: &str| operation.extensions.get(key);
        let text = |key: &str| extension(key).and_then(Value::as_str).map(str::to_owned);
        let tag = operation.tags.first();
        let operation = Operation {
            id,
            method,
            path: path.to_owned(),
            group: tag.map(|tag| self.group_name(tag)).unwrap_or_default(),
            doc: None,
            deprecated: operation.deprecated.then(|| Deprecation {
                removal: text("x-deprecated-removal"),
            }),
            market: text("x-market"),
            parameters,
            body,
            responses,
            errors,
            batch,
            policy: Policy::undecided(extension("x-two-factor") == Some(&Value::Bool(true))),
        };
        (operation, types)
    }

    /// The vendor's tools add a number to make an id unique, and the number changes when an operation is added.
    fn check_id(&mut self, id: &str, pointer: &str) {
        let (message, help) = if id.ends_with(|last: char| last.is_ascii_digit()) {
            (
                format!("the operation id `{id}` ends in a number"),
                "set another `operationId` in the overlay",
            )
        } else if !names::is_type_name(&names::ty(id)) {
            (
                format!("the operation id `{id}` is not a valid name"),
                "correct it in the overlay",
            )
        } else {
            return;
        };
        self.diagnostics.at(self.file, pointer, message, help);
    }

    fn check_placeholders(&mut self, path: &str, parameters: &[Parameter], context: &Context) {
        let placeholders: Vec<&str> = path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let inside: Vec<&str> = parameters
            .iter()
            .filter(|parameter| parameter.location == Location::Path)
            .map(|parameter| parameter.wire.as_str())
            .collect();
        for name in placeholders.iter().filter(|name| !inside.contains(name)) {
            let what = format!("`{{{name}}}` in the path without a parameter");
            self.unsupported(context, &what);
        }
        for name in inside.iter().filter(|name| !placeholders.contains(name)) {
            let what = format!("the path parameter `{name}`, which is not in the path");
            self.unsupported(context, &what);
        }
    }

    fn check_fields(&mut self, parameters: &[Parameter], context: &Context) {
        let mut names: Vec<&str> = parameters.iter().map(|one| one.rust.as_str()).collect();
        names.sort_unstable();
        for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
            let what = format!("two parameters that are both `{}` in Rust", pair[0]);
            self.unsupported(context, &what);
        }
    }

    fn parameters(
        &mut self,
        operation: &OpenApiOperation,
        id: &str,
        context: &Context,
    ) -> (Vec<Parameter>, Option<Batch>) {
        let (mut parameters, mut batch) = (Vec::new(), None);
        for (index, parameter) in operation.parameters.iter().enumerate() {
            let context = context.at("parameters").at(index);
            let Some(parameter) = parameter.as_item() else {
                self.unsupported(&context, "a reference to a parameter");
                continue;
            };
            let data = parameter.parameter_data_ref();
            let context = context.named(&data.name);
            if let Some(mut parameter) = self.parameter(parameter, data, &context) {
                if let Some(max) = data.extensions.get("x-max-ids") {
                    let max = max.as_u64().and_then(|max| u32::try_from(max).ok());
                    match (max, parameter.location, &parameter.ty) {
                        (Some(max), Location::Path, _) => {
                            batch = Some(Batch {
                                parameter: data.name.clone(),
                                max,
                                id: format!("{id}Batch"),
                            });
                        }
                        (Some(_), _, Type::List(_)) => parameter.constraints.max_items = max,
                        _ => self.unsupported(&context, "this use of `x-max-ids`"),
                    }
                }
                parameters.push(parameter);
            }
        }
        (parameters, batch)
    }

    fn parameter(
        &mut self,
        parameter: &OpenApiParameter,
        data: &ParameterData,
        context: &Context,
    ) -> Option<Parameter> {
        let (location, usual_style) = match parameter {
            OpenApiParameter::Path { style, .. } => (Location::Path, *style == PathStyle::Simple),
            OpenApiParameter::Query { style, .. } => (Location::Query, *style == QueryStyle::Form),
            OpenApiParameter::Header { .. } => (Location::Header, true),
            OpenApiParameter::Cookie { .. } => {
                self.unsupported(context, "a cookie");
                return None;
            }
        };
        self.unsupported_if(!usual_style, context, "this `style`");
        let optional = location == Location::Path && !data.required;
        self.unsupported_if(optional, context, "a path parameter that is not required");
        let rust = names::field(&data.name);
        if !names::is_field_name(&rust) {
            self.unsupported(context, &format!("the parameter name `{}`", data.name));
        }
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            self.unsupported(context, "a parameter with `content`");
            return None;
        };
        let context = context.at("schema");
        let value = self.value(schema, &context);
        let object = matches!(
            value.ty.leaf(),
            Type::Schema(_) | Type::Json | Type::Binary | Type::Map(_)
        );
        self.unsupported_if(object, &context, "an object as a parameter");
        let list = matches!(value.ty, Type::List(_)) && location != Location::Query;
        self.unsupported_if(list, &context, "a list outside of the query");
        Some(Parameter {
            wire: data.name.clone(),
            rust,
            location,
            required: data.required,
            ty: value.ty,
            // The vendor documents commas as its default, unlike OpenAPI.
            list: if data.explode == Some(true) {
                ListStyle::Repeated
            } else {
                ListStyle::Comma
            },
            constraints: value.constraints,
            default: value.default,
            example: data.example.clone().or(value.example),
            doc: None,
        })
    }
}
