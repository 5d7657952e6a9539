//! The output of `pull`.

use procountor_codegen::facts::{self, InheritedFact, Json};
use serde_json::json;

use super::{AddedFacts, Base};

/// The effect of a pull on the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    New,
    Unchanged,
    Replaced,
}

/// The result of a pull.
pub(super) struct Report {
    pub(super) version: String,
    pub(super) file: String,
    pub(super) source: String,
    pub(super) sha256: String,
    pub(super) status: Status,
    pub(super) was_pinned: bool,
    pub(super) document: Json,
    /// The version that the document was compared with and that facts were copied from.
    pub(super) base: Option<Base>,
    /// The facts that were added; `None` if the document already had facts.
    pub(super) added: Option<AddedFacts>,
    /// The number of descriptions in the document, if `--with-prose` was given.
    pub(super) prose: Option<usize>,
}

/// The number of differences that are listed individually.
const MAX_LISTED: usize = 5;

/// Returns the error for a document that differs from the existing one.
pub(super) fn refusal(file: &str, base: Option<&Base>, document: &Json) -> String {
    let places = base.map_or_else(Vec::new, |base| facts::differences(&base.json, document));
    let mut lines: Vec<String> = places
        .iter()
        .take(MAX_LISTED)
        .map(|place| format!("  {file}#{place}\n"))
        .collect();
    if places.len() > MAX_LISTED {
        lines.push(format!("  and {} more\n", places.len() - MAX_LISTED));
    }
    let count = match places.len() {
        0 => "only in formatting".to_owned(),
        1 => "in 1 place".to_owned(),
        count => format!("in {count} places"),
    };
    format!(
        "{file} exists and differs from the new document {count}; nothing was written\n{}use --replace to overwrite it",
        lines.concat(),
    )
}

impl Report {
    fn operations(&self) -> Vec<String> {
        facts::operations(&self.document)
    }

    pub(super) fn to_json(&self) -> String {
        let from = self.base.as_ref().map(|base| &base.version);
        let carried = self.added.iter().flat_map(|added| &added.carried);
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

    /// Formats the report as text.
    pub(super) fn to_text(&self) -> String {
        let mut lines = Vec::new();
        let Self { version, file, .. } = self;
        match self.status {
            Status::Unchanged if self.was_pinned => {
                lines.push(format!("{version} is already present and unchanged"));
            }
            Status::Unchanged => lines.push(format!(
                "{version} is already present and unchanged; its hash was added to spec/lock.yaml"
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
                self.push_changes(&mut lines);
                self.push_facts(&mut lines);
                lines.push(format!("next: `cargo xtask release {version}`"));
            }
        }
        match self.prose {
            None => {}
            Some(0) => {
                lines.push("the document has no descriptions; no prose.yaml was written".to_owned());
            }
            Some(count) => lines.push(format!(
                "{count} descriptions by the vendor are in spec/{version}/prose.yaml; do not publish them"
            )),
        }
        lines.join("\n")
    }

    fn push_changes(&self, lines: &mut Vec<String>) {
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
                "the existing document"
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
                "to list the changes: `cargo xtask diff {} {}`",
                base.version, self.version
            ));
        }
    }

    fn push_facts(&self, lines: &mut Vec<String>) {
        let Some(AddedFacts {
            two_factor,
            carried,
        }) = &self.added
        else {
            return;
        };
        lines.push(format!(
            "operations marked as two-factor because of a 202 response: {two_factor}"
        ));
        let Some(base) = &self.base else {
            lines.push("there is no older version to copy facts from; read all descriptions of the document".to_owned());
            return;
        };
        let (lost, carried): (Vec<_>, Vec<_>) = carried.iter().partition(|one| one.lost.is_some());
        lines.push(format!(
            "facts that only descriptions state, copied from {}: {}",
            base.version,
            carried.len()
        ));
        lines.extend(carried.iter().map(|one| describe(one, &self.document)));
        if !lost.is_empty() {
            lines.push(format!(
                "facts that could not be copied; check the descriptions: {}",
                lost.len()
            ));
            lines.extend(lost.iter().map(|one| describe(one, &base.json)));
        }
        let old = facts::operations(&base.json);
        let new = self.operations().into_iter();
        let new: Vec<_> = new.filter(|one| !old.contains(one)).collect();
        if !new.is_empty() {
            lines.push(format!(
                "new operations: {}; read their descriptions, and those of new parameters and fields, for facts such as a \
                 maximum number of ids, decimal places, a country, an end of life or a media type",
                new.len()
            ));
            lines.extend(new.iter().map(|one| format!("  {one}")));
        }
    }
}

fn describe(one: &InheritedFact, document: &Json) -> String {
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
