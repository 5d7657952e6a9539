//! Whether the policies of an endpoint fit what it does.

use syn::Ident;
use syn::ext::IdentExt;

use super::check::is_known;
use super::parse::{Endpoint, Field, Place};
use super::policy::Paginate;
use crate::errors::Errors;

pub(super) fn policies(endpoint: &Endpoint, errors: &mut Errors) {
    present(endpoint, errors);
    auth(endpoint, errors);
    retry(endpoint, errors);
    if let (Some((attr, _)), Some(paginate)) =
        (&endpoint.policies.paginate, endpoint.policies.paginate())
    {
        paging(endpoint, attr, paginate, errors);
    }
}

/// An endpoint without a policy would run with one that nobody chose.
fn present(endpoint: &Endpoint, errors: &mut Errors) {
    let policies = &endpoint.policies;
    let wanted = [
        (
            policies.auth.is_some(),
            "who may call it: `#[auth(m2m | on_behalf)]`, or `#[auth(on_behalf, two_factor)]`",
        ),
        (
            policies.retry.is_some(),
            "when it may be sent again: `#[retry(safe)]`, `idempotent`, `only_if_unsent` or `never`",
        ),
        (
            policies.rate_limit.is_some(),
            "how it waits for the rate limit: `#[rate_limit(queued)]` or `priority`",
        ),
    ];
    for (given, what) in wanted {
        if !given {
            errors.at(&endpoint.ident, format!("the endpoint does not say {what}"));
        }
    }
}

fn auth(endpoint: &Endpoint, errors: &mut Errors) {
    let Some((_, Some(auth))) = &endpoint.policies.auth else {
        return;
    };
    for (index, kind) in auth.kinds.iter().enumerate() {
        if auth.kinds[..index].contains(kind) {
            errors.at(kind, format!("`{kind}` is given twice"));
        }
    }
    let m2m = auth.kinds.iter().find(|kind| *kind == "m2m");
    let on_behalf = auth.kinds.iter().any(|kind| kind == "on_behalf");
    match (&auth.two_factor, m2m) {
        (Some(_), Some(m2m)) => errors.at(m2m, "a machine has no second factor: write `on_behalf, two_factor`"),
        (None, None) => errors.at(&auth.kinds[0], "only a two-factor operation is refused to machines: write `m2m | on_behalf`, or add `two_factor`"),
        (None, Some(m2m)) if !on_behalf => errors.at(m2m, "a person may do whatever a machine may: write `m2m | on_behalf`"),
        _ => {}
    }
    let accepted = |answer: &super::parse::Answer| {
        answer
            .status
            .as_ref()
            .is_some_and(|status| status.base10_digits() == "202")
    };
    if let Some(two_factor) = auth
        .two_factor
        .as_ref()
        .filter(|_| !endpoint.arguments.answers.iter().any(accepted))
    {
        errors.at(two_factor, "a two-factor operation answers 202 with its transaction: `returns = 202: TransactionIdentifier`");
    }
}

fn retry(endpoint: &Endpoint, errors: &mut Errors) {
    let Some(retry) = endpoint.policies.retry() else {
        return;
    };
    let (kind, method) = (&retry.kind, &endpoint.arguments.method);
    if !is_known(method) {
        return;
    }
    if let Some(reads) = retry
        .reads
        .as_ref()
        .filter(|_| kind != "safe" || method == "GET")
    {
        errors.at(
            reads,
            "`reads` belongs to `safe` on a method other than GET",
        );
    }
    if (kind == "safe" || kind == "idempotent") && endpoint.policies.two_factor() {
        errors.at(
            kind,
            "sent again, a two-factor operation asks the person twice: use `only_if_unsent`",
        );
    } else if kind == "safe" && method != "GET" && retry.reads.is_none() {
        errors.at(kind, format!("a {method} changes something, so sent twice it may do it twice: use `only_if_unsent`, or `safe, reads` if it only reads"));
    } else if kind == "idempotent" && method != "PUT" && method != "DELETE" {
        errors.at(
            kind,
            format!("`idempotent` is for PUT and DELETE, not for a {method}"),
        );
    }
}

fn paging(endpoint: &Endpoint, attr: &syn::Attribute, paginate: &Paginate, errors: &mut Errors) {
    let method = &endpoint.arguments.method;
    if method != "GET" && is_known(method) {
        errors.at(attr, format!("only a search has pages: this is a {method}"));
    }
    if paginate.page.is_none() && paginate.keyset.is_none() {
        errors.at(attr, "say how the next page is reached: `page`, `keyset = previous_id by order_by_id`, or both");
    }
    if !paginate
        .max_size
        .base10_parse::<u32>()
        .is_ok_and(|size| size > 0)
    {
        errors.at(
            &paginate.max_size,
            "a page holds at least one row, and fewer than 2^32",
        );
    }
    if let [_, second, ..] = &endpoint.arguments.answers[..] {
        errors.at(&second.ty, "a search has one answer: its rows are in it");
    }
    let size = Ident::new("size", paginate.max_size.span());
    parameter(endpoint, &size, "the size of a page", errors);
    if let Some(page) = &paginate.page {
        parameter(endpoint, page, "the number of the page", errors);
    }
    if let Some(keyset) = &paginate.keyset {
        parameter(
            endpoint,
            &keyset.parameter,
            "the key of the last row",
            errors,
        );
        parameter(endpoint, &keyset.order, "the order of the rows", errors);
    }
}

/// Paging sets these itself, so they are optional and in the query.
fn parameter(endpoint: &Endpoint, name: &Ident, meaning: &str, errors: &mut Errors) {
    let fits = |field: &&Field| {
        field.ident.unraw() == name.unraw() && field.place == Place::Query && !field.is_required()
    };
    if !endpoint.incomplete && !endpoint.fields.iter().any(|field| fits(&field)) {
        errors.at(
            name,
            format!("there is no optional field `#[query] {name}` for {meaning}"),
        );
    }
}
