//! The shared decoder, encoder, checker and printer of everything that has named fields.

use std::fmt;

use super::{DecodeError, Filled, Rule, Slot, Unknown, Violations, Wire, deeper, members};

/// What is known of a schema or an endpoint before any value of it exists.
#[derive(Debug)]
pub struct Table {
    /// The name in Rust.
    pub name: &'static str,
    /// One for each slot, in the same order.
    pub columns: &'static [Column],
}

impl Table {
    /// The column of this name, looked for from `hint` on: members mostly come in the order of the specification.
    fn position(&self, name: &str, hint: usize) -> Option<usize> {
        let count = self.columns.len();
        (0..count).map(|offset| (hint + offset) % count).find(|&index| self.columns[index].name == name)
    }
}

/// What is known of a field.
#[derive(Debug)]
pub struct Column {
    /// The name on the wire.
    pub name: &'static str,
    /// Where the field goes.
    pub place: Place,
    /// Whether a request is not valid without it.
    pub required: bool,
    /// Its limits.
    pub rule: Rule,
}

/// Where a field goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
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
pub trait Record {
    /// What is known of its fields.
    fn table(&self) -> &'static Table;

    /// Its fields, in the order of the table.
    fn slots(&self) -> Box<[&dyn Slot]>;

    /// Its fields, in the order of the table, to be filled.
    fn slots_mut(&mut self) -> Box<[&mut dyn Slot]>;

    /// The members that this version does not know.
    fn unknown(&self) -> Option<&Unknown> {
        None
    }

    /// The members that this version does not know.
    fn unknown_mut(&mut self) -> Option<&mut Unknown> {
        None
    }
}

/// A schema of the specification.
pub trait Schema: Wire + Record {
    /// What is known of its fields.
    const TABLE: &'static Table;

    /// A value with no field set, to be filled by the decoder.
    #[doc(hidden)]
    fn blank() -> Self;
}

/// Fills a record from the text of a JSON object.
///
/// # Errors
/// The text is no JSON object, or a field is of another type.
pub fn decode_record(record: &mut dyn Record, json: &str, depth: u8) -> Result<(), DecodeError> {
    let depth = deeper(depth, json)?;
    let table = record.table();
    let mut kept = Vec::new();
    let slots = record.slots_mut();
    let mut hint = 0;
    for (name, value) in members(json)? {
        let Some(index) = table.position(&name, hint) else {
            kept.push((name, value));
            continue;
        };
        hint = index + 1;
        let filled = slots[index].decode(value, depth).map_err(|error| error.in_member(&name))?;
        if filled == Filled::Null {
            kept.push((name, value));
        }
    }
    drop(slots);
    if let Some(unknown) = record.unknown_mut() {
        unknown.extend(kept);
    }
    Ok(())
}

/// Writes a record as a JSON object: the fields that are set, then the members that this version does not know.
pub fn encode_record(record: &dyn Record, out: &mut String) {
    out.push('{');
    let table = record.table();
    let slots = record.slots();
    let mut first = true;
    for (column, slot) in table.columns.iter().zip(&slots) {
        if slot.is_set() {
            separate(out, &mut first, column.name);
            slot.encode(out);
        }
    }
    for (name, value) in record.unknown().into_iter().flat_map(Unknown::iter) {
        // A `null` that came for a known field is kept here until the field gets a value.
        let replaced = table.position(name, 0).is_some_and(|index| slots[index].is_set());
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
pub fn check_record(record: &dyn Record, violations: &mut Violations) {
    for (column, slot) in record.table().columns.iter().zip(&record.slots()) {
        // The body is the document that paths speak of, as in the server's own messages.
        let name = if column.place == Place::Body { "" } else { column.name };
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
pub fn debug_record(record: &dyn Record, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let table = record.table();
    let mut printer = f.debug_struct(table.name);
    for (column, slot) in table.columns.iter().zip(&record.slots()) {
        if slot.is_set() {
            printer.field(column.name, slot.as_debug());
        }
    }
    match record.unknown() {
        Some(unknown) if !unknown.is_empty() => printer.finish_non_exhaustive(),
        _ => printer.finish(),
    }
}
