//! The shared decoder, encoder, validator and printer of all types with named fields.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{
    Constraints, DecodeError, Decoded, DynField, Unknown, Violations, Wire, deeper, encode_text,
    members,
};

/// The static description of a schema or an endpoint. Its literals need no constant of their own, which compiles quickly.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// The name in Rust.
    pub name: &'static str,
    /// One line for each field: its name on the wire, then its other properties, separated by tabs.
    lines: &'static [&'static str],
}

impl Descriptor {
    /// Returns the description of each field.
    pub fn fields(self) -> impl Iterator<Item = FieldDescriptor> {
        self.lines.iter().map(|line| FieldDescriptor::parse(line))
    }

    /// Returns the index of a field. The search starts at `hint`: members mostly come in the order of the specification.
    pub(crate) fn position(self, name: &str, hint: usize) -> Option<usize> {
        let count = self.lines.len();
        (0..count)
            .map(|offset| (hint + offset) % count)
            .find(|&index| {
                let rest = self.lines[index].strip_prefix(name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('\t'))
            })
    }
}

/// The static description of a field.
#[derive(Debug)]
pub struct FieldDescriptor {
    /// The name on the wire.
    pub name: &'static str,
    /// The part of the request that carries the field.
    pub location: ParamLocation,
    /// Whether a request without the field is invalid.
    pub required: bool,
    /// The limits of its value.
    pub constraints: Constraints,
}

impl FieldDescriptor {
    /// Parses a line of a descriptor: `partnerId`, or `comment\trequired\tmax_len=512`.
    fn parse(line: &'static str) -> Self {
        let mut words = line.split('\t');
        let mut field = Self {
            name: words.next().unwrap_or_default(),
            location: ParamLocation::Member,
            required: false,
            constraints: Constraints::NONE,
        };
        for word in words {
            match word {
                "required" => field.required = true,
                "path" => field.location = ParamLocation::Path,
                "query" => field.location = ParamLocation::Query,
                "repeated" => field.location = ParamLocation::QueryRepeated,
                "header" => field.location = ParamLocation::Header,
                "body" => field.location = ParamLocation::Body,
                "json" => field.location = ParamLocation::JsonPart,
                "file" => field.location = ParamLocation::FilePart,
                constraint => field.constraints.parse(constraint),
            }
        }
        field
    }
}

/// The part of a request that carries a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamLocation {
    /// A member of a JSON object.
    Member,
    /// A segment of the path. The items of a list are separated by commas.
    Path,
    /// The query string. The items of a list are separated by commas.
    Query,
    /// The query string. Each item of a list repeats the name.
    QueryRepeated,
    /// A header.
    Header,
    /// The body, as JSON.
    Body,
    /// A JSON part of a multipart body.
    JsonPart,
    /// A file part of a multipart body.
    FilePart,
}

/// Access to the fields of a value without its type.
pub trait Reflect {
    /// Returns the fields.
    fn fields(&self) -> Fields<'_>;

    /// Returns mutable references to the fields, in the order of the descriptor.
    #[doc(hidden)]
    fn dyn_fields_mut(&mut self) -> DynFieldsMut<'_>;

    /// Returns the fields for writing.
    fn fields_mut(&mut self) -> FieldsMut<'_> {
        let descriptor = self.fields().descriptor;
        FieldsMut {
            descriptor,
            values: self.dyn_fields_mut(),
        }
    }
}

/// References to the fields of a value.
pub type DynFields<'a> = Box<[&'a (dyn DynField + 'static)]>;

/// Mutable references to the fields of a value.
pub type DynFieldsMut<'a> = Box<[&'a mut (dyn DynField + 'static)]>;

/// Collects mutable references to the fields of a value.
pub fn dyn_fields_mut<'a, const N: usize>(
    values: [&'a mut (dyn DynField + 'static); N],
) -> DynFieldsMut<'a> {
    Box::new(values)
}

/// The fields of a value, in the order of the descriptor. A schema has one more at the end: its [`Unknown`] members.
#[expect(missing_debug_implementations, reason = "a short-lived view")]
pub struct Fields<'a> {
    /// The description of the fields.
    pub descriptor: Descriptor,
    /// The fields.
    pub values: DynFields<'a>,
}

/// The fields of a value, for writing. See [`Fields`].
#[expect(missing_debug_implementations, reason = "a short-lived view")]
pub struct FieldsMut<'a> {
    /// The description of the fields.
    pub descriptor: Descriptor,
    /// The fields.
    pub values: DynFieldsMut<'a>,
}

impl<'a> Fields<'a> {
    /// Combines the name of a type, the lines of its descriptor, and the fields of a value.
    pub fn new<const N: usize>(
        name: &'static str,
        lines: &'static [&'static str],
        values: [&'a (dyn DynField + 'static); N],
    ) -> Self {
        Self {
            descriptor: Descriptor { name, lines },
            values: Box::new(values),
        }
    }

    /// Returns each field with its description.
    pub fn iter(
        &self,
    ) -> impl Iterator<Item = (FieldDescriptor, &'a (dyn DynField + 'static))> + '_ {
        self.descriptor.fields().zip(self.values.iter().copied())
    }

    fn unknown(&self) -> Option<&'a Unknown> {
        let last: &dyn Any = *self.values.last()?;
        last.downcast_ref()
    }
}

impl FieldsMut<'_> {
    fn unknown(&mut self) -> Option<&mut Unknown> {
        let last: &mut dyn Any = &mut **self.values.last_mut()?;
        last.downcast_mut()
    }
}

/// A schema of the specification. Implemented by `#[derive(Schema)]`.
pub trait Schema:
    Reflect + Serialize + DeserializeOwned + Clone + PartialEq + fmt::Debug + Send + Sync + 'static
{
    /// Returns a value with no field set, for the decoder.
    fn empty() -> Self;
}

impl<T: Schema> Wire for T {
    fn decode(json: &str, depth: u8) -> Result<Self, DecodeError> {
        let mut value = <T as Schema>::empty();
        decode_fields(&mut value, json, depth)?;
        Ok(value)
    }

    fn encode(&self, out: &mut String) {
        encode_fields(self, out);
    }

    fn check(&self, _constraints: &Constraints, violations: &mut Violations) {
        check_fields(self, violations);
    }

    fn empty() -> Self {
        <T as Schema>::empty()
    }
}

/// Sets the fields of `target` from the text of a JSON object.
fn decode_fields(target: &mut dyn Reflect, json: &str, depth: u8) -> Result<(), DecodeError> {
    let depth = deeper(depth, json)?;
    let mut fields = target.fields_mut();
    let mut kept: Vec<(Cow<'_, str>, &str)> = Vec::new();
    let mut nulls = false;
    let mut hint = 0;
    for (name, value) in members(json)? {
        let Some(index) = fields.descriptor.position(&name, hint) else {
            kept.push((name, value));
            continue;
        };
        hint = index + 1;
        let decoded = fields.values[index]
            .decode(value, depth)
            .map_err(|error| error.in_member(&name))?;
        if decoded == Decoded::Null {
            nulls = true;
            kept.push((name, value));
        } else if nulls {
            // If a member comes twice, the later one counts.
            kept.retain(|(kept, _)| *kept != name);
        }
    }
    if let Some(unknown) = fields.unknown() {
        unknown.extend(kept);
    }
    Ok(())
}

/// Appends a JSON object to `out`: first the fields that are set, then the unknown members.
fn encode_fields(source: &dyn Reflect, out: &mut String) {
    out.push('{');
    let fields = source.fields();
    let mut first = true;
    for (field, value) in fields.iter().filter(|(_, value)| value.is_set()) {
        start_member(out, &mut first, field.name);
        value.encode(out);
    }
    for (name, json) in fields.unknown().into_iter().flat_map(Unknown::iter) {
        // The unknown members include each `null` of a known field, until the field gets a value.
        let index = fields.descriptor.position(name, 0);
        if !index.is_some_and(|index| fields.values[index].is_set()) {
            start_member(out, &mut first, name);
            out.push_str(json);
        }
    }
    out.push('}');
}

fn start_member(out: &mut String, first: &mut bool, name: &str) {
    if !std::mem::take(first) {
        out.push(',');
    }
    encode_text(name, out);
    out.push(':');
}

/// Adds every violation in the fields of `source` to `violations`.
pub fn check_fields(source: &dyn Reflect, violations: &mut Violations) {
    for (field, value) in source.fields().iter() {
        // Paths start at the body, as in the messages of the server.
        let name = if field.location == ParamLocation::Body {
            ""
        } else {
            field.name
        };
        violations.within_member(name, |violations| {
            if value.is_set() {
                value.check(&field.constraints, violations);
            } else if field.required {
                violations.add("is required");
            }
        });
    }
}

/// Prints the fields that are set.
///
/// # Errors
///
/// Returns the error of the formatter.
pub fn debug_fields(source: &dyn Reflect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let fields = source.fields();
    let mut printer = f.debug_struct(fields.descriptor.name);
    for (field, value) in fields.iter().filter(|(_, value)| value.is_set()) {
        printer.field(field.name, value.as_debug());
    }
    match fields.unknown() {
        Some(unknown) if !unknown.is_empty() => printer.finish_non_exhaustive(),
        _ => printer.finish(),
    }
}

/// Returns whether two values of one type have equal fields.
pub fn equal_fields(left: &dyn Reflect, right: &dyn Reflect) -> bool {
    let (left, right) = (left.fields().values, right.fields().values);
    let mut pairs = left.iter().zip(right.iter());
    pairs.all(|(left, right)| left.equals(*right))
}

/// Clones a schema.
pub fn copy_schema<T: Schema>(from: &T) -> T {
    let mut copy = <T as Schema>::empty();
    copy_fields(from, &mut copy);
    copy
}

/// Copies the fields of a value into another value of the same type.
pub(crate) fn copy_fields(from: &dyn Reflect, to: &mut dyn Reflect) {
    let (from, mut to) = (from.fields().values, to.dyn_fields_mut());
    for (from, to) in from.iter().zip(to.iter_mut()) {
        from.copy_to(*to);
    }
}
