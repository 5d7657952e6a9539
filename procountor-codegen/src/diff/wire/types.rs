//! Types on the wire: whether two are equal, and whether one allows less than another.

use super::{Wire, base, change};
use crate::diff::change::{Breaks, Change};
use crate::model::{Api, Type};

/// Returns the name of a type on the wire. An id is an integer or text, and a secret is text.
pub(super) fn name(api: &Api, ty: &Type) -> String {
    match ty {
        Type::String | Type::Secret => "text".to_owned(),
        Type::Integer => "integer".to_owned(),
        Type::Decimal => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Date => "date".to_owned(),
        Type::DateTime => "date-time".to_owned(),
        Type::Binary => "file".to_owned(),
        Type::Json => "any JSON".to_owned(),
        Type::Id(id) => match api.id(id) {
            Some(id) if id.text => "text".to_owned(),
            _ => "integer".to_owned(),
        },
        Type::Enum(_) => "enum".to_owned(),
        Type::Schema(schema) => match api.schema(schema) {
            Some(schema) => schema.vendor.clone(),
            None => schema.clone(),
        },
        Type::List(item) => format!("list of {}", name(api, item)),
        Type::Map(value) => format!("map of {}", name(api, value)),
    }
}

impl Wire<'_> {
    /// Returns whether two types are equal on the wire. Differences inside schemas and enums are reported there.
    pub(super) fn same(&self, before: &Type, after: &Type) -> bool {
        match (before, after) {
            (Type::List(one), Type::List(other)) | (Type::Map(one), Type::Map(other)) => {
                self.same(one, other)
            }
            (Type::Schema(one), Type::Schema(other)) => {
                let (one, other) = (
                    base(&self.origins_before, one),
                    base(&self.origins_after, other),
                );
                self.schemas.contains(&(one, other))
            }
            (Type::Schema(_), _) | (_, Type::Schema(_)) => false,
            (one, other) => name(self.before, one) == name(self.after, other),
        }
    }

    /// Finds the positions whose type changed.
    pub(super) fn type_changes(&self, changes: &mut Vec<Change>) {
        for position in self.positions() {
            let (before, after) = (position.before, position.after);
            if self.same(before, after) {
                continue;
            }
            // A change breaks writers if it removes a value, and readers if it adds one.
            let sent = position.users.writes && !self.fits(before, after);
            let read =
                position.users.reads && !known(before, after, || self.fits_back(before, after));
            let (old, new) = (name(self.before, before), name(self.after, after));
            let one = change(position.kind, position.subject, Some(old), Some(new));
            let mut one = one.breaks(Breaks::of(read, sent)).rust(position.rust);
            one.group = position.group;
            one.operations = position.operations;
            changes.push(one);
        }
    }

    /// Returns whether every value of the first type is one of the second.
    fn fits(&self, before: &Type, after: &Type) -> bool {
        narrower(before, after, &|one, other| self.same(one, other))
    }

    fn fits_back(&self, before: &Type, after: &Type) -> bool {
        narrower(after, before, &|one, other| self.same(other, one))
    }
}

/// Returns whether every new value was expected. Enums are open, so they expect any text.
fn known(before: &Type, after: &Type, fits_back: impl Fn() -> bool) -> bool {
    let open = matches!((before.leaf(), after.leaf()), (Type::Enum(_), Type::String));
    let alike = matches!(before, Type::List(_)) == matches!(after, Type::List(_));
    (open && alike) || fits_back()
}

/// Returns whether every value of `narrow` is one of `wide`.
fn narrower(narrow: &Type, wide: &Type, same: &impl Fn(&Type, &Type) -> bool) -> bool {
    match (narrow, wide) {
        (_, Type::Json) => true,
        (Type::List(narrow), Type::List(wide)) | (Type::Map(narrow), Type::Map(wide)) => {
            narrower(narrow, wide, same)
        }
        (Type::Enum(_) | Type::Date | Type::DateTime, Type::String | Type::Secret) => true,
        (Type::Integer | Type::Id(_), Type::Decimal) => true,
        _ => same(narrow, wide),
    }
}
