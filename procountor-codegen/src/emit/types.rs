//! Types, limits and names in Rust.

use heck::ToLowerCamelCase;
use proc_macro2::{Ident, Span};

use crate::builder::version_marker;
use crate::catalogue::{Catalogue, Kind, VersionSet};
use crate::model::{Api, Constraints, Type};

/// The way in which a file names generated types.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// Every type by its name.
    Flat,
    /// The definitions that a version first had: types of older versions are written `v2302::Name`.
    Origin {
        catalogue: &'a Catalogue<'a>,
        version: usize,
    },
}

impl Scope<'_> {
    /// Returns the path of a generated type.
    pub(super) fn path(self, kind: Kind, name: &str) -> String {
        match self {
            Self::Origin { catalogue, version } => {
                let origin = catalogue.origin(version, kind, name);
                if origin == version {
                    name.to_owned()
                } else {
                    format!("{}::{name}", module(&catalogue.versions[origin]))
                }
            }
            Self::Flat => name.to_owned(),
        }
    }

    /// Returns a type.
    pub(super) fn ty(self, wire: &Type) -> String {
        match wire {
            Type::String => "String".to_owned(),
            Type::Integer => "i64".to_owned(),
            Type::Decimal => "Decimal".to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Date => "Date".to_owned(),
            Type::DateTime => "DateTime".to_owned(),
            Type::Secret => "Secret".to_owned(),
            Type::Binary => "FileUpload".to_owned(),
            Type::Json => "Json".to_owned(),
            Type::Id(name) => self.path(Kind::Id, name),
            Type::Enum(name) => self.path(Kind::Enum, name),
            Type::Schema(name) => self.path(Kind::Schema, name),
            Type::List(item) => format!("Vec<{}>", self.ty(item)),
            Type::Map(value) => format!("BTreeMap<String, {}>", self.ty(value)),
        }
    }
}

/// Returns the module of a version, which is its feature too: `v2604`.
pub(crate) fn module(api: &Api) -> String {
    version_marker(&api.version).to_lowercase()
}

/// Returns the folder of the definitions that a version first had: `new_in_v2604`.
pub(super) fn folder(api: &Api) -> String {
    format!("new_in_{}", module(api))
}

/// `#[cfg(…)]`: one of these versions is enabled.
pub(super) fn cfg(catalogue: &Catalogue, versions: &VersionSet) -> String {
    let feature = |index| format!("feature = {:?}", module(&catalogue.versions[index]));
    let features: Vec<String> = versions.iter().map(feature).collect();
    match &features[..] {
        [one] => format!("#[cfg({one})]\n"),
        several => format!("#[cfg(any({}))]\n", several.join(", ")),
    }
}

/// Returns a name, with `r#` if it is a keyword.
pub(super) fn ident(name: &str) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(ident) => ident,
        Err(_) => Ident::new_raw(name, Span::call_site()),
    }
}

/// Returns `name = "…"` if the lowerCamelCase of the field is not the wire name.
pub(super) fn wire_name(rust: &str, wire: &str) -> Option<String> {
    (rust.to_lower_camel_case() != wire).then(|| format!("name = {wire:?}"))
}

/// Returns the limits of a value, as arguments of an attribute.
pub(crate) fn limits(rule: &Constraints) -> Vec<String> {
    let number = |name: &str, value: &Option<u32>| value.map(|value| format!("{name} = {value}"));
    let decimal = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| format!("{name} = {value}"))
    };
    let limits = [
        number("min_len", &rule.min_len),
        number("max_len", &rule.max_len),
        decimal("min", &rule.min),
        decimal("max", &rule.max),
        decimal("above", &rule.above),
        decimal("below", &rule.below),
        number("scale", &rule.scale),
        number("min_items", &rule.min_items),
        number("max_items", &rule.max_items),
        rule.unique.then(|| "unique".to_owned()),
    ];
    limits.into_iter().flatten().collect()
}
