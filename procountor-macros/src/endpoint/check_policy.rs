//! Checks of the policies of an endpoint.

use syn::Ident;
use syn::ext::IdentExt;

use super::check::is_known;
use super::parse::{Endpoint, Field, ParamLocation};
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

/// Reports missing policies. There are no defaults, so that each endpoint shows its policies.
fn present(endpoint: &Endpoint, errors: &mut Errors) {
    let policies = &endpoint.policies;
    let wanted = [
        (
            policies.auth.is_some(),
            "`#[auth(m2m | on_behalf)]` or `#[auth(on_behalf, two_factor)]`",
        ),
        (
            policies.retry.is_some(),
            "`#[retry(safe)]`, `idempotent`, `only_if_unsent` or `never`",
        ),
        (
            policies.rate_limit.is_some(),
            "`#[rate_limit(queued)]` or `priority`",
        ),
    ];
    for (given, what) in wanted {
        if !given {
            errors.at(&endpoint.ident, format!("a policy is missing: add {what}"));
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
        (Some(_), Some(m2m)) => errors.at(m2m, "a machine cannot confirm a second factor: write `on_behalf, two_factor`"),
        (None, None) => errors.at(&auth.kinds[0], "only two-factor operations exclude machines: write `m2m | on_behalf`, or add `two_factor`"),
        (None, Some(m2m)) if !on_behalf => errors.at(m2m, "a person can call every operation that a machine can: write `m2m | on_behalf`"),
        _ => {}
    }
    let accepted = |response: &super::parse::ResponseType| {
        response
            .status
            .as_ref()
            .is_some_and(|status| status.base10_digits() == "202")
    };
    if let Some(two_factor) = auth
        .two_factor
        .as_ref()
        .filter(|_| !endpoint.arguments.responses.iter().any(accepted))
    {
        errors.at(two_factor, "a two-factor operation returns 202 with its transaction: `returns = 202: TransactionIdentifier`");
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
            "`reads` is only valid as `safe, reads` on a method other than GET",
        );
    }
    if (kind == "safe" || kind == "idempotent") && endpoint.policies.two_factor() {
        errors.at(
            kind,
            "a repeated two-factor operation asks the person twice: use `only_if_unsent`",
        );
    } else if kind == "safe" && method != "GET" && retry.reads.is_none() {
        errors.at(kind, format!("a repeated {method} can have its effect twice: use `only_if_unsent`, or `safe, reads` if it only reads"));
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
        errors.at(
            attr,
            format!("only a GET can have pages, and this is a {method}"),
        );
    }
    if paginate.page.is_none() && paginate.keyset.is_none() {
        errors.at(attr, "a way to the next page is missing: add `page`, `keyset = previous_id by order_by_id`, or both");
    }
    if !paginate
        .max_size
        .base10_parse::<u32>()
        .is_ok_and(|size| size > 0)
    {
        errors.at(
            &paginate.max_size,
            "the page size must be from 1 to 2^32 - 1",
        );
    }
    if let [_, second, ..] = &endpoint.arguments.responses[..] {
        errors.at(
            &second.ty,
            "a search has one response, which contains its rows",
        );
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

/// Checks a parameter that paging sets: it must be optional and in the query.
fn parameter(endpoint: &Endpoint, name: &Ident, meaning: &str, errors: &mut Errors) {
    let fits = |field: &&Field| {
        field.ident.unraw() == name.unraw()
            && field.place == ParamLocation::Query
            && !field.is_required()
    };
    if !endpoint.incomplete && !endpoint.fields.iter().any(|field| fits(&field)) {
        errors.at(
            name,
            format!("add an optional field `#[query] {name}` for {meaning}"),
        );
    }
}
