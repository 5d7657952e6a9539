//! The changes of a release to Cargo.toml and Cargo.lock: the feature of the version, the default features, the crate version.

use toml_edit::{DocumentMut, Item, Value};

use super::read_required;
use crate::atomic_write::Change;
use crate::checkout::Checkout;

const WORKSPACE: &str = "Cargo.toml";
const API: &str = "procountor-api/Cargo.toml";
const LOCK: &str = "Cargo.lock";

/// The feature that enables every version.
const ALL: &str = "all-versions";

pub(super) struct Manifests<'t> {
    checkout: &'t Checkout,
    workspace: DocumentMut,
    api: DocumentMut,
    lock: DocumentMut,
}

impl<'t> Manifests<'t> {
    pub(super) fn read(checkout: &'t Checkout) -> Result<Self, String> {
        let parse = |file: &str| -> Result<DocumentMut, String> {
            let text = read_required(checkout, file)?;
            text.parse()
                .map_err(|error| format!("cannot read {file}: {error}"))
        };
        Ok(Self {
            checkout,
            workspace: parse(WORKSPACE)?,
            api: parse(API)?,
            lock: parse(LOCK)?,
        })
    }

    /// Returns whether the version has a feature.
    pub(super) fn has(&self, version: &str) -> bool {
        let features = self.api.get("features").and_then(Item::as_table);
        features.is_some_and(|features| features.contains_key(&feature(version)))
    }

    fn number(&self) -> Result<&str, String> {
        let package = self
            .workspace
            .get("workspace")
            .and_then(|it| it.get("package"));
        let number = package
            .and_then(|it| it.get("version"))
            .and_then(Item::as_str);
        number.ok_or_else(|| format!("{WORKSPACE} does not contain workspace.package.version"))
    }

    /// Returns the next crate version. A new API version changes the default features, which is a breaking change in Cargo.
    pub(super) fn next_number(&self) -> Result<String, String> {
        let number = self.number()?;
        let parts: Option<Vec<u64>> = number.split('.').map(|part| part.parse().ok()).collect();
        match parts.as_deref() {
            Some([0, minor, _]) => Ok(format!("0.{}.0", minor + 1)),
            Some([major, _, _]) => Ok(format!("{}.0.0", major + 1)),
            _ => Err(format!(
                "{WORKSPACE}: `{number}` is not a version such as 1.2.3"
            )),
        }
    }

    /// Returns the changes that add the version as a default feature and set the crate version.
    pub(super) fn release(mut self, version: &str, number: &str) -> Result<Vec<Change>, String> {
        let old = self.number()?.to_owned();
        self.add_feature(version)?;
        self.set_number(&old, number)?;
        let change = |file: &str, document: &DocumentMut| {
            Change::write(self.checkout.path(file), document.to_string())
        };
        Ok(vec![
            change(WORKSPACE, &self.workspace),
            change(API, &self.api),
            change(LOCK, &self.lock),
        ])
    }

    fn add_feature(&mut self, version: &str) -> Result<(), String> {
        let new = feature(version);
        let features = self
            .api
            .get_mut("features")
            .and_then(Item::as_table_mut)
            .ok_or_else(|| format!("{API} does not contain [features]"))?;
        let all = features
            .get_mut(ALL)
            .and_then(Item::as_array_mut)
            .ok_or_else(|| format!("{API} does not contain the feature `{ALL}`"))?;
        let newest = all
            .iter()
            .filter_map(Value::as_str)
            .max()
            .map(str::to_owned)
            .ok_or_else(|| format!("{API}: the feature `{ALL}` is empty"))?;
        all.push(new.as_str());
        let default = features
            .get_mut("default")
            .and_then(Item::as_array_mut)
            .ok_or_else(|| format!("{API} does not contain default features"))?;
        let place = default
            .iter()
            .position(|one| one.as_str() == Some(&newest))
            .ok_or_else(|| format!("{API}: `{newest}` is not a default feature"))?;
        default.replace(place, new.as_str());
        features.insert(&new, Item::Value(Value::Array(toml_edit::Array::new())));
        if let Some(mut key) = features.key_mut(&new) {
            let decor = key.leaf_decor_mut();
            decor.set_prefix(format!("## API version {version}.\n"));
        }
        // Keeps the version features together, oldest first, and the other features after them.
        let order: Vec<String> = features.iter().map(|(name, _)| name.to_owned()).collect();
        let rank = |name: &str| {
            let name = if name == new { newest.as_str() } else { name };
            order.iter().position(|one| one == name)
        };
        features.sort_values_by(|a, _, b, _| {
            let key = |name: &toml_edit::Key| (rank(name.get()), name.get() == new);
            key(a).cmp(&key(b))
        });
        Ok(())
    }

    fn set_number(&mut self, old: &str, number: &str) -> Result<(), String> {
        let workspace = self
            .workspace
            .get_mut("workspace")
            .ok_or_else(|| format!("{WORKSPACE} does not contain [workspace]"))?;
        workspace["package"]["version"] = toml_edit::value(number);
        let dependencies = workspace
            .get_mut("dependencies")
            .and_then(Item::as_table_like_mut)
            .ok_or_else(|| format!("{WORKSPACE} does not contain workspace.dependencies"))?;
        for (_, dependency) in dependencies.iter_mut() {
            if dependency.get("path").is_some() && dependency.get("version").is_some() {
                dependency["version"] = toml_edit::value(number);
            }
        }
        let packages = self
            .lock
            .get_mut("package")
            .and_then(Item::as_array_of_tables_mut)
            .ok_or_else(|| format!("{LOCK} does not contain packages"))?;
        for package in packages.iter_mut() {
            let ours = package.get("source").is_none();
            if ours && package.get("version").and_then(Item::as_str) == Some(old) {
                package["version"] = toml_edit::value(number);
            }
        }
        Ok(())
    }
}

/// `v2604`
fn feature(version: &str) -> String {
    format!("v{}", version.replace('.', ""))
}
