//! The macros of the Procountor SDK. Each one parses its input, checks it and reports every mistake at once, and only then
//! emits code. What they emit refers to `::procountor_api::__private` and to nothing else.

mod endpoint;
mod errors;
mod field;
mod open_enum;
mod schema;

use proc_macro::TokenStream;

/// Turns a struct into an operation of the API.
///
/// ```text
/// /// `GET /invoices`: search invoices.
/// #[endpoint(GET, "/invoices", returns = InvoiceSearchResult)]
/// #[auth(m2m | on_behalf)]
/// #[paginate(rows = results: InvoiceBasicInfo, page, keyset = previous_id by order_by_id, size <= 200)]
/// #[retry(safe)]
/// #[rate_limit(company)]
/// pub struct SearchInvoice { … }
/// ```
///
/// Every field has one place: `#[path]`, `#[query]`, `#[header]`, `#[body]`, `#[part(json)]` or `#[part(file)]`.
#[proc_macro_attribute]
pub fn endpoint(arguments: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand(arguments.into(), item.into()).into()
}

/// Makes a struct with named optional fields a schema: read, written, checked and printed by the shared code, with a
/// `…Required` struct of the fields that a request needs.
#[proc_macro_derive(Schema, attributes(schema))]
pub fn derive_schema(item: TokenStream) -> TokenStream {
    schema::expand(item.into()).into()
}

/// Makes an enum of plain variants one that may grow: a value that it does not know is kept and written back.
#[proc_macro_attribute]
pub fn open_enum(arguments: TokenStream, item: TokenStream) -> TokenStream {
    open_enum::expand(&arguments.into(), item.into()).into()
}
