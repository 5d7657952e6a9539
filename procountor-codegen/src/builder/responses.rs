//! The responses of operations.

use openapiv3::{Operation as OpenApiOperation, Response as OpenApiResponse, StatusCode};
use serde_json::Value;

use super::Builder;
use super::types::Context;
use crate::model::{Constraints, Content, Response, Type};

impl Builder<'_> {
    /// Returns the successful responses, the statuses of errors, and the types of error responses.
    pub(super) fn responses(
        &mut self,
        operation: &OpenApiOperation,
        context: &Context,
    ) -> (Vec<Response>, Vec<u16>, Vec<Type>) {
        let (mut responses, mut errors, mut types) = (Vec::new(), Vec::new(), Vec::new());
        let default = operation.responses.default.is_some();
        self.unsupported_if(default, context, "a default response");
        let stated = operation.extensions.get("x-response-media-type");
        let mut stated = stated.and_then(Value::as_str);
        for (status, response) in &operation.responses.responses {
            let context = context.named("response").at("responses").at(status);
            let (StatusCode::Code(status), Some(response)) = (status, response.as_item()) else {
                self.unsupported(
                    &context,
                    "a range of statuses, or a reference to a response",
                );
                continue;
            };
            let content = self.content(response, &context);
            stated = stated.filter(|stated| !response.content.contains_key(*stated));
            if (200..300).contains(status) {
                let body = *status == 204 && content != Content::Empty;
                self.unsupported_if(body, &context, "a 204 with a body");
                responses.push(Response {
                    status: *status,
                    content,
                });
            } else {
                errors.push(*status);
                if let Content::Json(ty) = content {
                    types.push(ty);
                }
            }
        }
        if let Some(media) = stated {
            let what = format!(
                "the `x-response-media-type` `{media}` of an operation that declares another one"
            );
            self.unsupported(context, &what);
        }
        self.unsupported_if(
            responses.is_empty(),
            context,
            "an operation without a successful response",
        );
        responses.sort_by_key(|response| response.status);
        errors.sort_unstable();
        (responses, errors, types)
    }

    fn content(&mut self, response: &OpenApiResponse, context: &Context) -> Content {
        let content: Vec<_> = response.content.iter().collect();
        let (media, described) = match content[..] {
            [] => return Content::Empty,
            [content] => content,
            _ => {
                self.unsupported(context, "a response with several media types");
                return Content::Empty;
            }
        };
        let context = context.at("content").at(media).at("schema");
        let Some(schema) = &described.schema else {
            self.unsupported(&context, "a response without a schema");
            return Content::Empty;
        };
        let value = self.value(schema, &context);
        let constrained = value.constraints != Constraints::default();
        self.unsupported_if(constrained, &context, "constraints on a response");
        match (media.as_str(), value.ty) {
            ("application/json", ty) if ty.leaf() != &Type::Binary => Content::Json(ty),
            ("multipart/mixed", ty @ Type::Schema(_)) => Content::Mixed(ty),
            (media, Type::Binary) if media != "application/json" => Content::Binary {
                media: media.to_owned(),
            },
            (media, _) => {
                let what = format!("a response of the media type `{media}` with this schema");
                self.unsupported(&context, &what);
                Content::Empty
            }
        }
    }
}
