//! The shared decoder, encoder, checker and printer of everything that has named fields.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{
    Constraints, DecodeError, Decoded, DynField, Unknown, Violations, Wire, deeper, members,
};

/// What is known of a schema or an endpoint before any value of it exists. It is laid out to be cheap to compile: literals
/// that need no constant of their own.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// The name in Rust.
    pub name: &'static str,
    /// One line for each field: its name on the wire and, each behind a tab, what else is known of it.
    lines: &'static [&'static str],
}

impl Descriptor {
    /// What is known of each field.
    pub fn columns(self) -> impl Iterator<Item = FieldDescriptor> {
        self.lines.iter().map(|line| FieldDescriptor::read(line))
    }

    /// The place of a column, looked for from `hint` on: members mostly come in the order of the specification.
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

/// What is known of a field.
#[derive(Debug)]
pub struct FieldDescriptor {
    /// The name on the wire.
    pub name: &'static str,
    /// Where the field goes.
    pub place: ParamLocation,
    /// Whether a request is not valid without it.
    pub required: bool,
    /// Its limits.
    pub rule: Constraints,
}

impl FieldDescriptor {
    /// Reads a line of a table: `partnerId`, or `comment\trequired\tmax_len=512`.
    fn read(line: &'static str) -> Self {
        let mut words = line.split('\t');
        let mut column = Self {
            name: words.next().unwrap_or_default(),
            place: ParamLocation::Member,
            required: false,
            rule: Constraints::NONE,
        };
        for word in words {
            match word {
                "required" => column.required = true,
                "path" => column.place = ParamLocation::Path,
                "query" => column.place = ParamLocation::Query,
                "repeated" => column.place = ParamLocation::QueryRepeated,
                "header" => column.place = ParamLocation::Header,
                "body" => column.place = ParamLocation::Body,
                "json" => column.place = ParamLocation::JsonPart,
                "file" => column.place = ParamLocation::FilePart,
                limit => column.rule.read(limit),
            }
        }
        column
    }
}

/// Where a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamLocation {
    /// A member of a JSON object.
    Member,
    /// A segment of the path; a list is separated by commas.
    Path,
    /// The query string; a list is separated by commas.
    Query,
    /// The query string; a list repeats the name.
    QueryRepeated,
    /// A header.
    Header,
    /// The body, as JSON.
    Body,
    /// A part of a multipart body, as JSON.
    JsonPart,
    /// A part of a multipart body, as a file.
    FilePart,
}

/// A value with named fields, seen without its type.
pub trait Reflect {
    /// Its fields.
    fn fields(&self) -> Fields<'_>;

    /// The slots of its fields, to be filled.
    #[doc(hidden)]
    fn dyn_fields_mut(&mut self) -> DynFieldsMut<'_>;

    /// Its fields, to be filled.
    fn fields_mut(&mut self) -> FieldsMut<'_> {
        let table = self.fields().table;
        FieldsMut {
            table,
            slots: self.dyn_fields_mut(),
        }
    }
}

/// The slots of a record.
pub type DynFields<'a> = Box<[&'a (dyn DynField + 'static)]>;

/// The slots of a record, to be filled.
pub type DynFieldsMut<'a> = Box<[&'a mut (dyn DynField + 'static)]>;

/// Gathers the slots of a record.
pub fn dyn_fields_mut<'a, const N: usize>(
    slots: [&'a mut (dyn DynField + 'static); N],
) -> DynFieldsMut<'a> {
    Box::new(slots)
}

/// The fields of a record: one slot for each column, and behind them, for a schema, the members that are not known.
#[expect(
    missing_debug_implementations,
    reason = "a view that lives for a moment"
)]
pub struct Fields<'a> {
    /// What is known of the fields.
    pub table: Descriptor,
    /// The fields.
    pub slots: DynFields<'a>,
}

/// The fields of a record, to be filled.
#[expect(
    missing_debug_implementations,
    reason = "a view that lives for a moment"
)]
pub struct FieldsMut<'a> {
    /// What is known of the fields.
    pub table: Descriptor,
    /// The fields.
    pub slots: DynFieldsMut<'a>,
}

impl<'a> Fields<'a> {
    /// The fields of the type `name`: what is known of each, as a line of a table, and each field.
    pub fn new<const N: usize>(
        name: &'static str,
        lines: &'static [&'static str],
        slots: [&'a (dyn DynField + 'static); N],
    ) -> Self {
        Self {
            table: Descriptor { name, lines },
            slots: Box::new(slots),
        }
    }

    /// Each field with its column.
    pub fn iter(
        &self,
    ) -> impl Iterator<Item = (FieldDescriptor, &'a (dyn DynField + 'static))> + '_ {
        self.table.columns().zip(self.slots.iter().copied())
    }

    fn unknown(&self) -> Option<&'a Unknown> {
        let last: &dyn Any = *self.slots.last()?;
        last.downcast_ref()
    }
}

impl FieldsMut<'_> {
    fn unknown(&mut self) -> Option<&mut Unknown> {
        let last: &mut dyn Any = &mut **self.slots.last_mut()?;
        last.downcast_mut()
    }
}

/// A schema of the specification. Implemented by `#[derive(Schema)]`.
pub trait Schema:
    Reflect + Serialize + DeserializeOwned + Clone + PartialEq + fmt::Debug + Send + Sync + 'static
{
    /// A value with no field set, to be filled by the decoder.
    fn empty() -> Self;
}

impl<T: Schema> Wire for T {
    fn decode(json: &str, depth: u8) -> Result<Self, DecodeError> {
        let mut value = <T as Schema>::empty();
        decode_record(&mut value, json, depth)?;
        Ok(value)
    }

    fn encode(&self, out: &mut String) {
        encode_record(self, out);
    }

    fn check(&self, _rule: &Constraints, violations: &mut Violations) {
        check_fields(self, violations);
    }

    fn empty() -> Self {
        <T as Schema>::empty()
    }
}

/// Fills a record from the text of a JSON object.
///
/// # Errors
/// The text is no JSON object, or a field is of another type.
fn decode_record(record: &mut dyn Reflect, json: &str, depth: u8) -> Result<(), DecodeError> {
    let depth = deeper(depth, json)?;
    let mut fields = record.fields_mut();
    let mut kept: Vec<(Cow<'_, str>, &str)> = Vec::new();
    let mut nulls = false;
    let mut hint = 0;
    for (name, value) in members(json)? {
        let Some(index) = fields.table.position(&name, hint) else {
            kept.push((name, value));
            continue;
        };
        hint = index + 1;
        let filled = fields.slots[index]
            .decode(value, depth)
            .map_err(|error| error.in_member(&name))?;
        if filled == Decoded::Null {
            nulls = true;
            kept.push((name, value));
        } else if nulls {
            // A member that comes twice: the later one counts.
            kept.retain(|(kept, _)| *kept != name);
        }
    }
    if let Some(unknown) = fields.unknown() {
        unknown.extend(kept);
    }
    Ok(())
}

/// Writes a record as a JSON object: the fields that are set, then the members that this version does not know.
fn encode_record(record: &dyn Reflect, out: &mut String) {
    out.push('{');
    let fields = record.fields();
    let mut first = true;
    for (column, slot) in fields.iter().filter(|(_, slot)| slot.is_set()) {
        separate(out, &mut first, column.name);
        slot.encode(out);
    }
    for (name, value) in fields.unknown().into_iter().flat_map(Unknown::iter) {
        // A `null` that came for a known field is kept here until the field gets a value.
        let replaced = fields
            .table
            .position(name, 0)
            .is_some_and(|index| fields.slots[index].is_set());
        if !replaced {
            separate(out, &mut first, name);
            out.push_str(value);
        }
    }
    out.push('}');
}

fn separate(out: &mut String, first: &mut bool, name: &str) {
    if !std::mem::take(first) {
        out.push(',');
    }
    super::encode_text(name, out);
    out.push(':');
}

/// Adds what is wrong with the fields of a record to `violations`.
pub fn check_fields(record: &dyn Reflect, violations: &mut Violations) {
    for (column, slot) in record.fields().iter() {
        // The body is the document that paths speak of, as in the server's own messages.
        let name = if column.place == ParamLocation::Body {
            ""
        } else {
            column.name
        };
        violations.within_member(name, |violations| {
            if slot.is_set() {
                slot.check(&column.rule, violations);
            } else if column.required {
                violations.add("is required");
            }
        });
    }
}

/// Prints the fields of a record that are set.
///
/// # Errors
/// Those of the formatter.
pub fn debug_fields(record: &dyn Reflect, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let fields = record.fields();
    let mut printer = f.debug_struct(fields.table.name);
    for (column, slot) in fields.iter().filter(|(_, slot)| slot.is_set()) {
        printer.field(column.name, slot.as_debug());
    }
    match fields.unknown() {
        Some(unknown) if !unknown.is_empty() => printer.finish_non_exhaustive(),
        _ => printer.finish(),
    }
}

/// Whether two records of one type have the same values.
pub fn equal_fields(left: &dyn Reflect, right: &dyn Reflect) -> bool {
    let (left, right) = (left.fields(), right.fields());
    left.slots
        .iter()
        .zip(right.slots.iter())
        .all(|(left, right)| left.equals(*right))
}

/// Copies a schema, field by field.
pub fn copy_schema<T: Schema>(from: &T) -> T {
    let mut copy = <T as Schema>::empty();
    copy_fields(from, &mut copy);
    copy
}

/// Copies the values of a record into another one of its type.
pub(crate) fn copy_fields(from: &dyn Reflect, to: &mut dyn Reflect) {
    for (from, to) in from
        .fields()
        .slots
        .iter()
        .zip(to.fields_mut().slots.iter_mut())
    {
        from.copy_to(*to);
    }
}
