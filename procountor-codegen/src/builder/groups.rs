//! Groups: the vendor's tags.

use heck::ToSnakeCase;
use serde_json::Value;

use super::Builder;
use super::names::{self, TakenNames};
use crate::model::{Api, Group, Operation};

impl Builder<'_> {
    /// Returns the module name of a tag: the overlay's `x-group`, or the tag in snake_case.
    pub(super) fn group_name(&self, tag: &str) -> String {
        let described = self
            .openapi()
            .tags
            .iter()
            .find(|described| described.name == tag);
        let given = described
            .and_then(|tag| tag.extensions.get("x-group"))
            .and_then(Value::as_str);
        given.map_or_else(|| tag.to_snake_case(), str::to_owned)
    }

    /// Returns the groups that have operations, sorted by name.
    pub(super) fn groups(&mut self, operations: &[Operation]) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (_, _, operation) in self.openapi().operations() {
            for tag in &operation.tags {
                let name = self.group_name(tag);
                let used = operations.iter().any(|operation| operation.group == name);
                if used && groups.iter().all(|group| group.name != name) {
                    let facade = names::ty(&name);
                    groups.push(Group {
                        name,
                        tag: tag.clone(),
                        facade,
                        doc: None,
                    });
                }
            }
        }
        for group in groups
            .iter()
            .filter(|group| !names::is_field_name(&group.name))
        {
            self.diagnostics.at(
                self.file,
                "/tags",
                format!("`{}` is not a valid module name", group.name),
                format!("set `x-group` on the tag `{}` in the overlay", group.tag),
            );
        }
        groups.sort_by(|a, b| a.name.cmp(&b.name));
        groups
    }
}

/// Renames the facades whose name another type has: `CompanyOperations`.
pub(super) fn name_facades(api: &mut Api, taken: &TakenNames) {
    for group in &mut api.groups {
        if taken.contains(&group.facade) {
            group.facade.push_str("Operations");
        }
    }
}
