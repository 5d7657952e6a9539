//! The rules of `policies.yaml`. The more specific rule wins, wherever it stands, also in which file; rules that are
//! equally specific must not contradict each other.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use super::{Access, Policy, RateLimit, Retry};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::layers::{Shared, Source};
use crate::model::{self, Api, Method, Operation};

/// A rule, and where it stands.
pub(super) struct Numbered<'s> {
    file: &'s str,
    number: usize,
    rule: Rule,
}

/// A rule: which operations, and what holds for them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    reason: String,
    #[serde(rename = "match")]
    condition: Condition,
    set: Decision,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    method: Option<Methods>,
    /// A path template; `*` stands for any segment, `**` for any number of them. Capitals and the names of placeholders
    /// tell no two paths apart: the vendor has changed both from one version to the next.
    path: Option<String>,
    /// Whether the operation is confirmed with a second factor, as the document says.
    two_factor: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "`method` is GET, POST, PUT, PATCH, DELETE or a list of them"
)]
enum Methods {
    One(Method),
    Several(Vec<Method>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    access: Option<Access>,
    retry: Option<Retry>,
    rate_limit: Option<RateLimit>,
    paging: Option<PagingSwitch>,
}

/// What a rule may say about paging, which the document itself shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PagingSwitch {
    /// The operation pages as the document shows.
    Inferred,
    /// The operation has no pages, whatever its parameters are called.
    Off,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rules: Vec<Value>,
}

/// Reads the rules, and notes all that are none.
pub(super) fn read<'s>(source: &'s Source, diagnostics: &mut Diagnostics) -> Vec<Numbered<'s>> {
    let rules = match serde_yaml::from_str::<Rules>(&source.text) {
        Ok(rules) => rules.rules,
        Err(error) => {
            diagnostics.file(
                &source.name,
                format!("these are no policies ({error})"),
                "write a list under `rules`",
            );
            return Vec::new();
        }
    };
    let mut read = Vec::new();
    for (index, rule) in rules.into_iter().enumerate() {
        let number = index + 1;
        let problem = match serde_json::from_value::<Rule>(rule) {
            Ok(rule) if rule.reason.trim().is_empty() => "no reason is given".to_owned(),
            Ok(rule) if rule.set.is_empty() => "nothing is set".to_owned(),
            Ok(rule) => {
                read.push(Numbered {
                    file: &source.name,
                    number,
                    rule,
                });
                continue;
            }
            Err(error) => error.to_string(),
        };
        diagnostics.file(
            &source.name,
            format!("rule {number}: {problem}"),
            "a rule has `reason`, `match` (method, path, two_factor) and `set` (access, retry, rate_limit, paging)",
        );
    }
    read
}

/// Decides every operation. `base` is the file that complaints about no rule in particular name.
pub(super) fn apply(
    api: &mut Api,
    rules: &[Numbered],
    base: &str,
    shared: &mut Shared,
    diagnostics: &mut Diagnostics,
) {
    for numbered in rules {
        let condition = &numbered.rule.condition;
        let used = api
            .operations
            .iter()
            .any(|operation| condition.holds(operation));
        let complaint = Diagnostic {
            file: numbered.file.to_owned(),
            pointer: None,
            message: format!("rule {} matches no operation", numbered.number),
            help: "correct `match`, or remove the rule".to_owned(),
        };
        shared.note_use(used, complaint);
    }
    for operation in &mut api.operations {
        let matching: Vec<&Numbered> = rules
            .iter()
            .filter(|numbered| numbered.rule.condition.holds(operation))
            .collect();
        let mut decide = Decider {
            matching: &matching,
            operation,
            base,
            diagnostics,
        };
        let access = decide.one("access", |decision| decision.access);
        let retry = decide.one("retry", |decision| decision.retry);
        let rate_limit = decide.one("rate_limit", |decision| decision.rate_limit);
        let paging = decide.one("paging", |decision| decision.paging);
        if let (Some(access), Some(retry), Some(rate_limit), Some(paging)) =
            (access, retry, rate_limit, paging)
        {
            let inferred = operation
                .policy
                .paging
                .take()
                .filter(|_| paging == PagingSwitch::Inferred);
            operation.policy = Policy {
                access,
                retry,
                rate_limit,
                paging: inferred,
            };
        }
    }
}

/// Picks the decision of the most specific rule.
struct Decider<'r> {
    matching: &'r [&'r Numbered<'r>],
    operation: &'r Operation,
    base: &'r str,
    diagnostics: &'r mut Diagnostics,
}

impl Decider<'_> {
    fn one<T: Copy + PartialEq + fmt::Debug>(
        &mut self,
        what: &str,
        get: impl Fn(&Decision) -> Option<T>,
    ) -> Option<T> {
        let said: Vec<(&Numbered, u8, T)> = self
            .matching
            .iter()
            .filter_map(|one| Some((*one, one.rule.condition.weight(), get(&one.rule.set)?)))
            .collect();
        let name = format!("`{} {}`", self.operation.method, self.operation.path);
        let Some((first, weight, decision)) = said
            .iter()
            .copied()
            .reduce(|a, b| if b.1 > a.1 { b } else { a })
        else {
            self.diagnostics.file(
                self.base,
                format!("no rule sets `{what}` for {name}"),
                "add a rule that does",
            );
            return None;
        };
        let rival = said
            .iter()
            .find(|(_, other, said)| *other == weight && *said != decision);
        if let Some((second, _, other)) = rival {
            let rules = if second.file == first.file {
                format!("rules {} and {}", first.number, second.number)
            } else {
                format!(
                    "rule {} and rule {} of {}",
                    first.number, second.number, second.file
                )
            };
            self.diagnostics.file(
                first.file,
                format!(
                    "{rules} are equally specific and contradict each other on `{what}` of {name} \
                     ({decision:?} and {other:?})"
                ),
                "make one of them more specific",
            );
        }
        Some(decision)
    }
}

impl Decision {
    fn is_empty(&self) -> bool {
        self.access.is_none()
            && self.retry.is_none()
            && self.rate_limit.is_none()
            && self.paging.is_none()
    }
}

impl Condition {
    fn holds(&self, operation: &Operation) -> bool {
        let method = match &self.method {
            None => true,
            Some(Methods::One(one)) => *one == operation.method,
            Some(Methods::Several(several)) => several.contains(&operation.method),
        };
        let path = self.path.as_ref().is_none_or(|path| {
            let (pattern, path) = (model::path_key(path), model::path_key(&operation.path));
            let pattern: Vec<&str> = pattern.split('/').collect();
            let path: Vec<&str> = path.split('/').collect();
            matches(&pattern, &path)
        });
        let two_factor = operation.policy.access == Access::TwoFactor;
        method && path && self.two_factor.is_none_or(|wanted| wanted == two_factor)
    }

    /// How specific the rule is: a full path above a pattern, above the second factor, above the method.
    fn weight(&self) -> u8 {
        let path = match &self.path {
            None => 0,
            Some(path) if path.contains('*') => 4,
            Some(_) => 8,
        };
        path + 2 * u8::from(self.two_factor.is_some()) + u8::from(self.method.is_some())
    }
}

fn matches(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
        ([first, pattern @ ..], [segment, path @ ..]) => {
            (*first == "*" || first == segment) && matches(pattern, path)
        }
        _ => false,
    }
}
