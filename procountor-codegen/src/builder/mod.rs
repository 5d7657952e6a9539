//! Builds the model from a document: the last place where the types of `openapiv3` are seen. Nothing is skipped; what
//! the model cannot express is a diagnostic with its pointer.

mod answers;
mod bodies;
mod enums;
mod groups;
mod ids;
mod names;
mod operations;
mod paging;
mod schemas;
mod types;
mod usage;

use std::collections::BTreeMap;

use openapiv3::{Components, OpenAPI};

use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::model::{Api, Lifecycle, Type};

pub(crate) use names::{version_marker, wire_of_variant};

/// What is known while the model is being built.
struct Builder<'d> {
    file: &'d str,
    document: &'d Document,
    /// The Rust names of the schemas that are objects, by the vendor's names.
    objects: BTreeMap<String, String>,
    ids: ids::Ids,
    enums: enums::Enums,
    /// The schemas that a reference is being followed through.
    following: Vec<String>,
    diagnostics: Diagnostics,
}

/// Builds the model. The policies are those of an operation nothing is known of, until the rules are applied.
pub fn build(document: &Document) -> Result<Api, Diagnostics> {
    let mut diagnostics = Diagnostics::default();
    let ids = ids::Ids::collect(&document.value, &document.file, &mut diagnostics);
    let mut builder = Builder {
        file: &document.file,
        document,
        objects: BTreeMap::new(),
        ids,
        enums: enums::Enums::default(),
        following: Vec::new(),
        diagnostics,
    };
    builder.objects = builder.name_objects();
    let schemas = builder.schemas();
    let (operations, errors) = builder.operations();
    let groups = builder.groups(&operations);
    let Builder {
        file,
        ids,
        enums,
        mut diagnostics,
        ..
    } = builder;

    let mut api = Api {
        version: document.openapi.info.version.clone(),
        lifecycle: Lifecycle::default(),
        groups,
        operations,
        schemas,
        enums: Vec::new(),
        ids: ids.finish(),
    };
    usage::patch_schemas(&mut api);
    let mut taken = names::Taken::new(&api, file, &mut diagnostics);
    api.enums = enums.finish(&taken, file, &mut diagnostics);
    taken.add_enums(&api, file, &mut diagnostics);
    name_enums(&mut api);
    groups::name_facades(&mut api, &taken);
    usage::record(&mut api, &errors);
    paging::infer(&mut api, file, &mut diagnostics);
    api.enums.sort_by(|a, b| a.name.cmp(&b.name));
    diagnostics.or_value(api)
}

impl<'d> Builder<'d> {
    fn openapi(&self) -> &'d OpenAPI {
        &self.document.openapi
    }

    fn components(&self) -> Option<&'d Components> {
        self.openapi().components.as_ref()
    }
}

/// Puts names where the enums have had numbers.
fn name_enums(api: &mut Api) {
    let names: Vec<String> = api
        .enums
        .iter()
        .map(|enumeration| enumeration.name.clone())
        .collect();
    api.each_type(|ty| {
        if let Type::Enum(name) = ty.leaf_mut() {
            let number = name.parse::<usize>().ok();
            if let Some(known) = number.and_then(|number| names.get(number)) {
                name.clone_from(known);
            }
        }
    });
}
