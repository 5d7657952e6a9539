//! A field of a schema or of an endpoint, seen without its type.

use std::any::Any;
use std::fmt;

use super::{Constraints, DecodeError, FileUpload, Patch, Unknown, Violations, Wire};

#[diagnostic::on_unimplemented(
    message = "a field of the type `{Self}` cannot be on the wire",
    note = "there are `String`, `bool`, `i64`, `Decimal`, `Date`, `DateTime`, `Json`, ids, enums, schemas, and lists of them"
)]
/// A field, seen without its type, so that shared code can read, write, check, compare and copy it.
pub trait DynField: Any {
    /// Reads the field from JSON.
    ///
    /// # Errors
    /// The JSON is of another type than the field.
    fn decode(&mut self, json: &str, depth: u8) -> Result<Decoded, DecodeError>;

    /// Writes the field as JSON, if it [is set](Self::is_set).
    fn encode(&self, out: &mut String);

    /// Adds what is wrong with the field to `violations`.
    fn check(&self, rule: &Constraints, violations: &mut Violations);

    /// Whether the field has anything to send.
    fn is_set(&self) -> bool;

    /// The field, for `Debug`.
    fn as_debug(&self) -> &dyn fmt::Debug;

    /// Whether another field is of the same type and has the same value.
    fn equals(&self, other: &dyn DynField) -> bool;

    /// Gives this value to another field of the same type.
    fn copy_to(&self, other: &mut dyn DynField);

    /// The file that the field holds, if it holds one.
    fn file(&self) -> Option<&FileUpload> {
        None
    }
}

/// What a field was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A value.
    Value,
    /// `null`, which the field itself cannot hold.
    Null,
}

/// A field that exists before it has a value.
pub trait Empty {
    /// The field without a value, to be filled.
    fn empty() -> Self;
}

impl<T: Wire> Empty for T {
    fn empty() -> Self {
        T::empty()
    }
}

impl<T: Wire> Empty for Option<T> {
    fn empty() -> Self {
        None
    }
}

pub(crate) fn equal<T: PartialEq + 'static>(this: &T, other: &dyn DynField) -> bool {
    let other: &dyn Any = other;
    other.downcast_ref::<T>() == Some(this)
}

pub(crate) fn copy<T: Clone + 'static>(this: &T, other: &mut dyn DynField) {
    let other: &mut dyn Any = other;
    if let Some(other) = other.downcast_mut::<T>() {
        other.clone_from(this);
    }
}

/// An optional field: `None` is absent. A `null` is remembered by the record around it.
impl<T: Wire> DynField for Option<T> {
    fn decode(&mut self, json: &str, depth: u8) -> Result<Decoded, DecodeError> {
        if json == "null" {
            *self = None;
            return Ok(Decoded::Null);
        }
        *self = Some(T::decode(json, depth)?);
        Ok(Decoded::Value)
    }

    fn encode(&self, out: &mut String) {
        if let Some(value) = self {
            value.encode(out);
        }
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        if let Some(value) = self {
            value.check(rule, violations);
        }
    }

    fn is_set(&self) -> bool {
        self.is_some()
    }

    fn as_debug(&self) -> &dyn fmt::Debug {
        match self {
            Some(value) => value,
            None => self,
        }
    }

    fn equals(&self, other: &dyn DynField) -> bool {
        equal(self, other)
    }

    fn copy_to(&self, other: &mut dyn DynField) {
        copy(self, other);
    }
}

/// A field that is always there, or a list, which is absent when it is empty.
impl<T: Wire> DynField for T {
    fn decode(&mut self, json: &str, depth: u8) -> Result<Decoded, DecodeError> {
        *self = T::decode(json, depth)?;
        Ok(Decoded::Value)
    }

    fn encode(&self, out: &mut String) {
        Wire::encode(self, out);
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        Wire::check(self, rule, violations);
    }

    fn is_set(&self) -> bool {
        !self.is_absent()
    }

    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn equals(&self, other: &dyn DynField) -> bool {
        equal(self, other)
    }

    fn copy_to(&self, other: &mut dyn DynField) {
        copy(self, other);
    }
}

/// A field of a PATCH body: left alone, cleared, or set.
impl<T: Wire> DynField for Patch<T> {
    fn decode(&mut self, json: &str, depth: u8) -> Result<Decoded, DecodeError> {
        *self = match json {
            "null" => Self::Clear,
            _ => Self::Set(T::decode(json, depth)?),
        };
        Ok(Decoded::Value)
    }

    fn encode(&self, out: &mut String) {
        match self {
            Self::Keep => {}
            Self::Clear => out.push_str("null"),
            Self::Set(value) => value.encode(out),
        }
    }

    fn check(&self, rule: &Constraints, violations: &mut Violations) {
        if let Self::Set(value) = self {
            value.check(rule, violations);
        }
    }

    fn is_set(&self) -> bool {
        !matches!(self, Self::Keep)
    }

    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn equals(&self, other: &dyn DynField) -> bool {
        equal(self, other)
    }

    fn copy_to(&self, other: &mut dyn DynField) {
        copy(self, other);
    }
}

/// The last field of every schema. The record around it fills and writes it.
impl DynField for Unknown {
    fn decode(&mut self, _json: &str, _depth: u8) -> Result<Decoded, DecodeError> {
        Ok(Decoded::Null)
    }

    fn encode(&self, _out: &mut String) {}

    fn check(&self, _rule: &Constraints, _violations: &mut Violations) {}

    fn is_set(&self) -> bool {
        false
    }

    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn equals(&self, other: &dyn DynField) -> bool {
        equal(self, other)
    }

    fn copy_to(&self, other: &mut dyn DynField) {
        copy(self, other);
    }
}
