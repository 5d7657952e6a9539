//! The positions at which both models have a type.

use super::{Wire, items, name};
use crate::diff::change::{Breaks, Subject};
use crate::diff::kind::Kind;
use crate::model::{Body, Content, Type};

/// A position that both models have.
pub(super) struct Position<'a> {
    pub(super) subject: Subject,
    /// The kind of a change of the type.
    pub(super) kind: Kind,
    pub(super) before: &'a Type,
    pub(super) after: &'a Type,
    /// The programs that use it.
    pub(super) users: Breaks,
    pub(super) rust: Vec<String>,
    pub(super) group: Option<String>,
    pub(super) operations: Option<usize>,
}

impl<'a> Wire<'a> {
    /// Returns all positions: parameters, bodies, responses, fields.
    pub(super) fn positions(&self) -> Vec<Position<'a>> {
        let mut positions = Vec::new();
        self.operation_positions(&mut positions);
        for (old, new) in self.schema_pairs() {
            for (one, other) in super::schemas::fields(old, new) {
                positions.push(Position {
                    subject: self.field_subject(old, new, &other.wire),
                    kind: Kind::FieldType,
                    before: &one.ty,
                    after: &other.ty,
                    users: self.users(old, new),
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
            let mut push = |subject, kind, types: (&'a Type, &'a Type), users, rust| {
                positions.push(Position {
                    subject,
                    kind,
                    before: types.0,
                    after: types.1,
                    users,
                    rust,
                    group: tag.clone(),
                    operations: None,
                });
            };
            for (one, other) in super::parameters::both(old, new) {
                let location = super::parameters::location_name(other.location);
                push(
                    Subject::parameter(&operation, location, &other.wire),
                    Kind::ParameterType,
                    (&one.ty, &other.ty),
                    Breaks::WRITES,
                    items::parameter(self.after, new, &other.rust, other.required),
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
                let at = Subject::part(&operation, "body");
                let rust = items::parameter(self.after, new, rust, *required);
                push(at, Kind::BodyChanged, (one, other), Breaks::WRITES, rust);
            }
            for other in &new.responses {
                let one = old.responses.iter().find(|one| one.status == other.status);
                let content = one.map(|one| (&one.content, &other.content));
                if let Some(
                    (Content::Json(one), Content::Json(ty))
                    | (Content::Mixed(one), Content::Mixed(ty)),
                ) = content
                {
                    let at = Subject::part(&operation, other.status.to_string());
                    let rust = items::operation(self.after, new);
                    push(at, Kind::ResponseChanged, (one, ty), Breaks::READS, rust);
                }
            }
        }
    }
}
