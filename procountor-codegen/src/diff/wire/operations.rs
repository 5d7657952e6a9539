//! Operations: added, removed and moved ones, their bodies, responses and policies.

use super::{Wire, change, items, name, types};
use crate::diff::change::{Breaks, Change, Subject};
use crate::diff::kind::Kind;
use crate::diff::pairs::without_placeholder_names;
use crate::model::{
    Access, Api, Body, Content, Operation, Paging, Policy, RateLimit, Response, Retry,
};

/// Returns the programs that a removed operation breaks.
pub(in crate::diff) fn callers(operation: &Operation) -> Breaks {
    let reads = operation.policy.retry == Retry::Safe;
    Breaks::of(reads, !reads)
}

impl Wire<'_> {
    /// Returns the vendor's tag of an operation of either model.
    pub(super) fn tag(&self, operation: &Operation) -> Option<String> {
        let groups = self.after.groups.iter().chain(&self.before.groups);
        let mut groups = groups.filter(|group| group.name == operation.group);
        groups.next().map(|group| group.tag.clone())
    }

    pub(super) fn operation_changes(&self, changes: &mut Vec<Change>) {
        for index in &self.operations.removed {
            let one = &self.before.operations[*index];
            let subject = Subject::whole(name(one));
            let mut change = change(Kind::OperationRemoved, subject, Some(one.id.clone()), None)
                .breaks(callers(one))
                .rust(items::operation(self.before, one));
            change.group = self.tag(one);
            changes.push(change);
        }
        for index in &self.operations.added {
            let one = &self.after.operations[*index];
            let subject = Subject::whole(name(one));
            let mut change = change(Kind::OperationAdded, subject, None, Some(one.id.clone()))
                .rust(items::operation(self.after, one));
            change.group = self.tag(one);
            changes.push(change);
        }
        for (old, new) in self.pairs() {
            let first = changes.len();
            self.itself(old, new, changes);
            self.parameter_changes(old, new, changes);
            self.body(old, new, changes);
            self.responses(old, new, changes);
            for change in &mut changes[first..] {
                change.group = self.tag(new);
            }
        }
    }

    /// Compares path, policies and market.
    fn itself(&self, old: &Operation, new: &Operation, changes: &mut Vec<Change>) {
        let rust = items::operation(self.after, new);
        let mut note = |kind, before: Option<String>, after: Option<String>, breaks| {
            if before != after {
                let subject = Subject::whole(name(new));
                let change = change(kind, subject, before, after);
                changes.push(change.breaks(breaks).rust(rust.clone()));
            }
        };
        let (from, to) = (&old.path, &new.path);
        if without_placeholder_names(from) != without_placeholder_names(to) {
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
            Breaks::NONE,
        );
        let ids = |one: &Operation| one.batch.as_ref().map(|batch| batch.max);
        note(
            Kind::RateLimitChanged,
            Some(rate_limit(was)),
            Some(rate_limit(is)),
            Breaks::NONE,
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
            if elsewhere { callers } else { Breaks::NONE },
        );
    }

    /// Compares the bodies. Types of JSON bodies are compared with all other types.
    fn body(&self, old: &Operation, new: &Operation, changes: &mut Vec<Change>) {
        let subject = || Subject::part(name(new), "body");
        if let (Some(Body::Json { required: was, .. }), Some(Body::Json { rust, required, .. })) =
            (&old.body, &new.body)
        {
            if was != required {
                let kind = if *required {
                    Kind::BodyRequired
                } else {
                    Kind::BodyOptional
                };
                let mut items = items::parameter(self.after, new, rust, true);
                items.extend(items::parameter(self.after, new, rust, false));
                changes.push(
                    change(kind, subject(), None, None)
                        .breaks(Breaks::of(false, *required))
                        .rust(items),
                );
            }
            return;
        }
        let text = |api, body: &Option<Body>| body.as_ref().map(|body| body_text(api, body));
        let (before, after) = (text(self.before, &old.body), text(self.after, &new.body));
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
                change(Kind::BodyChanged, subject(), before, after)
                    .breaks(Breaks::of(false, !harmless))
                    .rust(items::parameter(self.after, new, "new", true)),
            );
        }
    }

    /// Compares the responses. Types of JSON responses are compared with all other types.
    fn responses(&self, old: &Operation, new: &Operation, changes: &mut Vec<Change>) {
        let find = |operation: &'_ Operation, status| -> Option<Response> {
            let mut responses = operation.responses.iter();
            responses.find(|one| one.status == status).cloned()
        };
        let statuses = old
            .responses
            .iter()
            .chain(&new.responses)
            .map(|one| one.status);
        let mut statuses: Vec<u16> = statuses.collect();
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let (one, other) = (find(old, status), find(new, status));
            let (kind, breaks) = match (&one, &other) {
                // Old programs treat an unknown status as an error.
                (None, _) => (Kind::ResponseAdded, Breaks::READS),
                (_, None) => (Kind::ResponseRemoved, Breaks::READS),
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
                    (Kind::ResponseChanged, Breaks::of(!was_empty, false))
                }
            };
            let text = |api, one: Option<Response>| one.map(|one| content_text(api, &one.content));
            let subject = Subject::part(name(new), status.to_string());
            let (before, after) = (text(self.before, one), text(self.after, other));
            changes.push(
                change(kind, subject, before, after)
                    .breaks(breaks)
                    .rust(items::operation(self.after, new)),
            );
        }
    }
}

fn body_text(api: &Api, body: &Body) -> String {
    match body {
        Body::Json { ty, .. } => types::name(api, ty),
        Body::Multipart(parts) => {
            let parts = parts
                .iter()
                .map(|part| format!("{}: {}", part.wire, types::name(api, &part.ty)));
            format!("multipart {}", parts.collect::<Vec<_>>().join(", "))
        }
    }
}

fn content_text(api: &Api, content: &Content) -> String {
    match content {
        Content::Empty => "no body".to_owned(),
        Content::Json(ty) => types::name(api, ty),
        Content::Binary { media } => media.clone(),
        Content::Mixed(ty) => format!("{} and a file", types::name(api, ty)),
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
        RateLimit::Company => "company",
    }
    .to_owned()
}

fn retry(policy: &Policy) -> String {
    match policy.retry {
        Retry::Safe => "safe",
        Retry::Idempotent => "idempotent",
        Retry::OnlyIfUnsent => "only if unsent",
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
