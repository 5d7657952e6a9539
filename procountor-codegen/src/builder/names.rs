//! The rules that turn wire names into Rust names, and the names that are taken.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::diagnostic::Diagnostics;
use crate::model::Api;

/// Keywords that cannot be raw identifiers.
const NEVER_RAW: [&str; 4] = ["crate", "self", "super", "Self"];

/// Names of the runtime and of Rust that the generated source uses. A type of the same name would shadow them.
const RESERVED: &str = "\
    BTreeMap Batch Binary Box Boxed Call Client Clone Copy Date DateTime Debug Decimal \
    Default Drop Eq Err FileUpload Fn From Into IntoIterator Iterator Json M2m Mixed None \
    OnBehalf Ok Option Ord PartialEq Patch Result Schema Secret Send Some String Sync \
    ToOwned ToString TryFrom TryInto Unknown Vec";

/// Returns the name of a field: `invoice_id` for `invoiceId`.
pub(super) fn field(wire: &str) -> String {
    let name = wire.to_snake_case();
    if NEVER_RAW.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// Returns the name of a variant: `NotSent` for `NOT_SENT`. Punctuation is spelled out, since two values can differ in
/// nothing else.
pub(super) fn variant(wire: &str) -> String {
    if wire.is_empty() {
        return "Empty".to_owned();
    }
    let mut words = String::new();
    for letter in wire.chars() {
        match letter {
            letter if letter.is_alphanumeric() => words.push(letter),
            '_' | '-' | ' ' => words.push('_'),
            ',' => words.push_str("_comma_"),
            '.' => words.push_str("_dot_"),
            '/' => words.push_str("_slash_"),
            '%' => words.push_str("_percent_"),
            '+' => words.push_str("_plus_"),
            other => words.push_str(&format!("_u{:x}_", u32::from(other))),
        }
    }
    let name = words.to_upper_camel_case();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("Value{name}")
    } else if NEVER_RAW.contains(&name.as_str()) || name == "Unrecognized" {
        // The macro adds a variant `Unrecognized`.
        format!("{name}Value")
    } else {
        name
    }
}

/// Returns the wire value that the macro derives from the name of a variant.
pub(crate) fn wire_of_variant(variant: &str) -> String {
    variant.to_shouty_snake_case()
}

/// Returns the name of a type: `ReceiptStatus` for `receiptStatus`.
pub(super) fn ty(wire: &str) -> String {
    wire.to_upper_camel_case()
}

/// Returns the singular of a list's name: `payerType` for `payerTypes`, but `receiptStatus` for `receiptStatus`.
pub(super) fn singular(list: &str) -> &str {
    let stem = list.strip_suffix('s').unwrap_or(list);
    if stem.ends_with(['s', 'u', 'i']) {
        list
    } else {
        stem
    }
}

/// Returns whether this is a valid name of a type or variant. Acronyms stay as the vendor writes them.
pub(super) fn is_type_name(name: &str) -> bool {
    let upper = name.starts_with(|first: char| first.is_uppercase());
    upper && !name.contains('_') && name != "Self" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Returns whether this is a valid name of a field or module, with `r#` if it is a keyword.
pub(super) fn is_field_name(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(&format!("r#{name}")).is_ok()
}

/// The names of types that are taken, each with a description of its owner.
#[derive(Debug)]
pub(super) struct TakenNames(BTreeMap<String, &'static str>);

/// The description of a name's owner, and the remedy for a name that is taken or invalid.
type Owner = (&'static str, &'static str);

const SCHEMA: Owner = ("a schema", "set `x-rust-name` on the schema");
const REQUIRED: Owner = (
    "the required fields of a schema",
    "set `x-rust-name` on the schema",
);
const ID: Owner = ("an id", "use another `x-rust-id`");
const OPERATION: Owner = ("an operation", "set another `operationId` in the overlay");
const ENUM: Owner = ("an enum", "set `x-rust-enum` on the enum");

impl TakenNames {
    /// Collects the names of all types except enums and facades, which can take other names.
    pub(super) fn new(api: &Api, file: &str, diagnostics: &mut Diagnostics) -> Self {
        let marker = (version_marker(&api.version), "the version's marker");
        let reserved = RESERVED.split(' ');
        let reserved = reserved.map(|name| (name.to_owned(), "an item of the runtime"));
        let mut taken = Self(reserved.chain([marker]).collect());
        for schema in &api.schemas {
            taken.add(&schema.name, SCHEMA, file, diagnostics);
            if schema.fields.iter().any(|field| field.required) {
                let name = format!("{}Required", schema.name);
                taken.add(&name, REQUIRED, file, diagnostics);
            }
        }
        for id in &api.ids {
            taken.add(&id.name, ID, file, diagnostics);
        }
        let ids = api.operations.iter().flat_map(|operation| {
            let batch = operation.batch.as_ref().map(|batch| &batch.id);
            std::iter::once(&operation.id).chain(batch)
        });
        // Duplicate ids have been reported already.
        for id in ids.collect::<BTreeSet<_>>() {
            taken.add(&ty(id), OPERATION, file, diagnostics);
        }
        taken
    }

    /// Adds the names of the enums.
    pub(super) fn add_enums(&mut self, api: &Api, file: &str, diagnostics: &mut Diagnostics) {
        for enumeration in &api.enums {
            self.add(&enumeration.name, ENUM, file, diagnostics);
        }
    }

    /// Returns whether a name is taken.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn add(&mut self, name: &str, owner: Owner, file: &str, diagnostics: &mut Diagnostics) {
        let (owner, help) = owner;
        if !is_type_name(name) {
            let message = format!("`{name}`, {owner}, is not a valid type name");
            diagnostics.file(file, message, help);
        }
        if let Some(other) = self.0.insert(name.to_owned(), owner) {
            let message = format!("`{name}` is the name of {other} and of {owner}");
            diagnostics.file(file, message, help);
        }
    }
}

/// Returns the name of a version's marker type: `V2604` for `26.04`.
pub(crate) fn version_marker(version: &str) -> String {
    format!("V{}", version.replace('.', ""))
}
