//! What a field of a schema or an endpoint says about itself: its name on the wire and its limits.

use heck::ToLowerCamelCase;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, Token, Type, UnOp};

use crate::errors::Errors;

/// What stands in the brackets of `#[query(…)]` or `#[schema(…)]`.
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
            return Err(input.error(format!("a value is given with `=`: `{name} = …`")));
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
    /// Reports what is not known, given twice, or not of the right kind. `allowed` are the flags that fit the place.
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
                        format!("`{text}` is not known here; there are {}", known(allowed)),
                    );
                    continue;
                }
            };
            match (takes_value, value) {
                (true, None) => errors.at(name, format!("`{text}` needs a value: `{text} = …`")),
                (false, Some(value)) => errors.at(value, format!("`{text}` takes no value")),
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

    /// Reports limits that nothing can meet.
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
                format!("no value meets this: `{low} = {least}` is more than `{high} = {most}`"),
            );
        }
    }

    /// Whether this flag is set.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.setting(flag).is_some()
    }

    /// The setting of this name.
    pub(crate) fn setting(&self, name: &str) -> Option<&Setting> {
        self.0.iter().find(|setting| setting.name.unraw() == name)
    }

    fn value(&self, name: &str) -> Option<&Expr> {
        self.setting(name)?.value.as_ref()
    }

    /// The name on the wire: the one given, or the field's in lowerCamelCase.
    pub(crate) fn wire_name(&self, field: &Ident) -> String {
        let given = self
            .value("name")
            .and_then(text_of)
            .map(|text| text.value());
        given.unwrap_or_else(|| field.unraw().to_string().to_lower_camel_case())
    }

    /// The line of a table that says what is known of the field, as `FieldDescriptor::read` reads it.
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

/// A field as the shared code sees it, shared and exclusive. A type that cannot be one is shown at the field.
pub(crate) fn slots(field: &Ident) -> (TokenStream, TokenStream) {
    let span = field.span().resolved_at(Span::call_site());
    (
        quote_spanned!(span=> &self.#field),
        quote_spanned!(span=> &mut self.#field),
    )
}

/// A limit as a word of a table.
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

/// Reports numbers that are not those of the wire.
fn check_type(ty: &Type, errors: &mut Errors) {
    let inner = innermost(ty);
    let is = |names: &[&str]| names.iter().any(|name| is_named(inner, name));
    if is(&["f32", "f64"]) {
        errors.at(inner, "a float rounds: use `Decimal`, which is exact");
    } else if is(&[
        "i8", "i16", "i32", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
    ]) {
        errors.at(inner, "a whole number is an `i64`");
    }
}

/// Reports a limit that means nothing for the type.
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
    errors.at(place, format!("`{word}` is a limit of {wanted}"));
}

/// Whether a value can be a name on the wire. Tabs and line breaks separate the words of a table.
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

/// The digits of a number, with its sign, as they were written.
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

/// The `T` of `Name<T>`.
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

/// The type inside all of `Option`, `Patch`, `Vec` and `Box`.
pub(crate) fn innermost(ty: &Type) -> &Type {
    let inner = ["Option", "Patch", "Vec", "Box"]
        .iter()
        .find_map(|name| generic(ty, name));
    inner.map_or(ty, innermost)
}

/// Whether a type's path ends in this name.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == name))
}
