//! The features of the published crate: which there are, and which are API versions.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;

use crate::tree::here;

/// The crate that people use.
pub(crate) const PACKAGE: &str = "procountor-api";

/// The feature that every program needs to reach a server.
pub(crate) const TLS: &str = "rustls";

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    features: BTreeMap<String, Vec<String>>,
}

/// The features that are API versions, oldest first: `v2604`.
pub(crate) fn versions() -> Result<Vec<String>, String> {
    let names = all()?.into_keys();
    Ok(names.filter(|name| is_version(name)).collect())
}

/// Sets of features to compile the crate with: none, each version alone, every other feature alone.
pub(crate) fn sets() -> Result<Vec<String>, String> {
    let names = all()?.into_keys().map(|name| match is_version(&name) {
        true => format!("{name},{TLS}"),
        false => name,
    });
    Ok([String::new()].into_iter().chain(names).collect())
}

fn is_version(name: &str) -> bool {
    name.strip_prefix('v')
        .is_some_and(|rest| rest.len() == 4 && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Cargo knows how its files are read.
fn all() -> Result<BTreeMap<String, Vec<String>>, String> {
    let mut command = Command::new(env!("CARGO"));
    let output = command
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(here())
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("cargo cannot read the workspace: {said}"));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("what cargo says of the workspace cannot be read: {error}"))?;
    let mut packages = metadata.packages.into_iter();
    match packages.find(|package| package.name == PACKAGE) {
        Some(package) => Ok(package.features),
        None => Err(format!("the workspace has no package {PACKAGE}")),
    }
}
