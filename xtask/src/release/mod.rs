//! `cargo xtask release`: adds a new API version to the repository with one command.
//!
//! All files are computed in memory: document, overlay, lockfile, generated source, feature, crate versions, changelog. Then
//! they are replaced together and the crate is compiled; if that fails, all files are restored.

mod advice;
mod changelog;
mod check;
mod manifests;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use procountor_codegen::diff::{self, Diff, Side};
use procountor_codegen::model::Api;
use procountor_codegen::overlay::{self, Stale};
use procountor_codegen::{Sources, generate, inputs};
use serde_json::Value;

use crate::atomic_write::{Change, inverse, write_all};
use crate::checkout::{Checkout, project_root};
use crate::checkout_lock::CheckoutLock;
use crate::lockfile::Lockfile;
use crate::pull::{self, Document, VENDOR};
use crate::rustfmt;
use crate::source;
use manifests::Manifests;

/// Add an API version to the crate: document, overlay, lockfile, generated source, feature, changelog, crate version.
///
/// Uses the document that `cargo xtask pull` wrote to spec/VERSION, or fetches it. The overlays, policies and descriptions of
/// earlier versions also apply to the new one. An inherited overlay action whose target no longer exists is an error;
/// --drop-stale disables such actions in spec/VERSION/overlay.yaml. The command ends with a list of what to review.
///
/// If there are errors, all of them are listed and no file is changed.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask release 26.05                    use the pulled document, or fetch it
  cargo xtask release 26.05 --from api.json    use a file
  cargo xtask release 26.05 --drop-stale       the vendor fixed errors that an overlay corrected

If the version needs its own corrections, run `cargo xtask pull 26.05`, write spec/26.05/overlay.yaml (also \
policies.yaml, docs.yaml or version.yaml, as needed), and then run `cargo xtask release 26.05`.")]
pub(crate) struct Arguments {
    /// The API version as YY.MM, such as 26.05.
    #[arg(value_parser = pull::version)]
    version: String,
    /// An https URL (http for loopback only) or a file [default: the pulled document, or the vendor's test server].
    #[arg(long, value_name = "URL|FILE")]
    from: Option<String>,
    /// Disable inherited overlay actions whose target does not exist in this version.
    #[arg(long)]
    drop_stale: bool,
    /// Do not compile the crate at the end.
    #[arg(long)]
    skip_checks: bool,
    /// Use another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = project_root())]
    root: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let (checkout, version) = (Checkout(arguments.root.clone()), &arguments.version);
    let _lock = CheckoutLock::acquire(&checkout, "release")?;
    let versions = pull::clean_up(&checkout)?;
    let manifests = Manifests::read(&checkout)?;
    if manifests.has(version) {
        return already_released(&checkout, &versions, arguments);
    }
    let unreleased = versions
        .iter()
        .filter(|one| *one != version && !manifests.has(one));
    if let Some(other) = unreleased.min() {
        return Err(format!(
            "{other} was pulled but not released; run `cargo xtask release {other}` or remove spec/{other}. Nothing was written"
        ));
    }
    let document = document(&checkout, &versions, arguments)?;
    let mut all: Vec<String> = versions;
    if !all.contains(version) {
        all.push(version.clone());
    }
    if all.last() != Some(version) {
        return Err(format!(
            "{version} is older than the newest version, and versions must be added in order; nothing was written"
        ));
    }

    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    if let Some(document) = &document {
        texts.insert(document.file.clone(), document.text.clone());
    }
    let mut sources = read_sources(&checkout, &all, &texts)?;
    let dropped = if arguments.drop_stale {
        let dropped = drop_stale(&sources, version, &mut texts)?;
        sources = read_sources(&checkout, &all, &texts)?;
        dropped
    } else {
        Vec::new()
    };
    let apis = checkout
        .load(&sources)
        .map_err(|errors| refused(&errors, version))?;
    let files = generate(&apis).map_err(|errors| refused(&errors.to_string(), version))?;
    let files = rustfmt::format(files)?;
    let diff = changes(&sources, &apis)?;
    let number = manifests.next_number()?;

    let mut lock = Lockfile::new(sources.iter()).keep_origins(&Lockfile::read(&checkout)?);
    if let Some(document) = &document {
        lock.pin(&document.file, &document.sha256, &document.source);
    }
    let mut plan: Vec<Change> = texts
        .into_iter()
        .map(|(name, text)| Change::write(checkout.path(name), text))
        .collect();
    let expected = source::expected(&checkout, &files, &sources);
    plan.extend(source::changes(&expected, &source::found(&checkout)?));
    plan.extend(manifests.release(version, &number)?);
    plan.push(changelog::change(
        &checkout,
        version,
        &number,
        diff.as_ref(),
    )?);
    plan.push(lock.change(&checkout));
    let written = apply(&checkout, &plan, arguments.skip_checks)?;
    let advice = advice::text(&advice::Release {
        version,
        number: &number,
        written,
        api: apis.last(),
        before: apis.iter().rev().nth(1),
        diff: diff.as_ref(),
        carried: document.as_ref().map_or(0, Document::carried),
        dropped: &dropped,
    });
    // The files are written, so a closed pipe is not an error.
    let _ = write!(std::io::stdout(), "{advice}");
    Ok(())
}

/// Writes the files and compiles the crate, or restores all files. Returns how many files changed.
fn apply(checkout: &Checkout, plan: &[Change], skip_checks: bool) -> Result<usize, String> {
    let restore = inverse(plan).map_err(|error| format!("nothing was written: {error}"))?;
    let written = write_all(plan).map_err(|error| format!("nothing was written: {error}"))?;
    source::remove_empty_folders(checkout);
    if !skip_checks && let Err(error) = check::compiles(checkout) {
        write_all(&restore)
            .map_err(|failure| format!("{error}\nthe files could not be restored: {failure}"))?;
        source::remove_empty_folders(checkout);
        return Err(format!("{error}\nall files were restored"));
    }
    Ok(written)
}

/// Handles a version that is already released: nothing changes, and a different document is an error.
fn already_released(
    checkout: &Checkout,
    versions: &[String],
    arguments: &Arguments,
) -> Result<(), String> {
    if let Some(from) = &arguments.from {
        pull::fetch(checkout, versions, from, Some(&arguments.version), false)?;
    }
    println!(
        "{} is already released; nothing was written",
        arguments.version
    );
    Ok(())
}

/// Fetches the document, unless it was pulled before.
fn document(
    checkout: &Checkout,
    versions: &[String],
    arguments: &Arguments,
) -> Result<Option<Document>, String> {
    let from = match &arguments.from {
        None if versions.contains(&arguments.version) => return Ok(None),
        None => VENDOR,
        Some(from) => from,
    };
    pull::fetch(checkout, versions, from, Some(&arguments.version), false).map(Some)
}

/// Reads the inputs of the versions; `texts` holds the files that are not written yet.
fn read_sources(
    checkout: &Checkout,
    versions: &[String],
    texts: &BTreeMap<String, String>,
) -> Result<Vec<Sources>, String> {
    inputs::collect(versions, |name| match texts.get(name) {
        Some(text) => Ok(Some(text.clone())),
        None => checkout.read(name),
    })
}

/// Adds an overlay to `texts` that disables the stale actions in the new version, and returns these actions.
fn drop_stale(
    sources: &[Sources],
    version: &str,
    texts: &mut BTreeMap<String, String>,
) -> Result<Vec<Stale>, String> {
    let Some(newest) = sources.last() else {
        return Ok(Vec::new());
    };
    let stale = overlay::stale(newest).map_err(|errors| refused(&errors.to_string(), version))?;
    if !stale.is_empty() {
        let own = newest.overlay.as_ref().map(|overlay| overlay.text.as_str());
        let name = format!("spec/{version}/overlay.yaml");
        texts.insert(name, overlay::without(own, version, &stale));
    }
    Ok(stale)
}

fn refused(errors: &str, version: &str) -> String {
    format!(
        "{version} cannot be released; nothing was written\n{errors}\n\
         If an inherited overlay action is stale, use --drop-stale. Otherwise run `cargo xtask pull {version}`, correct the \
         errors with files in spec/{version} (overlay.yaml, policies.yaml), and release it again"
    )
}

/// Compares the newest version with the previous one.
fn changes(sources: &[Sources], apis: &[Api]) -> Result<Option<Diff>, String> {
    let ([.., old, new], [.., before, after]) = (sources, apis) else {
        return Ok(None);
    };
    let parse = |sources: &Sources| -> Result<Value, String> {
        serde_json::from_str(&sources.openapi.text)
            .map_err(|error| format!("{}: {error}", sources.openapi.name))
    };
    let (old, new) = (parse(old)?, parse(new)?);
    let side = |document, api| Side { document, api };
    Ok(Some(diff::diff(side(&old, before), side(&new, after))))
}

/// Reads a file that must exist.
fn read_required(checkout: &Checkout, name: &str) -> Result<String, String> {
    checkout
        .read(name)?
        .ok_or_else(|| format!("{name} does not exist"))
}
