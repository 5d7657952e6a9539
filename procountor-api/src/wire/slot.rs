//! A field of a schema or of an endpoint, seen without its type.

use std::fmt;

use super::{DecodeError, Patch, Rule, Violations, Wire};
use crate::multipart::FileUpload;

/// A field, seen without its type, so that shared code can read, write and check it.
pub trait Slot {
    /// Reads the field from JSON.
    ///
    /// # Errors
    /// The JSON is of another type than the field.
    fn decode(&mut self, json: &str, depth: u8) -> Result<Filled, DecodeError>;

    /// Writes the field as JSON, if it [is set](Self::is_set).
    fn encode(&self, out: &mut String);

    /// Adds what is wrong with the field to `violations`.
    fn check(&self, rule: &Rule, violations: &mut Violations);

    /// Whether the field has anything to send.
    fn is_set(&self) -> bool;

    /// The field, for `Debug`.
    fn as_debug(&self) -> &dyn fmt::Debug;

    /// The file that the field holds, if it holds one.
    fn file(&self) -> Option<&FileUpload> {
        None
    }
}

/// What a field was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// A value.
    Value,
    /// `null`, which the field itself cannot hold.
    Null,
}

/// A field of an endpoint, which can be made from JSON or from its absence.
pub trait Param: Slot + Sized {
    /// Reads the field; `None` where nothing was given.
    ///
    /// # Errors
    /// The JSON is of another type than the field, or the field cannot be left out.
    fn read(json: Option<&str>) -> Result<Self, DecodeError>;
}

/// An optional field: `None` is absent. A `null` is remembered by the record around it.
impl<T: Wire> Slot for Option<T> {
    fn decode(&mut self, json: &str, depth: u8) -> Result<Filled, DecodeError> {
        if json == "null" {
            *self = None;
            return Ok(Filled::Null);
        }
        *self = Some(T::decode(json, depth)?);
        Ok(Filled::Value)
    }

    fn encode(&self, out: &mut String) {
        if let Some(value) = self {
            value.encode(out);
        }
    }

    fn check(&self, rule: &Rule, violations: &mut Violations) {
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
}

impl<T: Wire> Param for Option<T> {
    fn read(json: Option<&str>) -> Result<Self, DecodeError> {
        json.map(|json| T::decode(json, 0)).transpose()
    }
}

/// A field that is always there, or a list, which is absent when it is empty.
impl<T: Wire> Slot for T {
    fn decode(&mut self, json: &str, depth: u8) -> Result<Filled, DecodeError> {
        *self = T::decode(json, depth)?;
        Ok(Filled::Value)
    }

    fn encode(&self, out: &mut String) {
        Wire::encode(self, out);
    }

    fn check(&self, rule: &Rule, violations: &mut Violations) {
        if !self.is_absent() {
            Wire::check(self, rule, violations);
        }
    }

    fn is_set(&self) -> bool {
        !self.is_absent()
    }

    fn as_debug(&self) -> &dyn fmt::Debug {
        self
    }
}

impl<T: Wire> Param for T {
    fn read(json: Option<&str>) -> Result<Self, DecodeError> {
        match json {
            Some(json) => T::decode(json, 0),
            None => T::absent().ok_or_else(|| DecodeError::new("a value", "")),
        }
    }
}

/// A field of a PATCH body: left alone, cleared, or set.
impl<T: Wire> Slot for Patch<T> {
    fn decode(&mut self, json: &str, depth: u8) -> Result<Filled, DecodeError> {
        *self = match json {
            "null" => Self::Clear,
            _ => Self::Set(T::decode(json, depth)?),
        };
        Ok(Filled::Value)
    }

    fn encode(&self, out: &mut String) {
        match self {
            Self::Keep => {}
            Self::Clear => out.push_str("null"),
            Self::Set(value) => value.encode(out),
        }
    }

    fn check(&self, rule: &Rule, violations: &mut Violations) {
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
}
