//! `cargo xtask pull`: fetches an API document, checks it, reduces it to facts and pins it.
//!
//! Everything is fetched, checked and reduced in memory. Then the files are exchanged, the document first and the lock
//! last: whatever kills this between the two, `codegen` sees a document that is not the pinned one, and the next pull
//! finds the document there and pins it.

mod fetch;
mod report;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use procountor_codegen::facts::{self, Incoming, InheritedFact, Json, Prose};
use serde_json::Value;

use crate::alone::alone;
use crate::lock::{Lock, sha256};
use crate::tree::{Tree, here};
use crate::write::{Change, sweep, write_all};
use fetch::{Limits, Origin};
use report::{Report, Status};

/// Where the vendor has the newest document.
pub(crate) const VENDOR: &str = "https://pts-api.procountor.com/api/openapi.json";

const PROSE_HEAD: &str =
    "# The vendor's sentences, for your own use. They are not ours to publish.\n";

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
  cargo xtask pull                the newest version, from the vendor's test server
  cargo xtask pull 26.05          the same, but only if it is 26.05
  cargo xtask pull 24.06 --from old.json
                                  a document that does not call itself 24.06, but 1.0.0
  cargo xtask pull --with-prose   also the vendor's sentences, for your own use

Then: `cargo xtask diff OLD NEW` tells what changed, `cargo xtask release VERSION` makes it a version of the crate.")]
pub(crate) struct Arguments {
    /// The API version, as year and month: 26.04. Without it, the document's own.
    #[arg(value_parser = version)]
    version: Option<String>,
    /// An https address (http only on this machine) or a file.
    #[arg(
        long,
        value_name = "URL|FILE",
        default_value = VENDOR
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

pub(crate) fn version(text: &str) -> Result<String, String> {
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
    let wanted = arguments.version.as_deref();
    let document = fetch(&tree, &versions, &arguments.from, wanted, arguments.replace)?;
    let report = place(&tree, lock, arguments.with_prose, document)?;
    let said = match arguments.json {
        true => report.to_json(),
        false => report.to_text(),
    };
    // The work is done, whether or not somebody listens.
    let _ = writeln!(std::io::stdout(), "{said}");
    Ok(())
}

/// A document that was fetched, checked and reduced, and may go to its place.
pub(crate) struct Document {
    pub(crate) version: String,
    /// Its place: `spec/26.04/openapi.json`.
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) sha256: String,
    /// Where it came from.
    pub(crate) source: String,
    status: Status,
    facts: Json,
    base: Option<Base>,
    filled: Option<Filled>,
    prose: Prose,
}

impl Document {
    /// The facts that it got from the version before, since the vendor has them in sentences only.
    pub(crate) fn carried(&self) -> usize {
        self.filled
            .as_ref()
            .map_or(0, |filled| filled.carried.len())
    }
}

/// Fetches a document, and refuses one that cannot take its place. Nothing is written.
pub(crate) fn fetch(
    tree: &Tree,
    versions: &[String],
    from: &str,
    wanted: Option<&str>,
    replace: bool,
) -> Result<Document, String> {
    let origin = Origin::parse(from)?;
    let bytes = origin.fetch(&Limits::default())?;
    let source = origin.name();
    let Incoming { version, json } = facts::read(&source, &bytes, wanted)
        .map_err(|diagnostics| format!("nothing was written\n{diagnostics}"))?;
    if let Some(newest) = versions.last()
        && *newest > version
        && !versions.contains(&version)
    {
        return Err(format!(
            "{version} is older than {newest}, which is there: versions are added in their order. Nothing was written"
        ));
    }
    let prose = facts::prose(&json);
    let base = base(tree, versions, &version, replace)?;
    let mut reduced = facts::strip_prose(json, &version);
    let filled = fill(&mut reduced, base.as_ref())?;
    let text = reduced.to_text().map_err(|error| error.to_string())?;
    let file = format!("spec/{version}/openapi.json");
    let status = match fs::read(tree.0.join(&file)) {
        Ok(found) if found == text.as_bytes() => Status::Unchanged,
        Ok(_) if replace => Status::Replaced,
        Ok(_) => return Err(report::refusal(&file, base.as_ref(), &reduced)),
        Err(_) => Status::New,
    };
    Ok(Document {
        sha256: sha256(&text),
        version,
        file,
        text,
        source,
        status,
        facts: reduced,
        base,
        filled,
        prose,
    })
}

/// Puts the document where it belongs.
fn place(
    tree: &Tree,
    mut lock: Lock,
    with_prose: bool,
    document: Document,
) -> Result<Report, String> {
    let Document { version, file, .. } = &document;
    let was_pinned = lock.sha256(file) == Some(&document.sha256);
    let mut changes = vec![Change::to(tree.0.join(file), document.text.clone())];
    if with_prose && !document.prose.is_empty() {
        let path = tree.0.join(format!("spec/{version}/prose.yaml"));
        let text = document
            .prose
            .to_yaml()
            .map_err(|error| error.to_string())?;
        changes.push(Change::to(path, format!("{PROSE_HEAD}{text}")));
    }
    if !was_pinned {
        lock.pin(file, &document.sha256, &document.source);
        changes.push(lock.change(tree));
    }
    write_all(&changes).map_err(|error| format!("nothing was written: {error}"))?;
    Ok(Report {
        source: lock.source(file).unwrap_or(&document.source).to_owned(),
        was_pinned,
        prose: with_prose.then(|| document.prose.len()),
        version: document.version,
        file: document.file,
        sha256: document.sha256,
        status: document.status,
        document: document.facts,
        base: document.base,
        filled: document.filled,
    })
}

/// Removes what a killed pull left, and says which versions there are, oldest first.
pub(crate) fn tidy(tree: &Tree) -> Result<Vec<String>, String> {
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

/// The version itself if it is there, since somebody has read its sentences; else the newest before it.
fn base(
    tree: &Tree,
    versions: &[String],
    version: &str,
    replace: bool,
) -> Result<Option<Base>, String> {
    let mut candidates = versions.iter().rev().filter(|one| one.as_str() <= version);
    let Some(newest) = candidates.next() else {
        return Ok(None);
    };
    match (committed(tree, newest), candidates.next()) {
        (Ok(base), _) => Ok(Some(base)),
        // What is to be replaced need not be readable.
        (Err(_), None) if replace && newest == version => Ok(None),
        (Err(_), Some(older)) if replace && newest == version => committed(tree, older).map(Some),
        (Err(error), _) => Err(format!("{error}; restore it. Nothing was written")),
    }
}

fn committed(tree: &Tree, version: &str) -> Result<Base, String> {
    let file = format!("spec/{version}/openapi.json");
    let cannot = |error: String| format!("{file} cannot be read: {error}");
    let bytes = fs::read(tree.0.join(&file)).map_err(|error| cannot(error.to_string()))?;
    let read = || {
        Ok((
            serde_json::from_slice(&bytes)?,
            serde_json::from_slice(&bytes)?,
        ))
    };
    let (value, json) = read().map_err(|error: serde_json::Error| cannot(error.to_string()))?;
    Ok(Base {
        version: version.to_owned(),
        value,
        json,
    })
}

/// What a document got that comes straight from the vendor.
struct Filled {
    two_factor: usize,
    carried: Vec<InheritedFact>,
}

/// Gives a document that comes straight from the vendor the facts that stand in sentences. One that carries any is taken
/// as it is, since somebody has written them.
fn fill(document: &mut Json, base: Option<&Base>) -> Result<Option<Filled>, String> {
    let text = document.to_text().map_err(|error| error.to_string())?;
    let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if facts::has_facts(&value) {
        return Ok(None);
    }
    let two_factor = facts::mark_two_factor(document);
    let carried = base.map_or_else(Vec::new, |base| facts::inherit(document, &base.value));
    Ok(Some(Filled {
        two_factor,
        carried,
    }))
}
