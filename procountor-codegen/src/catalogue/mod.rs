//! Many versions as one set of definitions: what is equal in all that it reaches is one definition, with the versions that
//! have it. This is what the emitter writes.

mod lifetime;
mod moves;
mod shape;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub use lifetime::Lifetime;
pub(crate) use shape::{Key, Kind, endpoint_names, name, schema_names};

use crate::diagnostic::Diagnostics;
use crate::model::{Api, Deprecation, Enum, Group, Id, Operation, Schema};

/// The definitions of some versions.
#[derive(Clone, Debug)]
pub struct Catalogue<'a> {
    /// The versions, oldest first.
    pub versions: &'a [Api],
    /// Typed ids.
    pub ids: Vec<Definition<Id>>,
    /// Enums.
    pub enums: Vec<Definition<Enum>>,
    /// Schemas.
    pub schemas: Vec<Definition<Schema>>,
    /// Endpoints.
    pub endpoints: Vec<Definition<Endpoint>>,
    /// The groups of the client.
    pub facades: Vec<Definition<Facade>>,
    /// Which versions have the definition that a version knows by this name.
    lifetimes: HashMap<(usize, Key), Lifetime>,
}

/// Something that one or more versions have, with the words and the order of the newest of them. What belongs to one group
/// stays where the oldest of them has it, so that files do not change with every release.
#[derive(Clone, Debug)]
pub struct Definition<T> {
    /// What it is.
    pub item: T,
    /// The versions that have it.
    pub lifetime: Lifetime,
    /// Whether other versions have something else of this name.
    pub has_other_forms: bool,
}

/// An operation as a type: one that takes several ids is two of them.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The operation.
    pub operation: Operation,
    /// Whether this is the one that takes several ids.
    pub batch: bool,
    /// Since which version it has been deprecated without a break.
    pub deprecated_since: Option<String>,
    /// Parameters that may be left out, and that other forms of it have, with the versions that do.
    pub lacks: Vec<(String, Lifetime)>,
}

impl Endpoint {
    /// The id of the endpoint, in lowerCamelCase.
    pub fn id(&self) -> &str {
        match &self.operation.batch {
            Some(batch) if self.batch => &batch.id,
            _ => &self.operation.id,
        }
    }
}

/// The methods of a group.
#[derive(Clone, Debug)]
pub struct Facade {
    /// The group.
    pub group: Group,
    /// What it offers.
    pub endpoints: Vec<Endpoint>,
    /// What the group offers in other versions only.
    pub absent: Vec<Absent>,
}

/// An endpoint that other versions have.
#[derive(Clone, Debug)]
pub struct Absent {
    /// Its id.
    pub id: String,
    /// How many arguments its method takes.
    pub arguments: usize,
    /// The versions that have it.
    pub lifetime: Lifetime,
}

/// The endpoints of a version.
pub(crate) fn endpoints(api: &Api) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for operation in &api.operations {
        let endpoint = |batch| Endpoint {
            operation: operation.clone(),
            batch,
            deprecated_since: None,
            lacks: Vec::new(),
        };
        endpoints.push(endpoint(false));
        if operation.batch.is_some() {
            endpoints.push(endpoint(true));
        }
    }
    endpoints
}

/// The definitions of these versions, which are given oldest first.
///
/// # Errors
/// A name means one thing in one version and another in the next.
pub fn build(versions: &[Api]) -> Result<Catalogue<'_>, Diagnostics> {
    moves::check(versions)?;
    let classes = shape::classes(versions);
    let mut forms: HashMap<&Key, usize> = HashMap::new();
    for (key, _) in &classes.members {
        *forms.entry(key).or_default() += 1;
    }
    let all: Vec<Vec<Endpoint>> = versions.iter().map(endpoints).collect();
    let mut catalogue = Catalogue {
        versions,
        ids: Vec::new(),
        enums: Vec::new(),
        schemas: Vec::new(),
        endpoints: Vec::new(),
        facades: Vec::new(),
        lifetimes: HashMap::new(),
    };
    // Endpoints come before the facades that offer them.
    let mut defined: HashMap<usize, Endpoint> = HashMap::new();
    for (class, (key @ (kind, name), members)) in classes.members.iter().enumerate() {
        let lifetime = Lifetime::of(members.iter().copied());
        let (oldest, newest) = (&versions[lifetime.first()], &versions[lifetime.last()]);
        let has_other_forms = forms.get(key).is_some_and(|count| *count > 1);
        match kind {
            Kind::Id => catalogue.ids.extend(newest.id(name).map(|id| Definition {
                item: id.clone(),
                lifetime,
                has_other_forms,
            })),
            Kind::Enum => catalogue
                .enums
                .extend(newest.enumeration(name).map(|one| Definition {
                    item: one.clone(),
                    lifetime,
                    has_other_forms,
                })),
            Kind::Schema => {
                catalogue
                    .schemas
                    .extend(newest.schema(name).map(|schema| Definition {
                        item: Schema {
                            group: oldest.schema(name).and_then(|one| one.group.clone()),
                            ..schema.clone()
                        },
                        lifetime,
                        has_other_forms,
                    }))
            }
            Kind::Endpoint => {
                let found = all[lifetime.last()].iter().find(|one| one.id() == name);
                let found = found.map(|endpoint| dated(endpoint, versions, lifetime));
                defined.extend(found.clone().map(|endpoint| (class, endpoint)));
                catalogue.endpoints.extend(found.map(|item| Definition {
                    item,
                    lifetime,
                    has_other_forms,
                }));
            }
            Kind::Facade => {
                let found = newest.groups.iter().find(|group| group.name == *name);
                let newest = lifetime.last();
                let offered = all[newest]
                    .iter()
                    .filter(|one| one.operation.group == *name)
                    .filter_map(|one| {
                        let key = (Kind::Endpoint, one.id().to_owned());
                        defined.get(classes.of.get(&(newest, key))?).cloned()
                    });
                catalogue.facades.extend(found.map(|group| Definition {
                    item: Facade {
                        group: group.clone(),
                        endpoints: offered.collect(),
                        absent: Vec::new(),
                    },
                    lifetime,
                    has_other_forms,
                }));
            }
        }
    }
    catalogue.lifetimes = classes
        .of
        .into_iter()
        .map(|(place, class)| {
            let members = classes.members[class].1.iter();
            (place, Lifetime::of(members.copied()))
        })
        .collect();
    catalogue.sort();
    catalogue.note_absent(&all);
    catalogue.note_lacks();
    Ok(catalogue)
}

/// The endpoint, with the version since which it has been deprecated.
fn dated(endpoint: &Endpoint, versions: &[Api], lifetime: Lifetime) -> Endpoint {
    let deprecated = |index: &usize| {
        let operation = versions[*index].operation(&endpoint.operation.id);
        operation.is_some_and(|operation| operation.deprecated.is_some())
    };
    let own: Vec<usize> = lifetime.versions().collect();
    let since = own
        .iter()
        .rev()
        .take_while(|index| deprecated(index))
        .last();
    Endpoint {
        deprecated_since: since.map(|index| versions[*index].version.clone()),
        ..endpoint.clone()
    }
}

impl Catalogue<'_> {
    /// The versions that have what `version` knows by this name.
    pub(crate) fn lifetime(&self, version: usize, key: &Key) -> Option<Lifetime> {
        self.lifetimes.get(&(version, key.clone())).copied()
    }

    /// The module of what lives this long.
    pub(crate) fn module(&self, lifetime: Lifetime) -> String {
        lifetime.module(self.versions)
    }

    /// The type that stands for it.
    pub(crate) fn ty(&self, lifetime: Lifetime) -> String {
        lifetime.ty(self.versions)
    }

    /// How long the definitions live, each length once, in the order of their modules.
    pub fn spans(&self) -> BTreeSet<Lifetime> {
        let ids = self.ids.iter().map(|one| one.lifetime);
        ids.chain(self.enums.iter().map(|one| one.lifetime))
            .chain(self.schemas.iter().map(|one| one.lifetime))
            .chain(self.endpoints.iter().map(|one| one.lifetime))
            .chain(self.facades.iter().map(|one| one.lifetime))
            .collect()
    }

    /// Every set of versions that is spoken of.
    pub(crate) fn spoken_of(&self) -> BTreeSet<Lifetime> {
        let absent = self
            .facades
            .iter()
            .flat_map(|facade| &facade.item.absent)
            .map(|absent| absent.lifetime);
        let lacks = self
            .endpoints
            .iter()
            .flat_map(|endpoint| &endpoint.item.lacks)
            .map(|(_, lifetime)| *lifetime);
        let groups = self.groups().into_values();
        self.spans()
            .into_iter()
            .chain(absent)
            .chain(lacks)
            .chain(groups)
            .collect()
    }

    /// Every group, and the versions that have it.
    pub(crate) fn groups(&self) -> BTreeMap<&str, Lifetime> {
        let mut groups: BTreeMap<&str, Lifetime> = BTreeMap::new();
        for facade in &self.facades {
            let all = groups
                .entry(&facade.item.group.name)
                .or_insert(facade.lifetime);
            *all = all.and(facade.lifetime);
        }
        groups
    }

    fn sort(&mut self) {
        self.ids.sort_by(|a, b| a.item.name.cmp(&b.item.name));
        self.enums.sort_by(|a, b| a.item.name.cmp(&b.item.name));
        self.schemas.sort_by(|a, b| a.item.name.cmp(&b.item.name));
    }

    /// Notes in each group what it offers in other versions only.
    fn note_absent(&mut self, all: &[Vec<Endpoint>]) {
        let mut offers: BTreeMap<&str, BTreeMap<String, Absent>> = BTreeMap::new();
        let endpoints = all.iter().enumerate();
        for (version, endpoint) in
            endpoints.flat_map(|(version, all)| all.iter().map(move |one| (version, one)))
        {
            let own = Lifetime::of([version]);
            let offer = offers
                .entry(&endpoint.operation.group)
                .or_default()
                .entry(endpoint.id().to_owned());
            let offer = offer.or_insert_with(|| Absent {
                id: endpoint.id().to_owned(),
                arguments: 0,
                lifetime: own,
            });
            offer.lifetime = offer.lifetime.and(own);
            offer.arguments = endpoint.fields().iter().filter(|one| one.required).count();
        }
        for facade in &mut self.facades {
            let here = |id: &str| {
                let mut versions = facade.lifetime.versions();
                versions.any(|version| all[version].iter().any(|one| one.id() == id))
            };
            let offers = offers.get(facade.item.group.name.as_str());
            let absent = offers.into_iter().flat_map(BTreeMap::values);
            facade.item.absent = absent.filter(|one| !here(&one.id)).cloned().collect();
        }
    }

    /// Notes in each endpoint the parameters that only other forms of it have.
    fn note_lacks(&mut self) {
        let mut settable: BTreeMap<String, BTreeMap<String, Lifetime>> = BTreeMap::new();
        for endpoint in &self.endpoints {
            let names = settable.entry(endpoint.item.id().to_owned()).or_default();
            for field in endpoint.item.fields() {
                let all = names.entry(field.name).or_insert(endpoint.lifetime);
                *all = all.and(endpoint.lifetime);
            }
        }
        for endpoint in &mut self.endpoints {
            let own: BTreeSet<String> = endpoint
                .item
                .fields()
                .into_iter()
                .map(|field| field.name)
                .collect();
            let known = settable.get(endpoint.item.id()).into_iter().flatten();
            endpoint.item.lacks = known
                .filter(|(name, _)| !own.contains(*name))
                .map(|(name, lifetime)| (name.clone(), *lifetime))
                .collect();
        }
    }
}

impl Endpoint {
    /// What the vendor has announced.
    pub(crate) fn deprecation(&self) -> Option<String> {
        let since = self.deprecated_since.as_ref()?;
        let removal = match &self.operation.deprecated {
            Some(Deprecation {
                removal: Some(removal),
            }) => format!(", to be removed in {removal}"),
            _ => String::new(),
        };
        Some(format!("deprecated by the vendor since {since}{removal}"))
    }
}
