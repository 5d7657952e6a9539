//! `cargo xtask release`: everything that a new API version changes in this repository, in one command.
//!
//! What is to be written is worked out in memory: the document, the overlay, the lock, the generated source, the feature, the
//! crates' number, the changelog. Then all files are exchanged at once, and the compiler has its say; if it says no, they
//! are exchanged back.

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

use crate::alone::alone;
use crate::lock::Lock;
use crate::pull::{self, Document, VENDOR};
use crate::rustfmt;
use crate::source;
use crate::tree::{Tree, here};
use crate::write::{Change, inverse, write_all};
use manifests::Manifests;

/// Make an API version part of the crate: document, overlay, lock, feature, source, changelog and number in one go.
///
/// Takes the document that `cargo xtask pull` left in spec/VERSION, or fetches it. What was said of the version before
/// (overlay, policies, sentences) holds for the new one too. Where an inherited action finds nothing to do any more,
/// nothing is written and each is named; --drop-stale drops them in spec/VERSION/overlay.yaml. It ends by saying what a
/// person should look at.
///
/// When anything is wrong, everything that is wrong is listed, and the tree is as it was.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask release 26.05                    fetch it from the vendor's test server, or take what was pulled
  cargo xtask release 26.05 --from api.json    from a file
  cargo xtask release 26.05 --drop-stale       when the vendor has repaired what we repaired

A version that needs more said about it: `cargo xtask pull 26.05`, write spec/26.05/overlay.yaml (and policies.yaml,
docs.yaml, version.yaml where there is something to say), then `cargo xtask release 26.05`.")]
pub(crate) struct Arguments {
    /// The API version, as year and month: 26.05.
    #[arg(value_parser = pull::version)]
    version: String,
    /// An https address (http only on this machine) or a file. Unless given, what was pulled, else the vendor's test
    /// server.
    #[arg(long, value_name = "URL|FILE")]
    from: Option<String>,
    /// Drop inherited overlay actions that find nothing to do in this version.
    #[arg(long)]
    drop_stale: bool,
    /// Leave out the compiler's check at the end.
    #[arg(long)]
    skip_checks: bool,
    /// Work on another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = here())]
    root: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let (tree, version) = (Tree(arguments.root.clone()), &arguments.version);
    let _alone = alone(&tree, "release")?;
    let versions = pull::tidy(&tree)?;
    let manifests = Manifests::read(&tree)?;
    if manifests.has(version) {
        return released_already(&tree, &versions, arguments);
    }
    let unreleased = versions
        .iter()
        .filter(|one| *one != version && !manifests.has(one));
    if let Some(other) = unreleased.min() {
        return Err(format!(
            "{other} was pulled and is not released: `cargo xtask release {other}`, or remove spec/{other}. Nothing was written"
        ));
    }
    let document = document(&tree, &versions, arguments)?;
    let mut all: Vec<String> = versions;
    if !all.contains(version) {
        all.push(version.clone());
    }
    if all.last() != Some(version) {
        return Err(format!(
            "{version} is older than what is there: versions are added in their order. Nothing was written"
        ));
    }

    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    if let Some(document) = &document {
        texts.insert(document.file.clone(), document.text.clone());
    }
    let mut sources = read(&tree, &all, &texts)?;
    let dropped = if arguments.drop_stale {
        let dropped = drop_stale(&sources, version, &mut texts)?;
        sources = read(&tree, &all, &texts)?;
        dropped
    } else {
        Vec::new()
    };
    let apis = tree
        .load(&sources)
        .map_err(|wrong| refused(&wrong, version))?;
    let files = generate(&apis).map_err(|wrong| refused(&wrong.to_string(), version))?;
    let files = rustfmt::format(files)?;
    let diff = changes(&sources, &apis)?;
    let number = manifests.next_number()?;

    let mut lock = Lock::of(sources.iter()).keep_sources(&Lock::committed(&tree)?);
    if let Some(document) = &document {
        lock.pin(&document.file, &document.sha256, &document.source);
    }
    let mut plan: Vec<Change> = texts
        .into_iter()
        .map(|(name, text)| Change::to(tree.0.join(name), text))
        .collect();
    let expected = source::expected(&tree, &files, &sources);
    plan.extend(source::changes(&expected, &source::found(&tree)?));
    plan.extend(manifests.release(version, &number)?);
    plan.extend(changelog::change(&tree, version, &number, diff.as_ref())?);
    plan.push(lock.change(&tree));
    let back = inverse(&plan).map_err(|error| format!("nothing was written: {error}"))?;
    let written = write_all(&plan).map_err(|error| format!("nothing was written: {error}"))?;
    source::remove_empty_folders(&tree);
    if !arguments.skip_checks
        && let Err(wrong) = check::compiles(&tree)
    {
        write_all(&back)
            .map_err(|error| format!("{wrong}\nand the files cannot be put back: {error}"))?;
        source::remove_empty_folders(&tree);
        return Err(format!("{wrong}\nthe tree is as it was"));
    }
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
    // The work is done, whether or not somebody listens.
    let _ = write!(std::io::stdout(), "{advice}");
    Ok(())
}

/// To release a version again changes nothing, and another document under its number is refused.
fn released_already(tree: &Tree, versions: &[String], arguments: &Arguments) -> Result<(), String> {
    if let Some(from) = &arguments.from {
        pull::fetch(tree, versions, from, Some(&arguments.version), false)?;
    }
    println!(
        "{} is released already; nothing was written",
        arguments.version
    );
    Ok(())
}

/// The document, unless it was pulled before.
fn document(
    tree: &Tree,
    versions: &[String],
    arguments: &Arguments,
) -> Result<Option<Document>, String> {
    let from = match &arguments.from {
        None if versions.contains(&arguments.version) => return Ok(None),
        None => VENDOR,
        Some(from) => from,
    };
    pull::fetch(tree, versions, from, Some(&arguments.version), false).map(Some)
}

/// What the versions are generated from, with texts that are not written yet.
fn read(
    tree: &Tree,
    versions: &[String],
    texts: &BTreeMap<String, String>,
) -> Result<Vec<Sources>, String> {
    inputs::collect(versions, |name| match texts.get(name) {
        Some(text) => Ok(Some(text.clone())),
        None => tree.text(name),
    })
}

/// Has the new version's overlay drop what applies no longer.
fn drop_stale(
    sources: &[Sources],
    version: &str,
    texts: &mut BTreeMap<String, String>,
) -> Result<Vec<Stale>, String> {
    let Some(newest) = sources.last() else {
        return Ok(Vec::new());
    };
    let stale = overlay::stale(newest).map_err(|wrong| refused(&wrong.to_string(), version))?;
    if !stale.is_empty() {
        let own = newest.overlay.as_ref().map(|overlay| overlay.text.as_str());
        let name = format!("spec/{version}/overlay.yaml");
        texts.insert(name, overlay::without(own, version, &stale));
    }
    Ok(stale)
}

fn refused(wrong: &str, version: &str) -> String {
    format!(
        "{version} cannot be released as it is; nothing was written\n{wrong}\n\
         Inherited actions that apply no longer are dropped with --drop-stale. For the rest: `cargo xtask pull {version}`, \
         say in spec/{version} what is to be said, and release it again"
    )
}

/// What changed since the version before.
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

/// A file of the checkout, as text.
fn text(tree: &Tree, name: &str) -> Result<String, String> {
    tree.text(name)?
        .ok_or_else(|| format!("{name} is not there"))
}
