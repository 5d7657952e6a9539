//! Fields without their types.

use std::any::Any;
use std::fmt;

use super::{Constraints, DecodeError, Patch, Unknown, Violations, Wire};

/// A field of a schema or an endpoint, without its type.
#[diagnostic::on_unimplemented(
    message = "a field cannot have the type `{Self}`, which does not have a JSON form",
    note = "use `String`, `bool`, `i64`, `Decimal`, `Date`, `DateTime`, `Json`, an id, an enum, a schema, or a list of them"
)]
pub trait DynField: AnyField {
    /// Sets the field from its JSON text. `depth` is the number of objects and lists around it.
    ///
    /// # Errors
    ///
    /// Returns an error if the JSON has another type than the field, or is nested too deeply.
    fn decode(&mut self, json: &str, depth: u8) -> Result<Decoded, DecodeError>;

    /// Appends the field to `out` as JSON, if it [is set](Self::is_set).
    fn encode(&self, out: &mut String);

    /// Adds every violation of `constraints` to `violations`.
    fn check(&self, constraints: &Constraints, violations: &mut Violations);

    /// Returns whether the field is part of a request.
    fn is_set(&self) -> bool;

    /// Returns the field for printing.
    fn as_debug(&self) -> &dyn fmt::Debug {
        self.debug()
    }
}

/// The operations of a field that are the same for every type.
pub trait AnyField: Any {
    /// Returns the field for printing.
    fn debug(&self) -> &dyn fmt::Debug;

    /// Returns whether another field has the same type and value.
    fn equals(&self, other: &dyn Any) -> bool;

    /// Copies the value to another field of the same type.
    fn copy_to(&self, other: &mut dyn Any);
}

impl<T: Clone + PartialEq + fmt::Debug + 'static> AnyField for T {
    fn debug(&self) -> &dyn fmt::Debug {
        self
    }

    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }

    fn copy_to(&self, other: &mut dyn Any) {
        if let Some(other) = other.downcast_mut::<T>() {
            other.clone_from(self);
        }
    }
}

/// The kind of JSON value that a field was set from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// A value that the field holds.
    Value,
    /// A `null` that the field does not hold. The schema keeps it with its unknown members.
    Null,
}

/// A field type that has a placeholder for the decoder.
pub trait Empty {
    /// Returns a field without a value.
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

/// An optional field.
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

    fn check(&self, constraints: &Constraints, violations: &mut Violations) {
        if let Some(value) = self {
            value.check(constraints, violations);
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
}

/// A required field, or a list, which is left out if it is empty.
impl<T: Wire> DynField for T {
    fn decode(&mut self, json: &str, depth: u8) -> Result<Decoded, DecodeError> {
        *self = T::decode(json, depth)?;
        Ok(Decoded::Value)
    }

    fn encode(&self, out: &mut String) {
        Wire::encode(self, out);
    }

    fn check(&self, constraints: &Constraints, violations: &mut Violations) {
        Wire::check(self, constraints, violations);
    }

    fn is_set(&self) -> bool {
        !self.is_absent()
    }
}

/// A field of a PATCH body.
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

    fn check(&self, constraints: &Constraints, violations: &mut Violations) {
        if let Self::Set(value) = self {
            value.check(constraints, violations);
        }
    }

    fn is_set(&self) -> bool {
        !matches!(self, Self::Keep)
    }
}

/// The last field of every schema. `decode_fields` and `encode_fields` treat it separately.
impl DynField for Unknown {
    fn decode(&mut self, _json: &str, _depth: u8) -> Result<Decoded, DecodeError> {
        Ok(Decoded::Null)
    }

    fn encode(&self, _out: &mut String) {}

    fn check(&self, _constraints: &Constraints, _violations: &mut Violations) {}

    fn is_set(&self) -> bool {
        false
    }
}
