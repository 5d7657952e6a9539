//! Builds the model from a document. This is the last module that uses the types of `openapiv3`. Everything that the model
//! cannot express is reported with its JSON pointer; nothing is skipped.

mod bodies;
mod enums;
mod groups;
mod ids;
mod names;
mod operations;
mod paging;
mod responses;
mod schemas;
mod types;
mod usage;

use std::collections::BTreeMap;

use openapiv3::{Components, OpenAPI};

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::model::{Api, Lifecycle, Type};

pub(crate) use names::{version_marker, wire_of_variant};

/// The state of one build.
struct Builder<'d> {
    file: &'d str,
    document: &'d Document,
    /// The Rust names of the schemas that are objects, by the vendor's names.
    objects: BTreeMap<String, String>,
    ids: ids::Ids,
    enums: enums::Enums,
    /// The schemas whose references are being followed.
    following: Vec<String>,
    diagnostics: Diagnostics,
}

/// Builds the model. Lifecycle, policies and sentences are added later.
///
/// # Errors
///
/// Returns everything in the document that the model cannot express.
pub fn build(document: &Document) -> Result<Api, Diagnostics> {
    let file = &document.file;
    let mut diagnostics = Diagnostics::default();
    let mut builder = Builder {
        file,
        document,
        objects: BTreeMap::new(),
        ids: ids::Ids::collect(&document.value, file, &mut diagnostics),
        enums: enums::Enums::default(),
        following: Vec::new(),
        diagnostics,
    };
    builder.objects = builder.name_objects();

    // The name of an enum depends on every place that uses its values, so the document is read twice.
    let (draft, _) = builder.read();
    let mut diagnostics = std::mem::take(&mut builder.diagnostics);
    let mut taken = names::TakenNames::new(&draft, file, &mut diagnostics);
    builder.enums.assign_names(&taken);
    let (mut api, errors) = builder.read();

    api.enums = builder.enums.finish(file, &mut diagnostics);
    taken.add_enums(&api, file, &mut diagnostics);
    groups::name_facades(&mut api, &taken);
    usage::record(&mut api, &errors);
    paging::infer(&mut api, file, &mut diagnostics);
    api.enums.sort_by(|a, b| a.name.cmp(&b.name));
    diagnostics.or_value(api)
}

impl<'d> Builder<'d> {
    /// Reads the document. Returns the model without its enums, and the types of each operation's error responses.
    fn read(&mut self) -> (Api, Vec<Vec<Type>>) {
        let schemas = self.schemas();
        let (operations, errors) = self.operations();
        let mut api = Api {
            version: self.openapi().info.version.clone(),
            lifecycle: Lifecycle::default(),
            groups: self.groups(&operations),
            operations,
            schemas,
            enums: Vec::new(),
            ids: self.ids.to_list(),
        };
        usage::patch_schemas(&mut api);
        (api, errors)
    }

    fn openapi(&self) -> &'d OpenAPI {
        &self.document.openapi
    }

    fn components(&self) -> Option<&'d Components> {
        self.openapi().components.as_ref()
    }
}
