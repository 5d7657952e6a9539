//! What operations answer.

use openapiv3::{Operation as OpenApiOperation, Response, StatusCode};
use serde_json::Value;

use super::Builder;
use super::types::Place;
use crate::diagnostic::child;
use crate::model::{Answer, Content, Rule, Type};

impl Builder<'_> {
    /// The successful answers, the statuses of errors, and the types that errors carry.
    pub(super) fn answers(
        &mut self,
        operation: &OpenApiOperation,
        place: &Place,
    ) -> (Vec<Answer>, Vec<u16>, Vec<Type>) {
        let (mut answers, mut errors, mut types) = (Vec::new(), Vec::new(), Vec::new());
        self.refuse_if(
            operation.responses.default.is_some(),
            place,
            "a default response",
        );
        let mut stated = operation
            .extensions
            .get("x-response-media-type")
            .and_then(Value::as_str);
        for (status, response) in &operation.responses.responses {
            let pointer = child(&child(&place.pointer, "responses"), status);
            let place = Place {
                name: "answer",
                pointer,
                ..place.clone()
            };
            let (StatusCode::Code(status), Some(response)) = (status, response.as_item()) else {
                self.refuse(&place, "a range of statuses, or a reference to a response");
                continue;
            };
            let content = self.content(response, &place);
            if response
                .content
                .keys()
                .any(|media| Some(media.as_str()) == stated)
            {
                stated = None;
            }
            if (200..300).contains(status) {
                self.refuse_if(
                    *status == 204 && content != Content::Empty,
                    &place,
                    "a 204 with a body",
                );
                answers.push(Answer {
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
            self.refuse(
                place,
                &format!("an answer that is said to be `{media}` and described as something else"),
            );
        }
        self.refuse_if(
            answers.is_empty(),
            place,
            "an operation without a successful answer",
        );
        answers.sort_by_key(|answer| answer.status);
        errors.sort_unstable();
        (answers, errors, types)
    }

    fn content(&mut self, response: &Response, place: &Place) -> Content {
        let content: Vec<_> = response.content.iter().collect();
        let (media, described) = match content[..] {
            [] => return Content::Empty,
            [content] => content,
            _ => {
                self.refuse(place, "an answer of several media types");
                return Content::Empty;
            }
        };
        let place = Place {
            pointer: child(&child(&child(&place.pointer, "content"), media), "schema"),
            ..place.clone()
        };
        let Some(schema) = &described.schema else {
            self.refuse(&place, "an answer without a schema");
            return Content::Empty;
        };
        let typed = self.typed(schema, &place);
        self.refuse_if(typed.rule != Rule::default(), &place, "limits on an answer");
        match (media.as_str(), typed.ty) {
            ("application/json", ty) if ty.leaf() != &Type::Binary => Content::Json(ty),
            ("multipart/mixed", ty @ Type::Schema(_)) => Content::Mixed(ty),
            (media, Type::Binary) if media != "application/json" => Content::Binary {
                media: media.to_owned(),
            },
            (media, _) => {
                self.refuse(
                    &place,
                    &format!("an answer of the media type `{media}` with this schema"),
                );
                Content::Empty
            }
        }
    }
}
