//! The operations and their parameters.

use openapiv3::{
    Operation as OpenApiOperation, Parameter as OpenApiParameter, ParameterSchemaOrContent,
    PathItem, PathStyle, QueryStyle, ReferenceOr,
};
use serde_json::Value;

use super::types::Place;
use super::{Builder, names};
use crate::diagnostic::child;
use crate::model::{
    Batch, Body, Deprecation, ListStyle, Location, Method, Operation, Parameter, Type,
};
use crate::policy::Policy;

impl Builder<'_> {
    /// All operations, in the order of the document, and the types that each one's errors carry.
    pub(super) fn operations(&mut self) -> (Vec<Operation>, Vec<Vec<Type>>) {
        let mut operations: Vec<Operation> = Vec::new();
        let mut errors = Vec::new();
        for (path, item) in &self.openapi().paths.paths {
            let pointer = child("/paths", path);
            let Some(item) = item.as_item() else {
                let place = Place {
                    owner: "",
                    name: "",
                    pointer,
                };
                self.refuse(&place, "a reference to a path");
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
                    self.diagnostics.at(
                        self.file,
                        &pointer,
                        message,
                        "give one of them another `operationId` in the overlay",
                    );
                }
                operations.push(operation);
                errors.push(types);
            }
        }
        (operations, errors)
    }

    /// The operations of a path, in the order of the document.
    fn methods<'i>(&self, path: &str, item: &'i PathItem) -> Vec<(Method, &'i OpenApiOperation)> {
        let keys = self
            .document
            .value
            .get("paths")
            .and_then(|paths| paths.get(path))
            .and_then(Value::as_object);
        let methods = keys
            .into_iter()
            .flat_map(|keys| keys.keys())
            .filter_map(|key| match key.as_str() {
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
        let place = Place {
            owner: &owner,
            name: "",
            pointer: pointer.to_owned(),
        };
        self.check_id(&id, pointer);
        self.refuse_if(
            operation.tags.len() != 1,
            &place,
            "an operation with no tag or several",
        );

        let mut parameters = Vec::new();
        let mut batch = None;
        for (index, parameter) in operation.parameters.iter().enumerate() {
            let pointer = child(&child(pointer, "parameters"), index);
            self.parameter(
                parameter,
                &id,
                &Place {
                    pointer,
                    ..place.clone()
                },
                &mut parameters,
                &mut batch,
            );
        }
        self.refuse_if(
            !item.parameters.is_empty(),
            &place,
            "parameters of a path instead of an operation",
        );
        self.check_placeholders(path, &parameters, &place);
        let mut body = operation
            .request_body
            .as_ref()
            .and_then(|body| self.body(body, &place));
        if let Some(Body::Json { rust, .. }) = &mut body
            && parameters.iter().any(|parameter| parameter.rust == *rust)
        {
            "body".clone_into(rust);
        }
        self.check_fields(&parameters, &place);
        let (answers, errors, types) = self.answers(operation, &place);

        let text = |key: &str| {
            operation
                .extensions
                .get(key)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let operation = Operation {
            id,
            method,
            path: path.to_owned(),
            group: operation
                .tags
                .first()
                .map(|tag| self.group_name(tag))
                .unwrap_or_default(),
            doc: None,
            deprecated: operation.deprecated.then(|| Deprecation {
                removal: text("x-deprecated-removal"),
            }),
            market: text("x-market"),
            parameters,
            body,
            answers,
            errors,
            batch,
            policy: Policy::undecided(
                operation.extensions.get("x-two-factor") == Some(&Value::Bool(true)),
            ),
        };
        (operation, types)
    }

    /// An id that ends in a number is one that the vendor's tools made unique; it moves when an operation is added.
    fn check_id(&mut self, id: &str, pointer: &str) {
        let (message, help) = if id.ends_with(|last: char| last.is_ascii_digit()) {
            (
                format!("the operation id `{id}` ends in a number"),
                "give it an `operationId` of ours in the overlay",
            )
        } else if !names::is_type_name(&names::ty(id)) {
            (
                format!("the operation id `{id}` is not a name"),
                "correct it in the overlay",
            )
        } else {
            return;
        };
        self.diagnostics.at(self.file, pointer, message, help);
    }

    fn check_placeholders(&mut self, path: &str, parameters: &[Parameter], place: &Place) {
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
            self.refuse(
                place,
                &format!("`{{{name}}}` in the path without a parameter"),
            );
        }
        for name in inside.iter().filter(|name| !placeholders.contains(name)) {
            self.refuse(
                place,
                &format!("the path parameter `{name}`, which is not in the path"),
            );
        }
    }

    fn check_fields(&mut self, parameters: &[Parameter], place: &Place) {
        let mut names: Vec<&str> = parameters
            .iter()
            .map(|parameter| parameter.rust.as_str())
            .collect();
        names.sort_unstable();
        for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
            self.refuse(
                place,
                &format!("two parameters that are `{}` in Rust", pair[0]),
            );
        }
    }

    fn parameter(
        &mut self,
        parameter: &ReferenceOr<OpenApiParameter>,
        operation: &str,
        place: &Place,
        parameters: &mut Vec<Parameter>,
        batch: &mut Option<Batch>,
    ) {
        let Some(parameter) = parameter.as_item() else {
            self.refuse(place, "a reference to a parameter");
            return;
        };
        let data = parameter.parameter_data_ref();
        let place = Place {
            name: &data.name,
            ..place.clone()
        };
        let (location, plain) = match parameter {
            OpenApiParameter::Path { style, .. } => (Location::Path, *style == PathStyle::Simple),
            OpenApiParameter::Query { style, .. } => (Location::Query, *style == QueryStyle::Form),
            OpenApiParameter::Header { .. } => (Location::Header, true),
            OpenApiParameter::Cookie { .. } => {
                self.refuse(&place, "a cookie");
                return;
            }
        };
        self.refuse_if(!plain, &place, "this `style`");
        self.refuse_if(
            location == Location::Path && !data.required,
            &place,
            "a path parameter that is not required",
        );
        let rust = names::field(&data.name);
        self.refuse_if(
            !names::is_field_name(&rust),
            &place,
            &format!("the parameter name `{}`", data.name),
        );
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            self.refuse(&place, "a parameter with `content`");
            return;
        };
        let inner = Place {
            pointer: child(&place.pointer, "schema"),
            ..place.clone()
        };
        let mut typed = self.typed(schema, &inner);
        let leaf = matches!(
            typed.ty.leaf(),
            Type::Schema(_) | Type::Json | Type::Binary | Type::Map(_)
        );
        self.refuse_if(leaf, &inner, "an object as a parameter");
        self.refuse_if(
            matches!(typed.ty, Type::List(_)) && location != Location::Query,
            &inner,
            "a list outside of the query",
        );
        if let Some(max) = data.extensions.get("x-max-ids") {
            let max = max.as_u64().and_then(|max| u32::try_from(max).ok());
            match (max, location, &typed.ty) {
                (Some(max), Location::Path, _) => {
                    *batch = Some(Batch {
                        parameter: data.name.clone(),
                        max,
                        id: format!("{operation}Batch"),
                    });
                }
                (Some(max), _, Type::List(_)) => typed.rule.max_items = Some(max),
                _ => self.refuse(&place, "`x-max-ids` on something that takes no ids"),
            }
        }
        parameters.push(Parameter {
            wire: data.name.clone(),
            rust,
            location,
            required: data.required,
            ty: typed.ty,
            // The vendor's documented convention, whatever OpenAPI's default is.
            list: if data.explode == Some(true) {
                ListStyle::Repeated
            } else {
                ListStyle::Comma
            },
            rule: typed.rule,
            default: typed.default,
            example: data.example.clone().or(typed.example),
            doc: None,
        });
    }
}
