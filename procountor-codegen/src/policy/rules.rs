//! The rules of `policies.yaml`. The most specific rule wins, whatever its file and position. Rules that are equally
//! specific must not contradict each other.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::inputs::{Source, UsageTracker};
use crate::model::{Access, Api, Method, Operation, Policy, RateLimit, Retry, path_key};

/// A rule with its file and number.
pub(super) struct Numbered<'s> {
    file: &'s str,
    number: usize,
    rule: Rule,
}

/// A rule: a condition for operations, and the policies that it sets for them.
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
    /// A path template; `*` matches any segment, `**` any number of them. Case and the names of placeholders are ignored,
    /// since the vendor changes both between versions.
    path: Option<String>,
    /// Whether the document marks the operation as confirmed with a second factor.
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

/// Whether a rule accepts the paging that was inferred from the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum PagingSwitch {
    /// The inferred paging applies.
    Inferred,
    /// The operation is not paged, whatever the names of its parameters.
    Off,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rules: Vec<Value>,
}

/// Reads the rules of a file and reports the invalid ones.
pub(super) fn read<'s>(source: &'s Source, diagnostics: &mut Diagnostics) -> Vec<Numbered<'s>> {
    let rules = match serde_yaml::from_str::<Rules>(&source.text) {
        Ok(rules) => rules.rules,
        Err(error) => {
            diagnostics.file(
                &source.name,
                format!("this is not a list of policy rules ({error})"),
                "put the rules into a list `rules`",
            );
            return Vec::new();
        }
    };
    let mut read = Vec::new();
    for (index, rule) in rules.into_iter().enumerate() {
        let number = index + 1;
        let problem = match serde_json::from_value::<Rule>(rule) {
            Ok(rule) if rule.reason.trim().is_empty() => "`reason` is empty".to_owned(),
            Ok(rule) if rule.set.is_empty() => "`set` is empty".to_owned(),
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

/// Sets the policies of every operation. `base` is the file for problems that no single rule causes.
pub(super) fn apply(
    api: &mut Api,
    rules: &[Numbered],
    base: &str,
    usage: &mut UsageTracker,
    diagnostics: &mut Diagnostics,
) {
    for numbered in rules {
        let condition = &numbered.rule.condition;
        let used = api
            .operations
            .iter()
            .any(|operation| condition.matches(operation));
        let problem = Diagnostic {
            file: numbered.file.to_owned(),
            pointer: None,
            message: format!("rule {} matches no operation", numbered.number),
            help: "correct `match`, or remove the rule".to_owned(),
        };
        usage.note_use(used, problem);
    }
    for operation in &mut api.operations {
        let matching: Vec<&Numbered> = rules
            .iter()
            .filter(|numbered| numbered.rule.condition.matches(operation))
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

/// Applies the most specific rules to one operation.
struct Decider<'r> {
    matching: &'r [&'r Numbered<'r>],
    operation: &'r Operation,
    base: &'r str,
    diagnostics: &'r mut Diagnostics,
}

impl Decider<'_> {
    fn one<T: Copy + PartialEq + fmt::Debug>(
        &mut self,
        policy: &str,
        get: impl Fn(&Decision) -> Option<T>,
    ) -> Option<T> {
        let decisions: Vec<(&Numbered, u8, T)> = self
            .matching
            .iter()
            .filter_map(|one| Some((*one, one.rule.condition.weight(), get(&one.rule.set)?)))
            .collect();
        let name = format!("`{} {}`", self.operation.method, self.operation.path);
        let Some((first, weight, decision)) = decisions
            .iter()
            .copied()
            .reduce(|a, b| if b.1 > a.1 { b } else { a })
        else {
            self.diagnostics.file(
                self.base,
                format!("no rule sets `{policy}` for {name}"),
                "add a rule that sets it",
            );
            return None;
        };
        let rival = decisions
            .iter()
            .find(|(_, other, rival)| *other == weight && *rival != decision);
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
                    "{rules} are equally specific and contradict each other on `{policy}` of {name} \
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
    fn matches(&self, operation: &Operation) -> bool {
        let method = match &self.method {
            None => true,
            Some(Methods::One(one)) => *one == operation.method,
            Some(Methods::Several(several)) => several.contains(&operation.method),
        };
        let path = self
            .path
            .as_ref()
            .is_none_or(|path| matches(&path_key(path), &path_key(&operation.path)));
        let two_factor = operation.policy.access == Access::TwoFactor;
        method && path && self.two_factor.is_none_or(|wanted| wanted == two_factor)
    }

    /// Returns how specific the condition is: a full path ranks above a pattern, then the second factor, then the method.
    fn weight(&self) -> u8 {
        let path = match &self.path {
            None => 0,
            Some(path) if path.contains('*') => 4,
            Some(_) => 8,
        };
        path + 2 * u8::from(self.two_factor.is_some()) + u8::from(self.method.is_some())
    }
}

/// Returns whether a path matches a pattern in which `*` stands for one segment and `**` for any number of them.
fn matches(pattern: &str, path: &str) -> bool {
    fn segments(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern, path) {
            ([], []) => true,
            (["**", rest @ ..], _) => {
                (0..=path.len()).any(|skipped| segments(rest, &path[skipped..]))
            }
            ([first, pattern @ ..], [segment, path @ ..]) => {
                (*first == "*" || first == segment) && segments(pattern, path)
            }
            _ => false,
        }
    }
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    segments(&pattern, &path)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_one_segment_and_two_stars_are_any_number() {
        for (pattern, path, expected) in [
            ("/a/b", "/a/b", true),
            ("/a/*", "/a/{}", true),
            ("/a/*", "/a", false),
            ("/a/*", "/a/b/c", false),
            ("/a/**", "/a", true),
            ("/**/approve", "/a/{}/approve", true),
            ("/**/approve", "/approve", true),
            ("/**/approve", "/a/approve/b", false),
            ("/**/b/**", "/a/b/c/b", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
