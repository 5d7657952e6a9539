//! Our own sentences, from `spec/docs.yaml` and those that a version brought. The vendor's prose is not in the repository.
//! A sentence about something that no version has is an error; where a type has none, a neutral one is made.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::layers::{Shared, Source, Sources};
use crate::model::{self, Api, Operation, Schema, Type};

/// The sentences, by what they are about.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Docs {
    /// By group.
    groups: Sentences,
    /// By `METHOD /path`; the rest of a sentence that begins with it.
    operations: Sentences,
    /// By the vendor's name, or by the name in Rust, which stays when the vendor's changes.
    schemas: Sentences,
    /// By one of the schema's names and the wire name: `Invoice.notes`.
    fields: Sentences,
    /// By operation and wire name: `GET /invoices status`.
    parameters: Sentences,
    /// By name in Rust.
    enums: Sentences,
    /// By name in Rust.
    ids: Sentences,
}

type Sentences = IndexMap<String, String>;

impl Docs {
    fn sections(self) -> [(&'static str, Sentences); 7] {
        [
            ("groups", self.groups),
            ("operations", self.operations),
            ("schemas", self.schemas),
            ("fields", self.fields),
            ("parameters", self.parameters),
            ("enums", self.enums),
            ("ids", self.ids),
        ]
    }
}

/// Puts the sentences into the model.
pub(crate) fn apply(
    api: &mut Api,
    sources: &Sources,
    shared: &mut Shared,
) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let mut writer = Writer::default();
    // The last sentence counts.
    if let Some(source) = &sources.prose {
        writer.read(source, Whose::Vendors, &mut diagnostics);
    }
    for source in &sources.docs {
        writer.read(source, Whose::Ours, &mut diagnostics);
    }
    writer.write(api);
    writer.note_use(shared);
    make_neutral(api);
    diagnostics.or_value(())
}

/// The operations without a sentence of ours, as `GET /invoices`. Their documentation says nothing else.
pub fn unexplained(api: &Api) -> Vec<String> {
    let without = api
        .operations
        .iter()
        .filter(|operation| operation.doc.is_none());
    without
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect()
}

/// Whose sentences these are. What the vendor writes may be long, and about something that the overlay takes out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ours,
    Vendors,
}

/// A sentence, and where it stands.
struct Sentence<'s> {
    whose: Whose,
    file: &'s str,
    key: String,
    text: String,
}

/// What is said about one thing; the last sentence counts.
#[derive(Default)]
struct Said<'s> {
    sentences: Vec<Sentence<'s>>,
    used: bool,
}

/// Hands out the sentences, and remembers which have found their place.
#[derive(Default)]
struct Writer<'s>(IndexMap<(&'static str, String), Said<'s>>);

impl<'s> Writer<'s> {
    fn read(&mut self, source: &'s Source, whose: Whose, diagnostics: &mut Diagnostics) {
        let docs: Docs = match serde_yaml::from_str(&source.text) {
            Ok(docs) => docs,
            Err(error) => {
                diagnostics.file(
                    &source.name,
                    format!("these are no sentences ({error})"),
                    "write `groups`, `operations`, `schemas`, `fields`, `parameters`, `enums` and `ids`",
                );
                return;
            }
        };
        let file = source.name.as_str();
        for (section, sentences) in docs.sections() {
            for (key, text) in sentences {
                let text = text.trim().to_owned();
                let ours = whose == Whose::Ours;
                if ours && (text.is_empty() || !text.ends_with('.') || text.contains('\n')) {
                    diagnostics.file(
                        file,
                        format!("`{section}`: `{key}` is not one sentence"),
                        "write one line that ends with a period",
                    );
                }
                let said = self.0.entry((section, same(section, &key))).or_default();
                if let Some(other) = said.sentences.last().filter(|other| other.file == file) {
                    diagnostics.file(
                        file,
                        format!("`{section}`: `{}` and `{key}` are the same", other.key),
                        "remove one of them",
                    );
                }
                said.sentences.push(Sentence {
                    whose,
                    file,
                    key,
                    text,
                });
            }
        }
    }

    fn write(&mut self, api: &mut Api) {
        for group in &mut api.groups {
            group.doc = self.take("groups", &group.name);
        }
        for operation in &mut api.operations {
            self.operation(operation);
        }
        for schema in &mut api.schemas {
            self.schema(schema);
        }
        for enumeration in &mut api.enums {
            enumeration.doc = self.take("enums", &enumeration.name);
        }
        for id in &mut api.ids {
            id.doc = self.take("ids", &id.name);
        }
    }

    fn operation(&mut self, operation: &mut Operation) {
        let name = format!("{} {}", operation.method, operation.path);
        for parameter in &mut operation.parameters {
            parameter.doc = self.take("parameters", &format!("{name} {}", parameter.wire));
        }
        operation.doc = self.take("operations", &name);
    }

    fn schema(&mut self, schema: &mut Schema) {
        let names = if schema.patch || schema.name == schema.vendor {
            vec![&schema.vendor]
        } else {
            vec![&schema.vendor, &schema.name]
        };
        let sentence = names.iter().find_map(|name| self.take("schemas", name));
        schema.doc = sentence.filter(|_| !schema.patch);
        for field in &mut schema.fields {
            field.doc = names
                .iter()
                .find_map(|name| self.take("fields", &format!("{name}.{}", field.wire)));
        }
    }

    fn take(&mut self, section: &'static str, key: &str) -> Option<String> {
        let said = self.0.get_mut(&(section, same(section, key)))?;
        said.used = true;
        said.sentences.last().map(|sentence| sentence.text.clone())
    }

    fn note_use(self, shared: &mut Shared) {
        for ((section, _), said) in self.0 {
            for sentence in said.sentences {
                if sentence.whose == Whose::Vendors {
                    continue;
                }
                let complaint = Diagnostic {
                    file: sentence.file.to_owned(),
                    pointer: None,
                    message: format!("`{section}`: there is no `{}`", sentence.key),
                    help: "correct the name, or remove the sentence".to_owned(),
                };
                shared.note_use(said.used, complaint);
            }
        }
    }
}

/// What a key is compared by: of an operation, what identifies it in all versions.
fn same(section: &str, key: &str) -> String {
    let path = match section {
        "operations" | "parameters" => key.split(' ').nth(1),
        _ => None,
    };
    path.map_or_else(
        || key.to_owned(),
        |path| key.replacen(path, &model::path_key(path), 1),
    )
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
