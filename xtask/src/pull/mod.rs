//! `cargo xtask pull`: fetches an API document, checks it, reduces it to facts and pins it.
//!
//! Everything is fetched, checked and reduced in memory. Then the files are exchanged, the document first and the lock
//! last: whatever kills this between the two, `codegen` sees a document that is not the pinned one, and the next pull
//! finds the document there and pins it.

mod fetch;
mod report;

use std::fs;
use std::path::PathBuf;

use procountor_codegen::facts::{self, Carried, Json};
use serde_json::Value;

use crate::alone::alone;
use crate::lock::{Lock, sha256};
use crate::tree::{Tree, here};
use crate::write::{Change, sweep, write_all};
use fetch::{Limits, Origin};
use report::{Report, Status};

/// Fetch an API document, check it, reduce it to facts, and pin it in spec/.
///
/// What comes must be an OpenAPI 3.0 document of the Procountor API. Its sentences are the vendor's and are taken out;
/// the facts go to spec/VERSION/openapi.json, and their hash and origin to spec/lock.yaml. Facts that stand in sentences
/// only are carried over from the version before; the command names them, and the operations that nobody has read yet.
///
/// When anything is wrong, everything that is wrong is listed and nothing is written. To pull what is there already
/// changes nothing.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask pull                                   the newest version, from the vendor's test server
  cargo xtask pull 26.05                             the same, but only if it is 26.05
  cargo xtask pull 24.06 --from ~/Downloads/old.json a document whose own version is not a number such as 24.06
  cargo xtask pull --with-prose                      also the vendor's sentences, for your own use

Then: `cargo xtask diff OLD NEW` tells what changed, `cargo xtask release VERSION` makes it a version of the crate.")]
pub(crate) struct Arguments {
    /// The API version, as year and month: 26.04. Without it, the document's own.
    #[arg(value_parser = version)]
    version: Option<String>,
    /// An https address (http only on this machine) or a file.
    #[arg(
        long,
        value_name = "URL|FILE",
        default_value = "https://pts-api.procountor.com/api/openapi.json"
    )]
    from: String,
    /// Also write the vendor's sentences to spec/VERSION/prose.yaml, which git ignores.
    #[arg(long)]
    with_prose: bool,
    /// Take a document that differs from the one that is there. The vendor does publish a version again.
    #[arg(long)]
    replace: bool,
    /// End with one line of JSON.
    #[arg(long)]
    json: bool,
    /// Work on another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = here())]
    root: PathBuf,
}

fn version(text: &str) -> Result<String, String> {
    match facts::is_version(text) {
        true => Ok(text.to_owned()),
        false => Err("a version is year and month, such as 26.04".to_owned()),
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let tree = Tree(arguments.root.clone());
    let spec = tree.0.join("spec");
    if !spec.is_dir() {
        return Err(format!(
            "{} has no folder `spec`: is it a checkout of this repository?",
            tree.0.display()
        ));
    }
    let _alone = alone(&tree, "pull")?;
    let versions = tidy(&tree)?;
    let lock = Lock::committed(&tree)?;
    let origin = Origin::parse(&arguments.from)?;
    let bytes = origin.fetch(&Limits::default())?;
    let name = origin.name();
    let incoming = facts::read(&name, &bytes, arguments.version.as_deref())
        .map_err(|diagnostics| format!("nothing was written\n{diagnostics}"))?;
    let version = incoming.version;
    let prose = facts::prose(&incoming.json);
    let there = committed(&tree, &version, arguments.replace)?;
    let newest = versions.last().filter(|newest| **newest > version);
    if let Some(newest) = newest
        && !versions.contains(&version)
    {
        return Err(format!(
            "{version} is older than {newest}, which is there: versions are added in their order. Nothing was written"
        ));
    }
    let base = base(&tree, &versions, &version, there)?;
    let mut document = facts::reduce(incoming.json, &version);
    let carried = fill(&mut document, base.as_ref())?;
    let text = document.to_text().map_err(|error| error.to_string())?;

    let file = format!("spec/{version}/openapi.json");
    let path = tree.0.join(&file);
    let on_disk = fs::read(&path).ok();
    let same = on_disk.as_deref() == Some(text.as_bytes());
    if on_disk.is_some() && !same && !arguments.replace {
        return Err(report::refusal(&file, base.as_ref(), &document));
    }
    let status = match (&on_disk, same) {
        (None, _) => Status::New,
        (Some(_), true) => Status::Unchanged,
        (Some(_), false) => Status::Replaced,
    };
    let sha256 = sha256(&text);
    let was_pinned = lock.sha256(&file) == Some(&sha256);
    let mut changes = Vec::new();
    let mut pinned = lock;
    if !(same && was_pinned) {
        pinned.pin(&file, &sha256, &name);
        changes.push(Change::to(path, text));
    }
    let with_prose = arguments.with_prose && !prose.is_empty();
    if with_prose {
        let path = tree.0.join(format!("spec/{version}/prose.yaml"));
        let text = prose.to_yaml().map_err(|error| error.to_string())?;
        let head = format!(
            "# The vendor's sentences about {version}, for your own use; not ours to publish.\n"
        );
        changes.push(Change::to(path, head + &text));
    }
    if !(same && was_pinned) {
        changes.push(pinned.change(&tree));
    }
    write_all(&changes).map_err(|error| format!("nothing was written: {error}"))?;

    let report = Report {
        source: pinned.source(&file).unwrap_or(&name).to_owned(),
        version,
        file,
        sha256,
        status,
        was_pinned,
        document,
        base,
        carried,
        prose: arguments.with_prose.then(|| prose.len()),
    };
    if arguments.json {
        println!("{}", report.to_json());
    } else {
        report.print();
    }
    Ok(())
}

/// Removes what a killed pull left, and says which versions there are, oldest first.
fn tidy(tree: &Tree) -> Result<Vec<String>, String> {
    let spec = tree.0.join("spec");
    let cannot = |error: std::io::Error| format!("spec cannot be read: {error}");
    sweep(&spec).map_err(cannot)?;
    let mut versions = Vec::new();
    for entry in fs::read_dir(&spec).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !facts::is_version(&name) || !path.is_dir() {
            continue;
        }
        sweep(&path).map_err(cannot)?;
        if path.join("openapi.json").exists() {
            versions.push(name.into_owned());
        } else {
            // Only an empty folder goes.
            let _ = fs::remove_dir(&path);
        }
    }
    versions.sort();
    Ok(versions)
}

/// A version whose sentences have been read: its facts are carried over.
struct Base {
    version: String,
    value: Value,
    json: Json,
}

/// What is there of a version, if it can be read.
fn committed(tree: &Tree, version: &str, replace: bool) -> Result<Option<Base>, String> {
    let file = format!("spec/{version}/openapi.json");
    let path = tree.0.join(&file);
    if !path.exists() {
        return Ok(None);
    }
    let cannot = |error: String| format!("{file} cannot be read: {error}");
    let bytes = fs::read(path).map_err(|error| cannot(error.to_string()))?;
    let read = serde_json::from_slice(&bytes)
        .and_then(|value| Ok((value, serde_json::from_slice::<Json>(&bytes)?)));
    match read {
        Ok((value, json)) => Ok(Some(Base {
            version: version.to_owned(),
            value,
            json,
        })),
        Err(_) if replace => Ok(None),
        Err(error) => {
            let error = cannot(error.to_string());
            Err(format!(
                "{error}; restore it, or add --replace. Nothing was written"
            ))
        }
    }
}

/// The version itself if it is there, since somebody has read its sentences; else the newest before it.
fn base(
    tree: &Tree,
    versions: &[String],
    version: &str,
    there: Option<Base>,
) -> Result<Option<Base>, String> {
    let older = versions.iter().rev().find(|older| older.as_str() < version);
    match (there, older) {
        (None, Some(older)) => committed(tree, older, false),
        (there, _) => Ok(there),
    }
}

/// Gives a document that comes straight from the vendor the facts that stand in sentences. One that carries any is taken
/// as it is, since somebody has written them.
fn fill(document: &mut Json, base: Option<&Base>) -> Result<Option<Vec<Carried>>, String> {
    let text = document.to_text().map_err(|error| error.to_string())?;
    let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if facts::has_facts(&value) {
        return Ok(None);
    }
    facts::mark_two_factor(document);
    Ok(Some(base.map_or_else(Vec::new, |base| {
        facts::carry(document, &base.value)
    })))
}
