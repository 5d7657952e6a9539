//! Sets the sentences of the documentation, from `spec/docs.yaml` and from the `docs.yaml` of each version. A sentence about
//! an item that no version has is an error. Types without a sentence get a generic one.

use indexmap::IndexMap;
use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::inputs::{Source, Sources, UsageTracker};
use crate::model::{Api, Operation, Schema, Type, path_key};

/// The sentences of a file, by the items that they describe.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Docs {
    /// By name.
    groups: Section,
    /// By `METHOD /path`, which precedes the sentence.
    operations: Section,
    /// By the vendor's name or by the name in Rust.
    schemas: Section,
    /// By either name of the schema and the wire name: `Invoice.notes`.
    fields: Section,
    /// By operation and wire name: `GET /invoices status`.
    parameters: Section,
    /// By name in Rust.
    enums: Section,
    /// By name in Rust.
    ids: Section,
}

type Section = IndexMap<String, String>;

impl Docs {
    fn sections(self) -> [(&'static str, Section); 7] {
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

/// Sets the sentences of the model.
pub(crate) fn apply(
    api: &mut Api,
    sources: &Sources,
    usage: &mut UsageTracker,
) -> Result<(), Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let mut sentences = Sentences::default();
    // Later sentences replace earlier ones.
    if let Some(source) = &sources.prose {
        sentences.read(source, Author::Vendor, &mut diagnostics);
    }
    for source in &sources.docs {
        sentences.read(source, Author::Project, &mut diagnostics);
    }
    sentences.apply(api);
    sentences.note_use(usage);
    add_generic(api);
    diagnostics.or_value(())
}

/// Returns the operations without a sentence, as `GET /invoices`.
pub fn undocumented(api: &Api) -> Vec<String> {
    let without = api
        .operations
        .iter()
        .filter(|operation| operation.doc.is_none());
    without
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect()
}

/// The author of a sentence. The vendor's can have any length, and can describe items that an overlay removes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Author {
    Project,
    Vendor,
}

/// A sentence with its origin.
struct Sentence<'s> {
    author: Author,
    file: &'s str,
    key: String,
    text: String,
}

/// The sentences about one item, of which the last one applies.
#[derive(Default)]
struct Candidates<'s> {
    sentences: Vec<Sentence<'s>>,
    used: bool,
}

/// All sentences, by section and key.
#[derive(Default)]
struct Sentences<'s>(IndexMap<(&'static str, String), Candidates<'s>>);

impl<'s> Sentences<'s> {
    fn read(&mut self, source: &'s Source, author: Author, diagnostics: &mut Diagnostics) {
        let docs: Docs = match serde_yaml::from_str(&source.text) {
            Ok(docs) => docs,
            Err(error) => {
                diagnostics.file(
                    &source.name,
                    format!("this is not a file of sentences ({error})"),
                    "use the keys `groups`, `operations`, `schemas`, `fields`, `parameters`, `enums` and `ids`; each is optional",
                );
                return;
            }
        };
        let file = source.name.as_str();
        for (section, sentences) in docs.sections() {
            for (key, text) in sentences {
                let text = text.trim().to_owned();
                let ours = author == Author::Project;
                if ours && (text.is_empty() || !text.ends_with('.') || text.contains('\n')) {
                    diagnostics.file(
                        file,
                        format!("`{section}`: `{key}` is not one sentence"),
                        "write one line that ends with a period",
                    );
                }
                let candidates = self
                    .0
                    .entry((section, lookup_key(section, &key)))
                    .or_default();
                if let Some(other) = candidates
                    .sentences
                    .last()
                    .filter(|other| other.file == file)
                {
                    diagnostics.file(
                        file,
                        format!(
                            "`{section}`: `{}` and `{key}` describe the same item",
                            other.key
                        ),
                        "remove one of them",
                    );
                }
                candidates.sentences.push(Sentence {
                    author,
                    file,
                    key,
                    text,
                });
            }
        }
    }

    fn apply(&mut self, api: &mut Api) {
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
        let candidates = self.0.get_mut(&(section, lookup_key(section, key)))?;
        candidates.used = true;
        candidates
            .sentences
            .last()
            .map(|sentence| sentence.text.clone())
    }

    fn note_use(self, usage: &mut UsageTracker) {
        for ((section, _), candidates) in self.0 {
            for sentence in candidates.sentences {
                if sentence.author == Author::Vendor {
                    continue;
                }
                let problem = Diagnostic {
                    file: sentence.file.to_owned(),
                    pointer: None,
                    message: format!("`{section}`: `{}` does not exist", sentence.key),
                    help: "correct the name, or remove the sentence".to_owned(),
                };
                usage.note_use(candidates.used, problem);
            }
        }
    }
}

/// Returns the key for comparisons. Paths are reduced to their identity across versions.
fn lookup_key(section: &str, key: &str) -> String {
    let path = match section {
        "operations" | "parameters" => key.split(' ').nth(1),
        _ => None,
    };
    path.map_or_else(
        || key.to_owned(),
        |path| key.replacen(path, &path_key(path), 1),
    )
}

/// Adds a generic sentence to types that do not have one.
fn add_generic(api: &mut Api) {
    for schema in &mut api.schemas {
        let vendor = &schema.vendor;
        schema.doc.get_or_insert_with(|| {
            if schema.patch {
                format!("Changes of the API's `{vendor}`: what is kept, cleared and set.")
            } else {
                format!("The API's `{vendor}`.")
            }
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
        let sentence = first_use(api, &api.enums[index].name);
        api.enums[index].doc.get_or_insert(sentence);
    }
}

/// Returns a sentence that names the first field or parameter of an enum.
fn first_use(api: &Api, name: &str) -> String {
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
