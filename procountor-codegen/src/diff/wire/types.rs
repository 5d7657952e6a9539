//! Types on the wire: when two are the same there, and when one takes less than another.

use super::{Wire, base, change};
use crate::diff::change::{Breaks, Change};
use crate::model::{Api, Type};

/// What stands on the wire. An id is a number or text, and a secret is text.
pub(super) fn word(api: &Api, ty: &Type) -> String {
    match ty {
        Type::String | Type::Secret => "text".to_owned(),
        Type::Integer => "whole number".to_owned(),
        Type::Decimal => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Date => "date".to_owned(),
        Type::DateTime => "date-time".to_owned(),
        Type::Binary => "file".to_owned(),
        Type::Json => "anything".to_owned(),
        Type::Id(name) => match api.id(name) {
            Some(id) if id.text => "text".to_owned(),
            _ => "whole number".to_owned(),
        },
        Type::Enum(_) => "enum".to_owned(),
        Type::Schema(name) => match api.schema(name) {
            Some(schema) => schema.vendor.clone(),
            None => name.clone(),
        },
        Type::List(item) => format!("list of {}", word(api, item)),
        Type::Map(value) => format!("map of {}", word(api, value)),
    }
}

impl Wire<'_> {
    /// Whether two types are the same on the wire; what differs inside a schema or an enum is told there.
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
            (one, other) => word(self.before, one) == word(self.after, other),
        }
    }

    /// What changed at each place whose type is not the same any more.
    pub(super) fn type_changes(&self, changes: &mut Vec<Change>) {
        for position in self.positions() {
            let (before, after) = (position.before, position.after);
            if self.same(before, after) {
                continue;
            }
            // Who sends is broken unless everything goes that went; who reads, unless everything was known that comes.
            let sent = position.met.writes && !self.fits(before, after);
            let read =
                position.met.reads && !known(before, after, || self.fits_back(before, after));
            let (old, new) = (word(self.before, before), word(self.after, after));
            let one = change(position.kind, position.place, Some(old), Some(new));
            let mut one = one.breaks(Breaks::of(read, sent)).rust(position.rust);
            one.group = position.group;
            one.operations = position.operations;
            changes.push(one);
        }
    }

    /// Whether every value of the first type is one of the second.
    fn fits(&self, before: &Type, after: &Type) -> bool {
        narrower(before, after, &|one, other| self.same(one, other))
    }

    fn fits_back(&self, before: &Type, after: &Type) -> bool {
        narrower(after, before, &|one, other| self.same(other, one))
    }
}

/// Text that was an enum holds no surprise: enums are open.
fn known(before: &Type, after: &Type, fits_back: impl Fn() -> bool) -> bool {
    let open = matches!((before.leaf(), after.leaf()), (Type::Enum(_), Type::String));
    let alike = matches!(before, Type::List(_)) == matches!(after, Type::List(_));
    (open && alike) || fits_back()
}

/// Whether every value of `narrow` is one of `wide`.
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
