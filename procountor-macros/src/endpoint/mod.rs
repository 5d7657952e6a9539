//! `#[endpoint]`: `parse` reads the input, `check` and `check_policy` find every error, and `emit` cannot fail.

mod check;
mod check_policy;
mod emit;
mod parse;
mod policy;

use proc_macro2::TokenStream;

use crate::errors::Errors;

pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let endpoint = parse::endpoint(arguments, item, &mut errors);
    if let Some(endpoint) = &endpoint {
        check::endpoint(endpoint, &mut errors);
        check_policy::policies(endpoint, &mut errors);
    }
    match (errors.report(), endpoint) {
        (None, Some(endpoint)) => emit::endpoint(&endpoint),
        (report, _) => report.unwrap_or_default(),
    }
}
