//! What a pull says at its end.

use procountor_codegen::facts::{self, Carried, Json};
use serde_json::json;

use super::Base;

/// What became of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    New,
    Unchanged,
    Replaced,
}

/// What there is to say.
pub(super) struct Report {
    pub(super) version: String,
    pub(super) file: String,
    pub(super) source: String,
    pub(super) sha256: String,
    pub(super) status: Status,
    pub(super) was_pinned: bool,
    pub(super) document: Json,
    /// What it was compared with and filled from.
    pub(super) base: Option<Base>,
    /// Nothing, when the document carries facts of its own.
    pub(super) carried: Option<Vec<Carried>>,
    /// How many sentences there were, when they were asked for.
    pub(super) prose: Option<usize>,
}

/// How many places are named one by one.
const NAMED: usize = 5;

/// A document that would replace another one.
pub(super) fn refusal(file: &str, base: Option<&Base>, document: &Json) -> String {
    let places = base.map_or_else(Vec::new, |base| facts::differences(&base.json, document));
    let mut lines: Vec<String> = places
        .iter()
        .take(NAMED)
        .map(|place| format!("  {file}#{place}"))
        .collect();
    if places.len() > NAMED {
        lines.push(format!("  and {} more", places.len() - NAMED));
    }
    let count = match places.len() {
        0 => "only in how it is written".to_owned(),
        1 => "in 1 place".to_owned(),
        count => format!("in {count} places"),
    };
    format!(
        "{file} is there and differs from what came {count}; nothing was written\n{}{}take it with --replace",
        lines.join("\n"),
        if lines.is_empty() { "" } else { "\n" },
    )
}

impl Report {
    fn operations(&self) -> Vec<String> {
        facts::operations(&self.document)
    }

    pub(super) fn to_json(&self) -> String {
        let from = self.base.as_ref().map(|base| &base.version);
        let carried = self.carried.iter().flatten();
        let carried: Vec<_> = carried
            .filter(|one| one.lost.is_none())
            .map(|one| json!({"fact": one.fact, "place": one.place, "value": one.value, "from": from}))
            .collect();
        let status = match self.status {
            Status::New => "new",
            Status::Unchanged => "unchanged",
            Status::Replaced => "replaced",
        };
        json!({
            "version": self.version,
            "source": self.source,
            "sha256": self.sha256,
            "status": status,
            "operations": self.operations().len(),
            "schemas": schemas(&self.document).len(),
            "carried": carried,
        })
        .to_string()
    }

    pub(super) fn print(&self) {
        let Self { version, file, .. } = self;
        match self.status {
            Status::Unchanged if self.was_pinned => {
                println!("{version} is there already and unchanged");
            }
            Status::Unchanged => {
                println!(
                    "{version} is there already and unchanged; spec/lock.yaml did not pin it, and does now"
                );
            }
            Status::New | Status::Replaced => {
                let (operations, schemas) =
                    (self.operations().len(), schemas(&self.document).len());
                let verb = match self.status {
                    Status::Replaced => "replaced",
                    _ => "new",
                };
                println!(
                    "{version} is {verb}: {file}, {operations} operations, {schemas} schemas, from {}",
                    self.source
                );
                self.print_changes();
                self.print_carried();
                println!("next: `cargo xtask release {version}`");
            }
        }
        match self.prose {
            None => {}
            Some(0) => println!("the document has no sentences; no prose.yaml was written"),
            Some(count) => println!(
                "{count} sentences of the vendor are in spec/{version}/prose.yaml, for your own use"
            ),
        }
    }

    fn print_changes(&self) {
        let Some(base) = &self.base else {
            return;
        };
        let count = |what: &str, old: &[String], new: &[String]| {
            let missing = |from: &[String], other: &[String]| {
                from.iter().filter(|one| !other.contains(one)).count()
            };
            format!("{what} +{} -{}", missing(new, old), missing(old, new))
        };
        let since = match base.version == self.version {
            true => "what was there",
            false => &base.version,
        };
        println!(
            "since {since}: {}, {}; {} places differ",
            count(
                "operations",
                &facts::operations(&base.json),
                &self.operations()
            ),
            count("schemas", &schemas(&base.json), &schemas(&self.document)),
            facts::differences(&base.json, &self.document).len()
        );
        if self.status == Status::New {
            println!(
                "`cargo xtask diff {} {}` tells them",
                base.version, self.version
            );
        }
    }

    fn print_carried(&self) {
        let Some(all) = &self.carried else {
            return;
        };
        let Some(base) = &self.base else {
            println!(
                "there is no older version to carry the facts of sentences over from: somebody must read them all"
            );
            return;
        };
        let (lost, carried): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.lost.is_some());
        println!(
            "facts that stand in sentences only, carried over from {}: {}",
            base.version,
            carried.len()
        );
        for one in carried {
            println!("  {}: {} at {}", one.fact, one.value, one.place);
        }
        if !lost.is_empty() {
            println!("not carried over, read the sentences: {}", lost.len());
        }
        for one in lost {
            println!(
                "  {}: {} at {} ({})",
                one.fact,
                one.value,
                one.place,
                one.lost.unwrap_or_default()
            );
        }
        let old = facts::operations(&base.json);
        let new: Vec<_> = self
            .operations()
            .into_iter()
            .filter(|one| !old.contains(one))
            .collect();
        if !new.is_empty() {
            println!(
                "operations whose sentences nobody has read yet (several ids? scale? country? end of life? media type?): {}",
                new.len()
            );
        }
        for one in new {
            println!("  {one}");
        }
    }
}

fn schemas(document: &Json) -> Vec<String> {
    let schemas = document.at(&["components", "schemas"]);
    let schemas = schemas.and_then(Json::as_object).into_iter().flatten();
    schemas.map(|(name, _)| name.clone()).collect()
}
