//! Many versions as one set of definitions. Definitions that are equal in everything that they name are one definition, with
//! the set of the versions that have it. The emitter writes the catalogue as Rust source.

mod endpoint;
mod equivalence;
mod name_stability;
mod unavailable;
mod version_set;

use std::collections::HashMap;

pub use endpoint::Endpoint;
pub(crate) use endpoint::{Field, Target, endpoints};
pub(crate) use equivalence::{Key, Kind, endpoint_names, schema_names};
pub use version_set::VersionSet;

use crate::diagnostic::Diagnostics;
use crate::model::{Api, Enum, Field as Member, Id, Operation, Schema};
use equivalence::Class;

/// The definitions of several versions.
#[derive(Clone, Debug)]
pub struct Catalogue<'a> {
    /// The versions, oldest first.
    pub versions: &'a [Api],
    /// The typed ids, by name.
    pub ids: Vec<Definition<Id>>,
    /// The enums, by name.
    pub enums: Vec<Definition<Enum>>,
    /// The schemas, by name.
    pub schemas: Vec<Definition<Schema>>,
    /// The endpoints, in the order in which they first appear.
    pub endpoints: Vec<Definition<Endpoint>>,
    /// The oldest version that has the definition which a version knows by a name.
    origins: HashMap<(usize, Key), usize>,
}

/// A definition that one or more versions have.
///
/// Its place and the order of its parts are those of the oldest version, so that a release does not move it. Its
/// documentation and its deprecation are those of the newest version.
#[derive(Clone, Debug)]
pub struct Definition<T> {
    /// The definition.
    pub item: T,
    /// The versions that have it.
    pub versions: VersionSet,
    /// Whether other versions have another definition of this name.
    pub has_other_forms: bool,
}

/// Builds the catalogue of these versions, which are given oldest first.
///
/// # Errors
///
/// Returns an error if a name means one thing in one version and another in a later one.
pub fn build(versions: &[Api]) -> Result<Catalogue<'_>, Diagnostics> {
    name_stability::check(versions)?;
    let classes = equivalence::classes(versions);
    let all: Vec<Vec<Endpoint>> = versions.iter().map(endpoints).collect();
    let endpoint = |version: usize, id: &str| {
        let found = all[version].iter().find(|one| one.id() == id);
        found.cloned()
    };
    let ends = |set: &VersionSet| (&versions[set.first()], &versions[set.last()]);
    let mut ids = definitions(&classes, Kind::Id, |set, name| {
        ends(set).1.id(name).cloned()
    });
    let mut enums = definitions(&classes, Kind::Enum, |set, name| {
        let (oldest, newest) = ends(set);
        Some(Enum {
            values: oldest.enumeration(name)?.values.clone(),
            ..newest.enumeration(name)?.clone()
        })
    });
    let mut schemas = definitions(&classes, Kind::Schema, |set, name| {
        let (oldest, newest) = ends(set);
        Some(worded(oldest.schema(name)?, newest.schema(name)?))
    });
    let endpoints = definitions(&classes, Kind::Endpoint, |set, id| {
        let (oldest, newest) = (endpoint(set.first(), id)?, endpoint(set.last(), id)?);
        Some(Endpoint {
            deprecated_since: deprecated_since(versions, set, &newest.operation),
            operation: Operation {
                group: oldest.operation.group,
                ..newest.operation
            },
            ..oldest
        })
    });
    ids.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    enums.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    schemas.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    let origins = classes.iter().flat_map(|class| {
        let versions = class.versions.iter();
        versions.map(|version| ((*version, class.key.clone()), class.versions[0]))
    });
    Ok(Catalogue {
        versions,
        ids,
        enums,
        schemas,
        endpoints,
        origins: origins.collect(),
    })
}

/// Returns the definitions of one kind.
fn definitions<T>(
    classes: &[Class],
    kind: Kind,
    item: impl Fn(&VersionSet, &str) -> Option<T>,
) -> Vec<Definition<T>> {
    let mut forms: HashMap<&str, usize> = HashMap::new();
    let classes = classes.iter().filter(|class| class.key.0 == kind);
    for class in classes.clone() {
        *forms.entry(&class.key.1).or_default() += 1;
    }
    let definition = |class: &Class| {
        let (name, versions) = (&class.key.1, VersionSet::of(class.versions.iter().copied()));
        Some(Definition {
            item: item(&versions, name)?,
            has_other_forms: forms[name.as_str()] > 1,
            versions,
        })
    };
    classes.filter_map(definition).collect()
}

/// Returns the schema as the oldest version has it, with the words of the newest.
fn worded(oldest: &Schema, newest: &Schema) -> Schema {
    let field = |old: &Member| {
        let newest = newest.fields.iter().find(|one| one.wire == old.wire);
        newest.unwrap_or(old).clone()
    };
    Schema {
        fields: oldest.fields.iter().map(field).collect(),
        group: oldest.group.clone(),
        ..newest.clone()
    }
}

/// Returns the version since which an operation has been deprecated in these versions without a break.
fn deprecated_since(versions: &[Api], set: &VersionSet, operation: &Operation) -> Option<String> {
    let own: Vec<usize> = set.iter().collect();
    let deprecated = |index: &&usize| {
        let operation = versions[**index].operation(&operation.id);
        operation.is_some_and(|operation| operation.deprecated.is_some())
    };
    let since = own.iter().rev().take_while(deprecated).last()?;
    Some(versions[*since].version.clone())
}

impl Catalogue<'_> {
    /// Returns the oldest version that has the definition which this version knows by this name.
    pub(crate) fn origin(&self, version: usize, kind: Kind, name: &str) -> usize {
        let key = (version, (kind, name.to_owned()));
        self.origins.get(&key).copied().unwrap_or(version)
    }

    /// Returns the endpoint of this id in a version.
    pub(crate) fn endpoint(&self, version: usize, id: &str) -> Option<&Definition<Endpoint>> {
        let mut endpoints = self.endpoints.iter();
        endpoints.find(|one| one.item.id() == id && one.versions.contains(version))
    }

    /// Returns the versions of every definition.
    pub fn version_sets(&self) -> impl Iterator<Item = &VersionSet> {
        fn of<T>(definitions: &[Definition<T>]) -> impl Iterator<Item = &VersionSet> {
            definitions.iter().map(|one| &one.versions)
        }
        of(&self.ids)
            .chain(of(&self.enums))
            .chain(of(&self.schemas))
            .chain(of(&self.endpoints))
    }
}
