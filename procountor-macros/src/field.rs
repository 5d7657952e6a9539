//! Options of a field: the wire name, flags and constraints.

use heck::ToLowerCamelCase;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Token, Type, UnOp};

use crate::errors::Errors;

/// The arguments of `#[query(…)]` or `#[schema(…)]`.
#[derive(Default)]
pub(crate) struct Options(Vec<Setting>);

/// `name`, or `name = value`.
pub(crate) struct Setting {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

impl Parse for Setting {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any)?;
        if input.peek(Token![:]) {
            return Err(input.error(format!("expected `=` before a value: `{name} = …`")));
        }
        let value = input
            .parse::<Option<Token![=]>>()?
            .map(|_| input.parse())
            .transpose()?;
        Ok(Self { name, value })
    }
}

impl Parse for Options {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let settings = Punctuated::<Setting, Token![,]>::parse_terminated(input)?;
        Ok(Self(settings.into_iter().collect()))
    }
}

const FLAGS: [&str; 6] = ["required", "comma", "repeated", "json", "file", "unique"];
const COUNTS: [&str; 5] = ["min_len", "max_len", "scale", "min_items", "max_items"];
const NUMBERS: [&str; 4] = ["min", "max", "above", "below"];

impl Options {
    /// Reports options that are unknown, repeated, or of the wrong kind. `allowed` are the flags of the location.
    pub(crate) fn check(&self, allowed: &[&str], ty: &Type, errors: &mut Errors) {
        check_type(ty, errors);
        let mut seen = Vec::new();
        for Setting { name, value } in &self.0 {
            let text = name.unraw().to_string();
            let word = text.as_str();
            if seen.contains(&text) {
                errors.at(name, format!("`{text}` is given twice"));
            }
            let takes_value = match word {
                "name" => true,
                _ if COUNTS.contains(&word) || NUMBERS.contains(&word) => true,
                _ if FLAGS.contains(&word) && (allowed.contains(&word) || word == "unique") => {
                    false
                }
                _ => {
                    errors.at(
                        name,
                        format!(
                            "`{text}` is not supported here; use one of {}",
                            known(allowed)
                        ),
                    );
                    continue;
                }
            };
            match (takes_value, value) {
                (true, None) => errors.at(name, format!("`{text}` needs a value: `{text} = …`")),
                (false, Some(value)) => errors.at(value, format!("`{text}` does not take a value")),
                (true, Some(value)) => check_value(word, value, errors),
                (false, None) => {}
            }
            check_fits(word, name, ty, errors);
            seen.push(text);
        }
        self.check_order("min_len", "max_len", errors);
        self.check_order("min", "max", errors);
        self.check_order("min_items", "max_items", errors);
    }

    /// Reports constraints that contradict each other.
    fn check_order(&self, low: &str, high: &str, errors: &mut Errors) {
        let number = |name| {
            self.value(name)
                .and_then(number_text)
                .and_then(|text| text.parse::<f64>().ok())
        };
        if let (Some(least), Some(most), Some(place)) =
            (number(low), number(high), self.value(high))
            && least > most
        {
            errors.at(
                place,
                format!(
                    "a value cannot satisfy both: `{low} = {least}` is more than `{high} = {most}`"
                ),
            );
        }
    }

    /// Returns whether a flag is set.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.setting(flag).is_some()
    }

    /// Returns the option with a name.
    pub(crate) fn setting(&self, name: &str) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.name.unraw() == name)
    }

    fn value(&self, name: &str) -> Option<&Expr> {
        self.setting(name)?.value.as_ref()
    }

    /// Returns the wire name: the given one, or the name of the field in lowerCamelCase.
    pub(crate) fn wire_name(&self, field: &Ident) -> String {
        let given = self
            .value("name")
            .and_then(text_of)
            .map(|text| text.value());
        given.unwrap_or_else(|| field.unraw().to_string().to_lower_camel_case())
    }

    /// Returns the descriptor line of the field, which `FieldDescriptor::read` parses.
    pub(crate) fn line(&self, wire: &str, place: Option<&str>, required: bool) -> String {
        let mut line = wire.to_owned();
        let limits = self.0.iter().filter_map(limit);
        let words = place.map(str::to_owned).into_iter();
        for word in words
            .chain(required.then(|| "required".to_owned()))
            .chain(limits)
        {
            line.push('\t');
            line.push_str(&word);
        }
        line
    }
}

/// Returns the shared and the exclusive `DynField` of a field. An unsupported type is reported at the field.
pub(crate) fn slots(field: &Ident) -> (TokenStream, TokenStream) {
    let span = field.span().resolved_at(Span::call_site());
    (
        quote_spanned!(span=> &self.#field),
        quote_spanned!(span=> &mut self.#field),
    )
}

/// Returns a constraint as a word of the descriptor line.
fn limit(setting: &Setting) -> Option<String> {
    let word = setting.name.to_string();
    let is_limit = COUNTS.contains(&word.as_str()) || NUMBERS.contains(&word.as_str());
    match &setting.value {
        Some(value) if is_limit => Some(format!("{word}={}", number_text(value)?)),
        _ => (word == "unique").then_some(word),
    }
}

fn known(allowed: &[&str]) -> String {
    let mut words = vec!["name"];
    words.extend(allowed);
    words.extend(COUNTS);
    words.extend(NUMBERS);
    words.push("unique");
    words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn check_value(word: &str, value: &Expr, errors: &mut Errors) {
    let (fits, wanted) = match word {
        "name" => (is_name(value), "a name in quotes"),
        _ if COUNTS.contains(&word) => (is_count(value), "a whole number"),
        _ => (number_text(value).is_some(), "a number"),
    };
    if !fits {
        errors.at(value, format!("`{word}` needs {wanted}"));
    }
}

/// Reports number types that the wire does not have.
fn check_type(ty: &Type, errors: &mut Errors) {
    let inner = innermost(ty);
    let is = |names: &[&str]| names.iter().any(|name| is_named(inner, name));
    if is(&["f32", "f64"]) {
        errors.at(inner, "floating-point numbers are not exact: use `Decimal`");
    } else if is(&[
        "i8", "i16", "i32", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
    ]) {
        errors.at(inner, "use `i64` for integers");
    }
}

/// Reports a constraint that does not apply to the type.
fn check_fits(word: &str, place: &Ident, ty: &Type, errors: &mut Errors) {
    let list = generic(ty, "Vec").is_some()
        || generic(ty, "Option").is_some_and(|inner| generic(inner, "Vec").is_some());
    let inner = innermost(ty);
    let is = |names: &[&str]| names.iter().any(|name| is_named(inner, name));
    let wanted = match word {
        "min_items" | "max_items" | "unique" if !list => "a list",
        "min_len" | "max_len" if !is(&["String"]) => "`String`",
        "scale" if !is(&["Decimal"]) => "`Decimal`",
        "min" | "max" | "above" | "below"
            if is(&["String", "bool", "Date", "DateTime", "Json"]) =>
        {
            "a number"
        }
        _ => return,
    };
    errors.at(place, format!("`{word}` applies only to {wanted}"));
}

/// Returns whether a value can be a wire name. Tabs and line breaks separate the words of a descriptor.
fn is_name(value: &Expr) -> bool {
    text_of(value)
        .is_some_and(|text| !text.value().is_empty() && !text.value().contains(char::is_control))
}

fn is_count(value: &Expr) -> bool {
    matches!(value, Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.base10_parse::<u32>().is_ok())
}

fn text_of(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text),
        _ => None,
    }
}

/// Returns the sign and digits of a number as written.
fn number_text(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(number),
            ..
        }) => Some(number.base10_digits().to_owned()),
        Expr::Lit(ExprLit {
            lit: Lit::Float(number),
            ..
        }) => Some(number.base10_digits().to_owned()),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => number_text(expr).map(|text| format!("-{text}")),
        _ => None,
    }
}

/// Returns the `T` of `Name<T>`.
pub(crate) fn generic<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == name)?;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Returns the type inside `Option`, `Patch`, `Vec` and `Box`.
pub(crate) fn innermost(ty: &Type) -> &Type {
    let inner = ["Option", "Patch", "Vec", "Box"]
        .iter()
        .find_map(|name| generic(ty, name));
    inner.map_or(ty, innermost)
}

/// Returns whether the path of a type ends in a name.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}
