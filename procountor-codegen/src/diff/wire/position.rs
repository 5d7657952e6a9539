//! Every place of the two models where a type stands against a type.

use super::{Wire, items, name};
use crate::diff::change::{Breaks, Place};
use crate::diff::kind::Kind;
use crate::model::{Body, Content, Type};

/// A place that both models have.
pub(super) struct Position<'a> {
    pub(super) place: Place,
    /// What it is called when the type changes here.
    pub(super) kind: Kind,
    pub(super) before: &'a Type,
    pub(super) after: &'a Type,
    /// Who meets it: who reads it in an answer, who sends it.
    pub(super) met: Breaks,
    pub(super) rust: Vec<String>,
    pub(super) group: Option<String>,
    pub(super) operations: Option<usize>,
}

impl<'a> Wire<'a> {
    /// All of them: parameters, bodies, answers, fields.
    pub(super) fn positions(&self) -> Vec<Position<'a>> {
        let mut positions = Vec::new();
        self.operation_positions(&mut positions);
        for (old, new) in self.schema_pairs() {
            for (one, other) in super::schemas::fields(old, new) {
                positions.push(Position {
                    place: self.field_place(old, new, &other.wire),
                    kind: Kind::FieldType,
                    before: &one.ty,
                    after: &other.ty,
                    met: self.met(old, new),
                    rust: items::field(self.after, new, other),
                    group: None,
                    operations: Some(self.reached_by(new)),
                });
            }
        }
        positions
    }

    fn operation_positions(&self, positions: &mut Vec<Position<'a>>) {
        for (old, new) in self.pairs() {
            let operation = name(new);
            let tag = self.tag(new);
            let mut push = |place, kind, types: (&'a Type, &'a Type), met, rust| {
                positions.push(Position {
                    place,
                    kind,
                    before: types.0,
                    after: types.1,
                    met,
                    rust,
                    group: tag.clone(),
                    operations: None,
                });
            };
            for (one, other) in super::parameters::both(old, new) {
                let location = super::parameters::word(other.location);
                push(
                    Place::parameter(&operation, location, &other.wire),
                    Kind::ParameterType,
                    (&one.ty, &other.ty),
                    Breaks::WRITES,
                    items::taken(self.after, new, &other.rust, other.required),
                );
            }
            if let (
                Some(Body::Json { ty: one, .. }),
                Some(Body::Json {
                    rust,
                    ty: other,
                    required,
                }),
            ) = (&old.body, &new.body)
            {
                let place = Place::part(&operation, "body");
                let rust = items::taken(self.after, new, rust, *required);
                push(place, Kind::BodyChanged, (one, other), Breaks::WRITES, rust);
            }
            for other in &new.answers {
                let one = old.answers.iter().find(|one| one.status == other.status);
                let content = one.map(|one| (&one.content, &other.content));
                if let Some(
                    (Content::Json(one), Content::Json(ty))
                    | (Content::Mixed(one), Content::Mixed(ty)),
                ) = content
                {
                    let place = Place::part(&operation, other.status.to_string());
                    let rust = items::operation(self.after, new);
                    push(place, Kind::AnswerChanged, (one, ty), Breaks::READS, rust);
                }
            }
        }
    }
}
