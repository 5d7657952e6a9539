//! What a release changes in Cargo's files: the feature of the version, what is on by default, and the crates' number.

use toml_edit::{DocumentMut, Item, Value};

use super::text;
use crate::atomic_write::Change;
use crate::checkout::Checkout;

const WORKSPACE: &str = "Cargo.toml";
const API: &str = "procountor-api/Cargo.toml";
const LOCK: &str = "Cargo.lock";

/// The feature that has every version.
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
            let text = text(checkout, file)?;
            text.parse()
                .map_err(|error| format!("{file} cannot be read: {error}"))
        };
        Ok(Self {
            checkout,
            workspace: parse(WORKSPACE)?,
            api: parse(API)?,
            lock: parse(LOCK)?,
        })
    }

    /// Whether the version is a feature.
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
        number.ok_or_else(|| format!("{WORKSPACE} has no workspace.package.version"))
    }

    /// The number of the release: a new API version moves what is on by default, which Cargo counts as a breaking change.
    pub(super) fn next_number(&self) -> Result<String, String> {
        let number = self.number()?;
        let parts: Option<Vec<u64>> = number.split('.').map(|part| part.parse().ok()).collect();
        match parts.as_deref() {
            Some([0, minor, _]) => Ok(format!("0.{}.0", minor + 1)),
            Some([major, _, _]) => Ok(format!("{}.0.0", major + 1)),
            _ => Err(format!(
                "{WORKSPACE}: `{number}` is not a number such as 1.2.3"
            )),
        }
    }

    /// The files with the version as a feature, on by default, and with the new number.
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
            .ok_or_else(|| format!("{API} has no features"))?;
        let all = features
            .get_mut(ALL)
            .and_then(Item::as_array_mut)
            .ok_or_else(|| format!("{API} has no feature `{ALL}`"))?;
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
            .ok_or_else(|| format!("{API} has no default features"))?;
        let place = default
            .iter()
            .position(|one| one.as_str() == Some(&newest))
            .ok_or_else(|| format!("{API}: `{newest}` is not on by default"))?;
        default.replace(place, new.as_str());
        features.insert(&new, Item::Value(Value::Array(toml_edit::Array::new())));
        if let Some(mut key) = features.key_mut(&new) {
            let decor = key.leaf_decor_mut();
            decor.set_prefix(format!("## API version {version}.\n"));
        }
        // The features of the versions stand together, oldest first; what is behind them stays behind them.
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
            .ok_or_else(|| format!("{WORKSPACE} has no workspace"))?;
        workspace["package"]["version"] = toml_edit::value(number);
        let dependencies = workspace
            .get_mut("dependencies")
            .and_then(Item::as_table_like_mut)
            .ok_or_else(|| format!("{WORKSPACE} has no workspace.dependencies"))?;
        for (_, dependency) in dependencies.iter_mut() {
            if dependency.get("path").is_some() && dependency.get("version").is_some() {
                dependency["version"] = toml_edit::value(number);
            }
        }
        let packages = self
            .lock
            .get_mut("package")
            .and_then(Item::as_array_of_tables_mut)
            .ok_or_else(|| format!("{LOCK} has no packages"))?;
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
