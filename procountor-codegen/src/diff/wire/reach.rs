//! The operations that reach each schema, in requests and in responses.

use std::collections::{BTreeMap, BTreeSet};

use super::{Origins, base};
use crate::diff::change::Breaks;
use crate::model::{Api, Body, Content, Type};

/// The indices of the operations whose requests and responses contain each schema.
#[derive(Debug, Default)]
pub(super) struct Reach<'a> {
    requests: BTreeMap<&'a str, BTreeSet<usize>>,
    responses: BTreeMap<&'a str, BTreeSet<usize>>,
}

impl<'a> Reach<'a> {
    /// Follows the types of these operations.
    pub(super) fn of(
        api: &'a Api,
        origins: &Origins<'a>,
        operations: impl Iterator<Item = usize>,
    ) -> Self {
        let mut reach = Self::default();
        for (index, operation) in operations.enumerate() {
            let operation = &api.operations[operation];
            let sent: Vec<&Type> = match &operation.body {
                Some(Body::Json { ty, .. }) => vec![ty],
                Some(Body::Multipart(parts)) => parts.iter().map(|part| &part.ty).collect(),
                None => Vec::new(),
            };
            for ty in sent {
                follow(api, origins, ty, index, &mut reach.requests);
            }
            for response in &operation.responses {
                if let Content::Json(ty) | Content::Mixed(ty) = &response.content {
                    follow(api, origins, ty, index, &mut reach.responses);
                }
            }
        }
        reach
    }

    /// Returns the programs that use a schema.
    pub(super) fn users(&self, schema: &str) -> Breaks {
        Breaks::of(
            self.responses.contains_key(schema),
            self.requests.contains_key(schema),
        )
    }

    /// Returns the operations that use a schema.
    pub(super) fn operations(&self, schema: &str) -> BTreeSet<usize> {
        let both = [&self.requests, &self.responses];
        both.into_iter()
            .filter_map(|one| one.get(schema))
            .flatten()
            .copied()
            .collect()
    }
}

fn follow<'a>(
    api: &'a Api,
    origins: &Origins<'a>,
    ty: &'a Type,
    operation: usize,
    reach: &mut BTreeMap<&'a str, BTreeSet<usize>>,
) {
    let Type::Schema(name) = ty.leaf() else {
        return;
    };
    let name = base(origins, name);
    if !reach.entry(name).or_default().insert(operation) {
        return;
    }
    let fields = api.schema(name).map(|schema| &schema.fields);
    for field in fields.into_iter().flatten() {
        follow(api, origins, &field.ty, operation, reach);
    }
}
