//! Groups, operations and parameters that some versions have and others do not.

use std::collections::BTreeMap;

use super::{Catalogue, Definition, Endpoint, VersionSet, endpoints};

/// An operation that a version lacks.
#[derive(Clone, Debug)]
pub(crate) struct MissingOperation {
    /// The id of the endpoint.
    pub(crate) id: String,
    /// The names of the arguments that its method takes.
    pub(crate) arguments: Vec<String>,
    /// The versions that have it.
    pub(crate) versions: VersionSet,
}

impl Catalogue<'_> {
    /// Returns the groups that the version lacks, and the versions that have them.
    pub(crate) fn missing_groups(&self, version: usize) -> BTreeMap<&str, VersionSet> {
        let mut groups: BTreeMap<&str, VersionSet> = BTreeMap::new();
        for (index, api) in self.versions.iter().enumerate() {
            for group in &api.groups {
                add(&mut groups, &group.name, &VersionSet::of([index]));
            }
        }
        groups.retain(|_, versions| !versions.contains(version));
        groups
    }

    /// Returns the operations that a group of the version has in other versions only, by id.
    pub(crate) fn missing_operations(&self, version: usize, group: &str) -> Vec<MissingOperation> {
        let mut found: BTreeMap<String, MissingOperation> = BTreeMap::new();
        for (index, api) in self.versions.iter().enumerate() {
            let endpoints = endpoints(api).into_iter();
            for endpoint in endpoints.filter(|one| one.operation.group == group) {
                let own = VersionSet::of([index]);
                let missing = MissingOperation {
                    id: endpoint.id().to_owned(),
                    arguments: endpoint.arguments(),
                    versions: match found.get(endpoint.id()) {
                        Some(older) => older.versions.union(&own),
                        None => own,
                    },
                };
                found.insert(missing.id.clone(), missing);
            }
        }
        for endpoint in endpoints(&self.versions[version]) {
            found.remove(endpoint.id());
        }
        found.into_values().collect()
    }

    /// Returns the parameters that only other forms of an endpoint have, by name, and the versions that have them.
    pub(crate) fn missing_parameters(
        &self,
        endpoint: &Definition<Endpoint>,
    ) -> BTreeMap<String, VersionSet> {
        let mut parameters = BTreeMap::new();
        let forms = self.endpoints.iter();
        for form in forms.filter(|form| form.item.id() == endpoint.item.id()) {
            for field in form.item.fields() {
                add(&mut parameters, field.name, &form.versions);
            }
        }
        for field in endpoint.item.fields() {
            parameters.remove(&field.name);
        }
        parameters
    }
}

/// Adds versions to those that have something of this name.
fn add<K: Ord>(all: &mut BTreeMap<K, VersionSet>, name: K, versions: &VersionSet) {
    let known = all.entry(name).or_insert_with(|| versions.clone());
    *known = known.union(versions);
}
