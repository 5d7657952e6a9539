//! What a pull says at its end.

use procountor_codegen::facts::{self, InheritedFact, Json};
use serde_json::json;

use super::{Base, Filled};

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
    pub(super) filled: Option<Filled>,
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
        let carried = self.filled.iter().flat_map(|filled| &filled.carried);
        let carried: Vec<_> = carried
            .filter(|one| one.lost.is_none())
            .map(|one| json!({"fact": one.fact, "place": one.pointer, "value": one.value, "from": from}))
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

    /// For people.
    pub(super) fn to_text(&self) -> String {
        let mut lines = Vec::new();
        let Self { version, file, .. } = self;
        match self.status {
            Status::Unchanged if self.was_pinned => {
                lines.push(format!("{version} is there already and unchanged"));
            }
            Status::Unchanged => lines.push(format!(
                "{version} is there already and unchanged; spec/lock.yaml did not pin it, and does now"
            )),
            Status::New | Status::Replaced => {
                lines.push(format!(
                    "{version} is {}: {file}, {} operations, {} schemas, from {}",
                    match self.status {
                        Status::Replaced => "replaced",
                        _ => "new",
                    },
                    self.operations().len(),
                    schemas(&self.document).len(),
                    self.source
                ));
                self.tell_changes(&mut lines);
                self.tell_carried(&mut lines);
                lines.push(format!("next: `cargo xtask release {version}`"));
            }
        }
        match self.prose {
            None => {}
            Some(0) => {
                lines.push("the document has no sentences; no prose.yaml was written".to_owned());
            }
            Some(count) => lines.push(format!(
                "{count} sentences of the vendor are in spec/{version}/prose.yaml, for your own use"
            )),
        }
        lines.join("\n")
    }

    fn tell_changes(&self, lines: &mut Vec<String>) {
        let Some(base) = &self.base else {
            return;
        };
        let count = |what: &str, old: &[String], new: &[String]| {
            let missing = |from: &[String], other: &[String]| {
                from.iter().filter(|one| !other.contains(one)).count()
            };
            format!("{what} +{} -{}", missing(new, old), missing(old, new))
        };
        let same = base.version == self.version;
        lines.push(format!(
            "since {}: {}, {}; {} places differ",
            if same {
                "what was there"
            } else {
                &base.version
            },
            count(
                "operations",
                &facts::operations(&base.json),
                &self.operations()
            ),
            count("schemas", &schemas(&base.json), &schemas(&self.document)),
            facts::differences(&base.json, &self.document).len()
        ));
        if !same {
            lines.push(format!(
                "`cargo xtask diff {} {}` tells them",
                base.version, self.version
            ));
        }
    }

    fn tell_carried(&self, lines: &mut Vec<String>) {
        let Some(Filled {
            two_factor,
            carried,
        }) = &self.filled
        else {
            return;
        };
        lines.push(format!(
            "operations marked as two-factor, by their answer 202: {two_factor}"
        ));
        let Some(base) = &self.base else {
            lines.push(
                "there is no older version to take the facts of sentences from; somebody must read them all"
                    .to_owned(),
            );
            return;
        };
        let (lost, carried): (Vec<_>, Vec<_>) = carried.iter().partition(|one| one.lost.is_some());
        lines.push(format!(
            "facts that stand in sentences only, carried over from {}: {}",
            base.version,
            carried.len()
        ));
        lines.extend(carried.iter().map(|one| told(one, &self.document)));
        if !lost.is_empty() {
            lines.push(format!(
                "not carried over; look whether the sentences still say so: {}",
                lost.len()
            ));
            lines.extend(lost.iter().map(|one| told(one, &base.json)));
        }
        let old = facts::operations(&base.json);
        let new = self.operations().into_iter();
        let new: Vec<_> = new.filter(|one| !old.contains(one)).collect();
        if !new.is_empty() {
            lines.push(format!(
                "new operations: {}. A person must read their sentences, and those of new parameters and fields: several \
                 ids at once? decimals? one country only? an end of life? another media type?",
                new.len()
            ));
            lines.extend(new.iter().map(|one| format!("  {one}")));
        }
    }
}

fn told(one: &InheritedFact, document: &Json) -> String {
    let name = document.pointer(&one.pointer).and_then(|it| it.get("name"));
    let name = name.and_then(Json::as_text);
    let name = name.map_or(String::new(), |name| format!(", `{name}`"));
    let lost = one.lost.map_or(String::new(), |lost| format!(": {lost}"));
    format!(
        "  {}: {} at {}{name}{lost}",
        one.fact, one.value, one.pointer
    )
}

fn schemas(document: &Json) -> Vec<String> {
    let schemas = document.at(&["components", "schemas"]);
    let schemas = schemas.and_then(Json::as_object).into_iter().flatten();
    schemas.map(|(name, _)| name.clone()).collect()
}
