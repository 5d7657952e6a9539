//! The macros of the generated source in `procountor-api`.
//!
//! Each macro parses its input, checks it, reports all errors together, and then emits code. The code refers only to
//! `::procountor_api::__private`.

mod endpoint;
mod errors;
mod field;
mod open_enum;
mod schema;

use proc_macro::TokenStream;

/// Implements `Endpoint` for a struct: an operation of the API with its parameters and policies.
///
/// ```text
/// /// `GET /invoices`: search invoices.
/// #[endpoint(GET, "/invoices", returns = InvoiceSearchResult, versions = Since<V2604>)]
/// #[auth(m2m | on_behalf)]
/// #[paginate(rows = results: InvoiceBasicInfo, page, keyset = previous_id by order_by_id, size <= 200)]
/// #[retry(safe)]
/// #[rate_limit(queued)]
/// pub struct SearchInvoice {
///     /// Only invoices in one of these states.
///     #[query(comma)]
///     pub status: Vec<InvoiceStatus>,
///     #[query]
///     pub start_date: Option<Date>,
/// }
/// ```
///
/// The macro emits `SearchInvoice::new` with the required fields, a setter on `Call` for each optional field, and the
/// implementations that sending needs. The operation id is the name of the struct in lowerCamelCase.
///
/// # Arguments
///
/// | argument | meaning |
/// |---|---|
/// | `GET`, `POST`, `PUT`, `PATCH`, `DELETE` | method |
/// | `"/invoices/{invoiceId}"` | path; every placeholder has a `#[path]` field |
/// | `returns = T` | response type for status 200; `()` is 204 without a body; `202: T` sets the status; `(200: A, 202: B)` gives several |
/// | `versions = R` | versions that have it: `Since<V>`, `Between<A, B>`, `Only<V>` or `Except<R, V>`; every version if it is not given |
///
/// Response types are a schema, `Vec<Schema>`, `Batch<Schema>` (several ids), `Binary` (bytes), `Mixed<Schema>`
/// (`multipart/mixed`) and `Json`.
///
/// # Policies
///
/// Every endpoint has `auth`, `retry` and `rate_limit`; a search has `paginate` too.
///
/// | policy | values |
/// |---|---|
/// | `auth` | `m2m \| on_behalf` (every credential), or `on_behalf, two_factor` (a person confirms) |
/// | `retry` | `safe` (`safe, reads` on a method other than GET), `idempotent` (PUT, DELETE), `only_if_unsent`, `never` |
/// | `rate_limit` | `queued` (waits in the queue of the company's limit), `priority` (takes the next permit) |
/// | `paginate` | `rows = field: Row`, `page`, `keyset = parameter by order` (`on field` if the key of a row is not `id`), `size <= N` |
///
/// # Fields
///
/// Every field has one location:
///
/// | attribute | types |
/// |---|---|
/// | `#[path]` | a scalar, or a `Vec` with `comma` |
/// | `#[query]` | `T` (required), `Option<T>`, or a `Vec` with `comma` (`a=1,2`) or `repeated` (`a=1&a=2`) |
/// | `#[header]` | `T`, `Option<T>`, or a `Vec` |
/// | `#[body]` | a schema, a `Vec`, or a scalar; `Option` if the body is optional |
/// | `#[part(json)]`, `#[part(file)]` | a schema, or `FileUpload`, of a multipart body |
///
/// Arguments of a location: `name = "wireName"` if the wire name is not the field in lowerCamelCase, `required` for a list,
/// and the constraints of [`Schema`](macro@Schema). An empty list is not sent.
#[proc_macro_attribute]
pub fn endpoint(arguments: TokenStream, item: TokenStream) -> TokenStream {
    endpoint::expand(arguments.into(), item.into()).into()
}

/// Derives the JSON form of a struct, with checks of its constraints.
///
/// ```text
/// /// An invoice of any type, with its rows.
/// #[derive(Schema)]
/// pub struct Invoice {
///     pub id: Option<InvoiceId>,
///     #[schema(required)]
///     pub r#type: Option<InvoiceType>,
///     #[schema(max_len = 70)]
///     pub order_reference: Option<String>,
///     #[schema(required, max = 100, scale = 4)]
///     pub discount_percent: Option<Decimal>,
///     #[doc(hidden)]
///     pub unknown: Unknown,
/// }
/// ```
///
/// Every field is an `Option`, because a server can omit any of them; in the body of a PATCH it is a `Patch` (keep, clear,
/// set). `unknown` keeps the members that the struct does not know. With `required` fields, the macro emits
/// `InvoiceRequired` and `From<InvoiceRequired> for Invoice`; without, `Default`.
///
/// | argument of `#[schema]` | meaning |
/// |---|---|
/// | `name = "…"` | wire name, if it is not the field in lowerCamelCase |
/// | `required` | requests need the field |
/// | `min_len`, `max_len` | length of a string, in characters |
/// | `min`, `max`, `above`, `below` | bounds of a number; the last two are exclusive |
/// | `scale` | number of decimals |
/// | `min_items`, `max_items`, `unique` | length of a list; no repeated items |
///
/// Field types are `String`, `i64`, `Decimal`, `bool`, `Date`, `DateTime`, `Json`, `Secret`, ids, enums, schemas,
/// `Boxed<T>` for recursion, `Vec<T>` and `BTreeMap<String, T>`.
#[proc_macro_derive(Schema, attributes(schema))]
pub fn derive_schema(item: TokenStream) -> TokenStream {
    schema::expand(item.into()).into()
}

/// Implements an enum of strings that keeps unknown values and writes them back.
///
/// ```text
/// #[open_enum]
/// pub enum InvoiceStatus {
///     Empty,
///     NotSent,
///     #[wire("PARTLY_PAID,")]
///     PartlyPaidComma,
/// }
/// ```
///
/// The wire value of a variant is its name in SCREAMING_SNAKE_CASE, or the string in `#[wire("…")]`. The macro adds the
/// variant `Unrecognized`.
#[proc_macro_attribute]
pub fn open_enum(arguments: TokenStream, item: TokenStream) -> TokenStream {
    open_enum::expand(&arguments.into(), item.into()).into()
}
