//! `cargo xtask pull`: fetches an API document, checks it, strips its prose and pins it.
//!
//! All work is done in memory before files are replaced: the document first, the lockfile last. If the process is killed
//! in between, `codegen` reports a document that does not match the lockfile, and the next pull pins it.

mod fetch;
mod report;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use procountor_codegen::facts::{self, Incoming, InheritedFact, Json, Prose};
use serde_json::Value;

use crate::atomic_write::{Change, remove_leftovers, write_all};
use crate::checkout::{Checkout, project_root};
use crate::checkout_lock::CheckoutLock;
use crate::lockfile::{Lockfile, sha256};
use fetch::{Limits, Origin};
use report::{Report, Status};

/// The URL of the newest document.
pub(crate) const VENDOR: &str = "https://pts-api.procountor.com/api/openapi.json";

const PROSE_HEAD: &str =
    "# The vendor's descriptions, for your own use only: do not publish them.\n";

/// Fetch an API document, check it, strip its prose, and pin it in spec/.
///
/// The document must be an OpenAPI 3.0 document of the Procountor API. The vendor's descriptions are removed, because this
/// project may not publish them. The rest is written to spec/VERSION/openapi.json, and its hash and origin to spec/lock.yaml.
/// Facts that only descriptions state, such as the maximum number of ids, are copied from the previous version. The command
/// lists them, and the new operations whose descriptions you have to read.
///
/// If there are errors, all of them are listed and nothing is written. Pulling an unchanged document has no effect.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask pull                pull the newest version from the vendor's test server
  cargo xtask pull 26.05          the same, but fail unless it is 26.05
  cargo xtask pull 24.06 --from old.json
                                  pull a file whose own version is 1.0.0
  cargo xtask pull --with-prose   also keep the vendor's descriptions

Next steps: `cargo xtask diff OLD NEW` lists the changes; `cargo xtask release VERSION` adds the version to the crate.")]
pub(crate) struct Arguments {
    /// The API version as YY.MM, such as 26.04 [default: the version in the document].
    #[arg(value_parser = version)]
    version: Option<String>,
    /// An https URL (http for loopback only) or a file.
    #[arg(
        long,
        value_name = "URL|FILE",
        default_value = VENDOR
    )]
    from: String,
    /// Also write the vendor's descriptions to spec/VERSION/prose.yaml, which git ignores.
    #[arg(long)]
    with_prose: bool,
    /// Overwrite an existing document that differs. The vendor sometimes republishes a version.
    #[arg(long)]
    replace: bool,
    /// Print the result as one line of JSON.
    #[arg(long)]
    json: bool,
    /// Use another checkout of this repository.
    #[arg(long, value_name = "DIR", hide_default_value = true, default_value_os_t = project_root())]
    root: PathBuf,
}

pub(crate) fn version(text: &str) -> Result<String, String> {
    if facts::is_version(text) {
        Ok(text.to_owned())
    } else {
        Err("expected year and month, such as 26.04".to_owned())
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    let checkout = Checkout(arguments.root.clone());
    let spec = checkout.path("spec");
    if !spec.is_dir() {
        return Err(format!(
            "{} does not contain a folder `spec`; use --root with a checkout of this repository",
            checkout.0.display()
        ));
    }
    let _lock = CheckoutLock::acquire(&checkout, "pull")?;
    let versions = clean_up(&checkout)?;
    let lock = Lockfile::read(&checkout)?;
    let wanted = arguments.version.as_deref();
    let document = fetch(
        &checkout,
        &versions,
        &arguments.from,
        wanted,
        arguments.replace,
    )?;
    let report = write(&checkout, lock, arguments.with_prose, document)?;
    let text = if arguments.json {
        report.to_json()
    } else {
        report.to_text()
    };
    // The files are written, so a closed pipe is not an error.
    let _ = writeln!(std::io::stdout(), "{text}");
    Ok(())
}

/// A document that was fetched, checked and stripped, and can be written.
pub(crate) struct Document {
    pub(crate) version: String,
    /// The path in the checkout, such as `spec/26.04/openapi.json`.
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) sha256: String,
    /// The origin.
    pub(crate) source: String,
    status: Status,
    facts: Json,
    base: Option<Base>,
    added: Option<AddedFacts>,
    prose: Prose,
}

impl Document {
    /// Returns the number of facts that were copied from the previous version.
    pub(crate) fn carried(&self) -> usize {
        self.added.as_ref().map_or(0, |added| added.carried.len())
    }
}

/// Fetches and checks a document. Writes nothing.
///
/// # Errors
///
/// Returns an error if the document is not valid, is older than the newest version, or differs from the existing one.
pub(crate) fn fetch(
    checkout: &Checkout,
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
            "{version} is older than {newest}, and versions must be added in order; nothing was written"
        ));
    }
    let prose = facts::prose(&json);
    let base = base(checkout, versions, &version, replace)?;
    let mut reduced = facts::strip_prose(json, &version);
    let added = add_facts(&mut reduced, base.as_ref())?;
    let text = reduced.to_text().map_err(|error| error.to_string())?;
    let file = format!("spec/{version}/openapi.json");
    let status = match fs::read(checkout.path(&file)) {
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
        added,
        prose,
    })
}

/// Writes the document, the prose and the lockfile.
fn write(
    checkout: &Checkout,
    mut lock: Lockfile,
    with_prose: bool,
    document: Document,
) -> Result<Report, String> {
    let Document { version, file, .. } = &document;
    let was_pinned = lock.sha256(file) == Some(&document.sha256);
    let mut changes = vec![Change::write(checkout.path(file), document.text.clone())];
    if with_prose && !document.prose.is_empty() {
        let path = checkout.path(format!("spec/{version}/prose.yaml"));
        let text = document
            .prose
            .to_yaml()
            .map_err(|error| error.to_string())?;
        changes.push(Change::write(path, format!("{PROSE_HEAD}{text}")));
    }
    if !was_pinned {
        lock.pin(file, &document.sha256, &document.source);
        changes.push(lock.change(checkout));
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
        added: document.added,
    })
}

/// Removes the leftovers of a killed command, and returns the versions, oldest first.
pub(crate) fn clean_up(checkout: &Checkout) -> Result<Vec<String>, String> {
    let spec = checkout.path("spec");
    let cannot = |error: std::io::Error| format!("cannot clean up spec: {error}");
    remove_leftovers(&spec).map_err(cannot)?;
    for entry in fs::read_dir(&spec).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if facts::is_version(&name) && path.is_dir() {
            remove_leftovers(&path).map_err(cannot)?;
            // Fails unless the folder is empty.
            let _ = fs::remove_dir(&path);
        }
    }
    checkout.versions()
}

/// A committed version, from which facts are copied.
struct Base {
    version: String,
    value: Value,
    json: Json,
}

/// Returns the version itself if it is committed, otherwise the newest version before it.
fn base(
    checkout: &Checkout,
    versions: &[String],
    version: &str,
    replace: bool,
) -> Result<Option<Base>, String> {
    let mut candidates = versions.iter().rev().filter(|one| one.as_str() <= version);
    let Some(newest) = candidates.next() else {
        return Ok(None);
    };
    match (committed(checkout, newest), candidates.next()) {
        (Ok(base), _) => Ok(Some(base)),
        // A document that will be replaced does not have to be readable.
        (Err(_), None) if replace && newest == version => Ok(None),
        (Err(_), Some(older)) if replace && newest == version => {
            committed(checkout, older).map(Some)
        }
        (Err(error), _) => Err(format!("{error}; restore the file. Nothing was written")),
    }
}

fn committed(checkout: &Checkout, version: &str) -> Result<Base, String> {
    let file = format!("spec/{version}/openapi.json");
    let cannot = |error: String| format!("cannot read {file}: {error}");
    let bytes = fs::read(checkout.path(&file)).map_err(|error| cannot(error.to_string()))?;
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

/// The facts that were added to a document from the vendor.
struct AddedFacts {
    /// The number of operations that were marked as two-factor.
    two_factor: usize,
    carried: Vec<InheritedFact>,
}

/// Adds the facts that only descriptions state to a document from the vendor. A document that already has such facts was
/// edited before and is not changed.
fn add_facts(document: &mut Json, base: Option<&Base>) -> Result<Option<AddedFacts>, String> {
    let text = document.to_text().map_err(|error| error.to_string())?;
    let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if facts::has_facts(&value) {
        return Ok(None);
    }
    let two_factor = facts::mark_two_factor(document);
    let carried = base.map_or_else(Vec::new, |base| facts::inherit(document, &base.value));
    Ok(Some(AddedFacts {
        two_factor,
        carried,
    }))
}
