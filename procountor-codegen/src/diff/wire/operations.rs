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

    /// Compares path, number of ids, market and policies.
    fn itself(&self, old: &Operation, new: &Operation, changes: &mut Vec<Change>) {
        let moved = without_placeholder_names(&old.path) != without_placeholder_names(&new.path);
        let path = |one: &Operation| moved.then(|| one.path.clone());
        let ids = |one: &Operation| one.batch.as_ref().map(|batch| batch.max);
        let max_ids = |one: &Operation| ids(one).map(|max| max.to_string());
        let fewer_ids = Breaks::of(false, ids(new).unwrap_or(1) < ids(old).unwrap_or(1));
        let market = |one: &Operation| one.market.clone();
        let callers = callers(new);
        let limited = new.market.as_ref().map_or(Breaks::NONE, |_| callers);
        let mut found = vec![
            (Kind::OperationMoved, path(old), path(new), callers),
            (Kind::MaxIdsChanged, max_ids(old), max_ids(new), fewer_ids),
            (Kind::MarketChanged, market(old), market(new), limited),
        ];
        found.extend(policies(&old.policy, &new.policy));
        let rust = items::operation(self.after, new);
        for (kind, before, after, breaks) in found {
            if before != after {
                let change = change(kind, Subject::whole(name(new)), before, after);
                changes.push(change.breaks(breaks).rust(rust.clone()));
            }
        }
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

/// Returns all policies, with their old and new values.
fn policies(was: &Policy, is: &Policy) -> [(Kind, Option<String>, Option<String>, Breaks); 4] {
    let stricter = Breaks::of(false, is.access == Access::TwoFactor);
    let lost = was.paging.as_ref().is_some_and(|was| {
        let less = |is: &Paging| is.max_size < was.max_size || is.rows != was.rows;
        is.paging.as_ref().is_none_or(less)
    });
    let lost = Breaks::of(lost, false);
    let text = |of: fn(&Policy) -> &'static str, policy| Some(of(policy).to_owned());
    let change = |kind, of, breaks| (kind, text(of, was), text(of, is), breaks);
    let [rows, rows_now] = [was, is].map(|policy| policy.paging.as_ref().map(paging));
    [
        change(Kind::AccessChanged, access, stricter),
        (Kind::PagingChanged, rows, rows_now, lost),
        change(Kind::RetryChanged, retry, Breaks::NONE),
        change(Kind::RateLimitChanged, rate_limit, Breaks::NONE),
    ]
}

fn access(policy: &Policy) -> &'static str {
    match policy.access {
        Access::Any => "any credential",
        Access::TwoFactor => "a person with a second factor",
    }
}

fn rate_limit(policy: &Policy) -> &'static str {
    match policy.rate_limit {
        RateLimit::Queued => "queued",
        RateLimit::Priority => "priority",
    }
}

fn retry(policy: &Policy) -> &'static str {
    match policy.retry {
        Retry::Safe => "safe",
        Retry::Idempotent => "idempotent",
        Retry::OnlyIfUnsent => "only if unsent",
        Retry::Never => "never",
    }
}

fn paging(paging: &Paging) -> String {
    let page = if paging.page { ", page" } else { "" };
    let keyset = paging.keyset.as_ref().map_or(String::new(), |keyset| {
        format!(", keyset {} by {}", keyset.parameter, keyset.order)
    });
    format!("{}{page}{keyset}, size <= {}", paging.rows, paging.max_size)
}
