//! Operations: those that came, went or moved, what they carry, and what the runtime obeys.

use super::{Wire, change, items, name, types};
use crate::diff::change::{Breaks, Change, Place};
use crate::diff::kind::Kind;
use crate::diff::pairs::without_names;
use crate::model::{Answer, Api, Body, Content, Operation};
use crate::policy::{Access, Paging, Policy, RateLimit, Retry};

/// Who is broken when an operation goes: who reads, when it only reads.
pub(in crate::diff) fn callers(operation: &Operation) -> Breaks {
    let reads = operation.policy.retry == Retry::Safe;
    Breaks::of(reads, !reads)
}

impl Wire<'_> {
    /// The vendor's tag of an operation of the second model, or of the first.
    pub(super) fn tag(&self, operation: &Operation) -> Option<String> {
        let groups = self.after.groups.iter().chain(&self.before.groups);
        let mut groups = groups.filter(|group| group.name == operation.group);
        groups.next().map(|group| group.tag.clone())
    }

    pub(super) fn operation_changes(&self, changes: &mut Vec<Change>) {
        for index in &self.operations.removed {
            let one = &self.before.operations[*index];
            let place = Place::whole(name(one));
            let mut change = change(Kind::OperationRemoved, place, Some(one.id.clone()), None)
                .breaks(callers(one))
                .rust(items::operation(self.before, one));
            change.group = self.tag(one);
            changes.push(change);
        }
        for index in &self.operations.added {
            let one = &self.after.operations[*index];
            let place = Place::whole(name(one));
            let mut change = change(Kind::OperationAdded, place, None, Some(one.id.clone()))
                .rust(items::operation(self.after, one));
            change.group = self.tag(one);
            changes.push(change);
        }
        for (old, new) in self.pairs() {
            let first = changes.len();
            self.itself(old, new, changes);
            self.parameter_changes(old, new, changes);
            self.body(old, new, changes);
            self.answers(old, new, changes);
            for change in &mut changes[first..] {
                change.group = self.tag(new);
            }
        }
    }

    /// Path, policies, market.
    fn itself(&self, old: &Operation, new: &Operation, changes: &mut Vec<Change>) {
        let rust = items::operation(self.after, new);
        let mut note = |kind, before: Option<String>, after: Option<String>, breaks| {
            if before != after {
                let place = Place::whole(name(new));
                let change = change(kind, place, before, after);
                changes.push(change.breaks(breaks).rust(rust.clone()));
            }
        };
        let (from, to) = (&old.path, &new.path);
        if without_names(from) != without_names(to) {
            let (from, to) = (Some(from.clone()), Some(to.clone()));
            note(Kind::OperationMoved, from, to, callers(new));
        }
        let (was, is) = (&old.policy, &new.policy);
        let stricter = is.access == Access::TwoFactor;
        note(
            Kind::AccessChanged,
            Some(access(was)),
            Some(access(is)),
            Breaks::of(false, stricter),
        );
        let lost = was.paging.is_some()
            && is.paging.as_ref().is_none_or(|now| {
                let before = was.paging.as_ref();
                before
                    .is_some_and(|before| now.max_size < before.max_size || now.rows != before.rows)
            });
        note(
            Kind::PagingChanged,
            was.paging.as_ref().map(paging),
            is.paging.as_ref().map(paging),
            Breaks::of(lost, false),
        );
        note(
            Kind::RetryChanged,
            Some(retry(was)),
            Some(retry(is)),
            Breaks::NOBODY,
        );
        let ids = |one: &Operation| one.batch.as_ref().map(|batch| batch.max);
        note(
            Kind::RateLimitChanged,
            Some(rate_limit(was)),
            Some(rate_limit(is)),
            Breaks::NOBODY,
        );
        note(
            Kind::MaxIdsChanged,
            ids(old).map(|max| max.to_string()),
            ids(new).map(|max| max.to_string()),
            Breaks::of(false, ids(new).unwrap_or(1) < ids(old).unwrap_or(1)),
        );
        let elsewhere = new.market.is_some();
        let callers = callers(new);
        note(
            Kind::MarketChanged,
            old.market.clone(),
            new.market.clone(),
            if elsewhere { callers } else { Breaks::NOBODY },
        );
    }

    /// A body that came, went, or is of another form; types of JSON are compared where all types are.
    fn body(&self, old: &Operation, new: &Operation, changes: &mut Vec<Change>) {
        let place = || Place::part(name(new), "body");
        if let (Some(Body::Json { required: was, .. }), Some(Body::Json { rust, required, .. })) =
            (&old.body, &new.body)
        {
            if was != required {
                let kind = if *required {
                    Kind::BodyRequired
                } else {
                    Kind::BodyOptional
                };
                let mut items = items::taken(self.after, new, rust, true);
                items.extend(items::taken(self.after, new, rust, false));
                changes.push(
                    change(kind, place(), None, None)
                        .breaks(Breaks::of(false, *required))
                        .rust(items),
                );
            }
            return;
        }
        let said = |api, body: &Option<Body>| body.as_ref().map(|body| body_text(api, body));
        let (before, after) = (said(self.before, &old.body), said(self.after, &new.body));
        if before != after {
            let optional = matches!(
                new.body,
                Some(Body::Json {
                    required: false,
                    ..
                })
            );
            let harmless = old.body.is_none() && optional;
            changes.push(
                change(Kind::BodyChanged, place(), before, after)
                    .breaks(Breaks::of(false, !harmless))
                    .rust(items::taken(self.after, new, "new", true)),
            );
        }
    }

    /// Answers that came, went, or are of another form.
    fn answers(&self, old: &Operation, new: &Operation, changes: &mut Vec<Change>) {
        let find = |operation: &'_ Operation, status| -> Option<Answer> {
            let mut answers = operation.answers.iter();
            answers.find(|answer| answer.status == status).cloned()
        };
        let statuses = old.answers.iter().chain(&new.answers).map(|one| one.status);
        let mut statuses: Vec<u16> = statuses.collect();
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let (one, other) = (find(old, status), find(new, status));
            let (kind, breaks) = match (&one, &other) {
                // A status that was not known before is an error to who does not know it.
                (None, _) => (Kind::AnswerAdded, Breaks::READS),
                (_, None) => (Kind::AnswerRemoved, Breaks::READS),
                (Some(one), Some(other)) => {
                    let typed = matches!(
                        (&one.content, &other.content),
                        (Content::Json(_), Content::Json(_))
                            | (Content::Mixed(_), Content::Mixed(_))
                    );
                    if typed || one.content == other.content {
                        continue;
                    }
                    let was_empty = one.content == Content::Empty;
                    (Kind::AnswerChanged, Breaks::of(!was_empty, false))
                }
            };
            let said = |api, one: Option<Answer>| one.map(|one| answer_text(api, &one.content));
            let place = Place::part(name(new), status.to_string());
            let (before, after) = (said(self.before, one), said(self.after, other));
            changes.push(
                change(kind, place, before, after)
                    .breaks(breaks)
                    .rust(items::operation(self.after, new)),
            );
        }
    }
}

fn body_text(api: &Api, body: &Body) -> String {
    match body {
        Body::Json { ty, .. } => types::word(api, ty),
        Body::Multipart(parts) => {
            let parts = parts
                .iter()
                .map(|part| format!("{}: {}", part.wire, types::word(api, &part.ty)));
            format!("multipart {}", parts.collect::<Vec<_>>().join(", "))
        }
    }
}

fn answer_text(api: &Api, content: &Content) -> String {
    match content {
        Content::Empty => "nothing".to_owned(),
        Content::Json(ty) => types::word(api, ty),
        Content::Binary { media } => media.clone(),
        Content::Mixed(ty) => format!("{} and a file", types::word(api, ty)),
    }
}

fn access(policy: &Policy) -> String {
    match policy.access {
        Access::Any => "any credential",
        Access::TwoFactor => "a person with a second factor",
    }
    .to_owned()
}

fn rate_limit(policy: &Policy) -> String {
    match policy.rate_limit {
        RateLimit::Queued => "queued",
        RateLimit::Priority => "priority",
    }
    .to_owned()
}

fn retry(policy: &Policy) -> String {
    match policy.retry {
        Retry::Safe => "safe",
        Retry::Idempotent => "idempotent",
        Retry::Unsent => "unsent",
        Retry::Never => "never",
    }
    .to_owned()
}

fn paging(paging: &Paging) -> String {
    let page = if paging.page { ", page" } else { "" };
    let keyset = paging.keyset.as_ref().map_or(String::new(), |keyset| {
        format!(", keyset {} by {}", keyset.parameter, keyset.order)
    });
    format!("{}{page}{keyset}, size <= {}", paging.rows, paging.max_size)
}
