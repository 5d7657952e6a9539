//! Parsers of the policies of an endpoint: `#[auth]`, `#[paginate]`, `#[retry]`, `#[rate_limit]`.

use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitInt, Token, Type};

/// The given policies with their attributes; the inner `None` is a policy that could not be parsed.
#[derive(Default)]
pub(super) struct Policies {
    pub(super) auth: Option<(Attribute, Option<Auth>)>,
    pub(super) paginate: Option<(Attribute, Option<Paginate>)>,
    pub(super) retry: Option<(Attribute, Option<Retry>)>,
    pub(super) rate_limit: Option<(Attribute, Option<RateLimit>)>,
}

impl Policies {
    pub(super) fn two_factor(&self) -> bool {
        matches!(&self.auth, Some((_, Some(auth))) if auth.two_factor.is_some())
    }

    pub(super) fn paginate(&self) -> Option<&Paginate> {
        self.paginate
            .as_ref()
            .and_then(|(_, paginate)| paginate.as_ref())
    }

    pub(super) fn retry(&self) -> Option<&Retry> {
        self.retry.as_ref().and_then(|(_, retry)| retry.as_ref())
    }

    pub(super) fn rate_limit(&self) -> Option<&RateLimit> {
        let (_, rate_limit) = self.rate_limit.as_ref()?;
        rate_limit.as_ref()
    }
}

/// `m2m | on_behalf`, or `on_behalf, two_factor`
pub(super) struct Auth {
    pub(super) kinds: Vec<Ident>,
    pub(super) two_factor: Option<Ident>,
}

impl Parse for Auth {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut kinds = vec![word(input, &["m2m", "on_behalf"], "auth")?];
        while input.parse::<Option<Token![|]>>()?.is_some() {
            kinds.push(word(input, &["m2m", "on_behalf"], "auth")?);
        }
        let mut two_factor = None;
        if input.parse::<Option<Token![,]>>()?.is_some() {
            two_factor = Some(word(input, &["two_factor"], "auth")?);
        }
        Ok(Self { kinds, two_factor })
    }
}

/// `safe`, `safe, reads`, `idempotent`, `only_if_unsent` or `never`
pub(super) struct Retry {
    pub(super) kind: Ident,
    /// The operation only reads, although its method is not GET.
    pub(super) reads: Option<Ident>,
}

impl Parse for Retry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let kind = word(
            input,
            &["safe", "idempotent", "only_if_unsent", "never"],
            "retry",
        )?;
        let mut reads = None;
        if input.parse::<Option<Token![,]>>()?.is_some() {
            reads = Some(word(input, &["reads"], "retry")?);
        }
        Ok(Self { kind, reads })
    }
}

/// `queued` or `priority`
pub(super) struct RateLimit(pub(super) Ident);

impl Parse for RateLimit {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        word(input, &["queued", "priority"], "rate_limit").map(Self)
    }
}

/// `rows = results: InvoiceBasicInfo, page, keyset = previous_id by order_by_id, size <= 200`
pub(super) struct Paginate {
    pub(super) rows: Ident,
    pub(super) row: Type,
    pub(super) page: Option<Ident>,
    pub(super) keyset: Option<Keyset>,
    pub(super) max_size: LitInt,
}

/// `previous_id by order_by_id`, and `on attachment_id` if the key of a row is not its `id`
pub(super) struct Keyset {
    pub(super) parameter: Ident,
    pub(super) order: Ident,
    pub(super) key: Option<Ident>,
}

impl Parse for Paginate {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let start = input.span();
        let (mut rows, mut page, mut keyset, mut max_size) = (None, None, None, None);
        while !input.is_empty() {
            let name = word(input, &["rows", "page", "keyset", "size"], "paginate")?;
            let again = || {
                Err(syn::Error::new(
                    name.span(),
                    format!("`{name}` is given twice"),
                ))
            };
            match name.to_string().as_str() {
                "rows" if rows.is_some() => return again(),
                "rows" => {
                    input.parse::<Token![=]>()?;
                    let field: Ident = input.parse()?;
                    expect::<Token![:]>(
                        input,
                        "`rows` needs the type of a row: `rows = results: InvoiceBasicInfo`",
                    )?;
                    rows = Some((field, input.parse()?));
                }
                "page" if page.is_some() => return again(),
                "page" => page = Some(name),
                "keyset" if keyset.is_some() => return again(),
                "keyset" => {
                    input.parse::<Token![=]>()?;
                    keyset = Some(input.parse()?);
                }
                _ if max_size.is_some() => return again(),
                _ => {
                    expect::<Token![<=]>(input, "expected the maximum page size: `size <= 200`")?;
                    max_size = Some(input.parse()?);
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        let missing = |what: &str| syn::Error::new(start, format!("`paginate` needs `{what}`"));
        match (rows, max_size) {
            (Some((rows, row)), Some(max_size)) => Ok(Self {
                rows,
                row,
                page,
                keyset,
                max_size,
            }),
            (None, Some(_)) => Err(missing("rows = <field of the response>: <row type>")),
            (Some(_), None) => Err(missing("size <= <maximum page size>")),
            (None, None) => Err(missing(
                "rows = <field of the response>: <row type>, size <= <maximum page size>",
            )),
        }
    }
}

syn::custom_keyword!(by);

impl Parse for Keyset {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let parameter = input.parse()?;
        expect::<by>(
            input,
            "`keyset` needs the order of the rows: `keyset = previous_id by order_by_id`",
        )?;
        let order = input.parse()?;
        let mut key = None;
        if input.peek(Ident) {
            word(input, &["on"], "keyset")?;
            key = Some(input.parse()?);
        }
        Ok(Self {
            parameter,
            order,
            key,
        })
    }
}

/// Parses a token, or returns an error with a message.
fn expect<T: Parse>(input: ParseStream<'_>, message: &str) -> syn::Result<T> {
    input
        .parse()
        .map_err(|error: syn::Error| syn::Error::new(error.span(), message))
}

/// Parses one of the words of a policy.
fn word(input: ParseStream<'_>, known: &[&str], policy: &str) -> syn::Result<Ident> {
    let choices = || {
        known
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let found: Ident = input.parse().map_err(|error| {
        syn::Error::new(error.span(), format!("`{policy}` expects {}", choices()))
    })?;
    match known.iter().any(|word| found == word) {
        true => Ok(found),
        false => Err(syn::Error::new(
            found.span(),
            format!(
                "`{policy}` does not support `{found}`; it expects {}",
                choices()
            ),
        )),
    }
}
