//! Our own sentences, from `spec/docs.yaml`. The vendor's prose is not in the repository. A sentence about something
//! that does not exist is an error, and so is an operation without one; where a type has none, a neutral one is made.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::Source;
use crate::diagnostic::Diagnostics;
use crate::model::{Api, Operation, Schema, Type};

/// The sentences, by what they are about.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Docs {
    /// By group.
    groups: Sentences,
    /// By `METHOD /path`; the rest of a sentence that begins with it.
    operations: Sentences,
    /// By the vendor's name.
    schemas: Sentences,
    /// By the vendor's name of the schema and the wire name: `Invoice.notes`.
    fields: Sentences,
    /// By operation and wire name: `GET /invoices status`.
    parameters: Sentences,
    /// By name in Rust.
    enums: Sentences,
    /// By name in Rust.
    ids: Sentences,
}

type Sentences = IndexMap<String, String>;

/// Puts the sentences into the model.
pub fn apply(api: &mut Api, source: Option<&Source>) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    if let Some(source) = source {
        let docs: Docs = match serde_yaml::from_str(&source.text) {
            Ok(docs) => docs,
            Err(error) => {
                diagnostics.file(
                    &source.name,
                    format!("these are no sentences ({error})"),
                    "write `groups`, `operations`, `schemas`, `fields`, `parameters`, `enums` and `ids`",
                );
                return Err(diagnostics);
            }
        };
        let mut writer = Writer {
            docs: &docs,
            used: BTreeSet::new(),
            file: &source.name,
            diagnostics: &mut diagnostics,
        };
        writer.write(api);
    }
    make_neutral(api);
    diagnostics.or_value(())
}

/// Hands out the sentences, and remembers which have found their place.
struct Writer<'d> {
    docs: &'d Docs,
    used: BTreeSet<(&'static str, String)>,
    file: &'d str,
    diagnostics: &'d mut Diagnostics,
}

impl<'d> Writer<'d> {
    fn write(&mut self, api: &mut Api) {
        let docs = self.docs;
        for group in &mut api.groups {
            group.doc = self.take("groups", &docs.groups, group.name.clone());
        }
        for operation in &mut api.operations {
            self.operation(operation);
        }
        for schema in &mut api.schemas {
            self.schema(schema);
        }
        for enumeration in &mut api.enums {
            enumeration.doc = self.take("enums", &docs.enums, enumeration.name.clone());
        }
        for id in &mut api.ids {
            id.doc = self.take("ids", &docs.ids, id.name.clone());
        }
        self.complain_of_unused();
    }

    fn operation(&mut self, operation: &mut Operation) {
        let docs = self.docs;
        let name = format!("{} {}", operation.method, operation.path);
        for parameter in &mut operation.parameters {
            parameter.doc = self.take(
                "parameters",
                &docs.parameters,
                format!("{name} {}", parameter.wire),
            );
        }
        operation.doc = self.take("operations", &docs.operations, name.clone());
        if operation.doc.is_none() {
            let message = format!("`{name}` has no sentence");
            self.diagnostics
                .file(self.file, message, "say under `operations` what it does");
        }
    }

    fn schema(&mut self, schema: &mut Schema) {
        let docs = self.docs;
        let sentence = self.take("schemas", &docs.schemas, schema.vendor.clone());
        schema.doc = sentence.filter(|_| !schema.patch);
        for field in &mut schema.fields {
            field.doc = self.take(
                "fields",
                &docs.fields,
                format!("{}.{}", schema.vendor, field.wire),
            );
        }
    }

    fn take(
        &mut self,
        section: &'static str,
        sentences: &'d Sentences,
        key: String,
    ) -> Option<String> {
        let sentence = sentences.get(&key)?.trim().to_owned();
        if sentence.is_empty() || !sentence.ends_with('.') || sentence.contains('\n') {
            let message = format!("`{section}`: `{key}` is not one sentence");
            self.diagnostics
                .file(self.file, message, "write one line that ends with a period");
        }
        self.used.insert((section, key));
        Some(sentence)
    }

    fn complain_of_unused(&mut self) {
        let docs = self.docs;
        let sections = [
            ("groups", &docs.groups),
            ("operations", &docs.operations),
            ("schemas", &docs.schemas),
            ("fields", &docs.fields),
            ("parameters", &docs.parameters),
            ("enums", &docs.enums),
            ("ids", &docs.ids),
        ];
        for (section, sentences) in sections {
            for key in sentences
                .keys()
                .filter(|key| !self.used.contains(&(section, (*key).clone())))
            {
                let message = format!("`{section}`: there is no `{key}`");
                self.diagnostics.file(
                    self.file,
                    message,
                    "correct the name, or remove the sentence",
                );
            }
        }
    }
}

/// Types without a sentence of ours say at least whose they are.
fn make_neutral(api: &mut Api) {
    for schema in &mut api.schemas {
        schema.doc.get_or_insert_with(|| match schema.patch {
            true => format!(
                "Changes of the API's `{}`: what is kept, cleared and set.",
                schema.vendor
            ),
            false => format!("The API's `{}`.", schema.vendor),
        });
    }
    for id in &mut api.ids {
        let words = heck::AsSnakeCase(&id.name).to_string().replace('_', " ");
        let resource = words
            .strip_suffix(" id")
            .or_else(|| words.strip_suffix(" uuid"))
            .unwrap_or(&words);
        let article = if resource.starts_with(['a', 'e', 'i', 'o']) {
            "an"
        } else {
            "a"
        };
        id.doc
            .get_or_insert_with(|| format!("Identifies {article} {resource}."));
    }
    for index in 0..api.enums.len() {
        let place = place_of(api, &api.enums[index].name);
        api.enums[index].doc.get_or_insert(place);
    }
}

/// Where an enum is met first.
fn place_of(api: &Api, name: &str) -> String {
    let holds = |ty: &Type| matches!(ty.leaf(), Type::Enum(held) if held == name);
    let fields = api
        .schemas
        .iter()
        .flat_map(|schema| schema.fields.iter().map(move |field| (schema, field)));
    if let Some((schema, field)) = fields.into_iter().find(|(_, field)| holds(&field.ty)) {
        return format!("Values of `{}.{}`.", schema.vendor, field.wire);
    }
    let parameters = api
        .operations
        .iter()
        .flat_map(|one| one.parameters.iter().map(move |parameter| (one, parameter)));
    match parameters
        .into_iter()
        .find(|(_, parameter)| holds(&parameter.ty))
    {
        Some((one, parameter)) => format!(
            "Values of `{}` in `{} {}`.",
            parameter.wire, one.method, one.path
        ),
        None => format!("The API's `{name}`."),
    }
}
