//! The declarative macros of the generated source: typed ids, versions, and the list of what a version has.

/// Declares typed ids.
macro_rules! ids {
    ($($(#[$attr:meta])* $name:ident($inner:ident);)*) => {$(
        $(#[$attr])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        id_copy!($name($inner));

        impl $crate::wire::Wire for $name {
            fn decode(json: &str, depth: u8) -> Result<Self, $crate::wire::DecodeError> {
                <$inner as $crate::wire::Wire>::decode(json, depth).map(Self)
            }

            fn encode(&self, out: &mut String) {
                $crate::wire::Wire::encode(&self.0, out);
            }

            fn check(&self, rule: &$crate::wire::Rule, violations: &mut $crate::wire::Violations) {
                $crate::wire::Wire::check(&self.0, rule, violations);
            }

            fn blank() -> Self {
                Self($crate::wire::Wire::blank())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }
    )*};
}

/// An id that is a number is copied like one.
macro_rules! id_copy {
    ($name:ident(i64)) => {
        impl Copy for $name {}
    };
    ($name:ident(String)) => {};
}

/// Declares the versions as types. They are there whether or not their features are on, so that messages can speak of them.
macro_rules! versions {
    ($(
        $(#[$attr:meta])*
        $name:ident = $number:literal at $path:literal
        $(released $released:literal)?
        $(supported until $until:literal)?;
    )*) => {$(
        $(#[$attr])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        #[allow(dead_code, reason = "read where the version is enabled")]
        impl $name {
            pub(super) const NUMBER: &'static str = $number;
            pub(super) const LIFECYCLE: $crate::access::Lifecycle =
                $crate::access::Lifecycle::new($path, optional!($($released)?), optional!($($until)?));
        }
    )*};
}

macro_rules! optional {
    () => {
        None
    };
    ($value:literal) => {
        Some($value)
    };
}

/// Declares types that stand for several versions. They are there for every version, whichever are on; so they have no impls,
/// which would cost, and `version!` says which versions are in them.
macro_rules! spans {
    ($($(#[$attr:meta])* $name:ident;)*) => {$(
        $(#[$attr])*
        #[allow(missing_debug_implementations, reason = "nothing has this type")]
        pub enum $name {}
    )*};
}

/// Lists what the versions of a span have.
macro_rules! contents {
    (
        $span:ident:
        endpoints { $($endpoint:ident),* $(,)? }
        schemas { $($schema:ident),* $(,)? }
    ) => {
        impl $span {
            #[allow(deprecated, unused_variables)]
            pub(crate) fn visit<V: $crate::access::In<Self>, T: $crate::access::Visitor<V>>(visitor: &mut T) {
                $(visitor.endpoint::<$endpoint>();)*
                $(visitor.schema::<$schema>(stringify!($schema));)*
            }
        }
    };
}

/// Puts a version together.
macro_rules! version {
    ($version:ident: $($span:ident),* $(,)?) => {
        impl $crate::access::Version for $version {
            const NUMBER: &'static str = $version::NUMBER;
            const LIFECYCLE: $crate::access::Lifecycle = $version::LIFECYCLE;

            fn visit(visitor: &mut impl $crate::access::Visitor<Self>) {
                $($span::visit::<Self, _>(visitor);)*
            }
        }

        $(impl $crate::access::In<$span> for $version {})*
    };
}

/// Declares what some version lacks, as types that messages speak of.
macro_rules! absent_names {
    ($($name:ident),* $(,)?) => {$(
        #[allow(non_camel_case_types, missing_debug_implementations)]
        pub enum $name {}
    )*};
}

/// Gives a facade the methods that it has in other versions, so that the compiler can say which.
macro_rules! absent {
    ($facade:ident: $($method:ident($($argument:ident),*) in $span:ident;)*) => {
        impl<V, A> $facade<V, A> {$(
            #[doc(hidden)]
            pub fn $method<R>(&self, $($argument: impl Sized),*) -> R
            where
                V: $crate::access::Offers<$crate::generated::absent::$method, $span>,
            {
                $(let _ = $argument;)*
                V::absent()
            }
        )*}
    };
}

/// The same for the groups of a version's client.
macro_rules! absent_groups {
    ($version:ident: $($method:ident in $span:ident;)*) => {
        impl<A> Client<A> {$(
            #[doc(hidden)]
            pub fn $method<R>(&self) -> R
            where
                A: $crate::access::Groups<$version, $crate::generated::absent::$method, $span>,
            {
                A::absent()
            }
        )*}
    };
}

/// What every record has: its fields, as shared code sees them. `$lines` is an array of texts, `$slots` are arrays of borrowed
/// fields, and `$self` is the `self` that they say.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_record {
    ($name:ident, $self:ident $lines:tt $slots:tt $slots_mut:tt) => {
        #[allow(deprecated)]
        impl $crate::macro_support::Record for $name {
            fn fields(&$self) -> $crate::macro_support::Fields<'_> {
                $crate::macro_support::Fields::new(stringify!($name), &$lines, $slots)
            }

            fn slots_mut(&mut $self) -> $crate::macro_support::SlotsMut<'_> {
                $crate::macro_support::slots_mut($slots_mut)
            }
        }

        #[allow(deprecated)]
        impl $crate::macro_support::fmt::Debug for $name {
            fn fmt(
                &self,
                f: &mut $crate::macro_support::fmt::Formatter<'_>,
            ) -> $crate::macro_support::fmt::Result {
                $crate::macro_support::debug_record(self, f)
            }
        }
    };
}

/// The impls of `#[derive(Schema)]`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_schema {
    ($name:ident, $self:ident $lines:tt $slots:tt $slots_mut:tt $blank:tt) => {
        $crate::impl_record!($name, $self $lines $slots $slots_mut);

        impl $crate::macro_support::Schema for $name {
            fn blank() -> Self {
                Self $blank
            }
        }

        impl ::std::clone::Clone for $name {
            fn clone(&self) -> Self {
                $crate::macro_support::copy_schema(self)
            }
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::macro_support::equal_records(self, other)
            }
        }

        impl $crate::macro_support::Serialize for $name {
            fn serialize<S: $crate::macro_support::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::macro_support::serialize(self, serializer)
            }
        }

        impl<'de> $crate::macro_support::Deserialize<'de> for $name {
            fn deserialize<D: $crate::macro_support::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::macro_support::deserialize(deserializer)
            }
        }
    };
}

/// The impls of `#[endpoint]` that concern its parameters.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_endpoint_record {
    ($name:ident, $self:ident $lines:tt $slots:tt $slots_mut:tt) => {
        $crate::impl_record!($name, $self $lines $slots $slots_mut);

        #[allow(deprecated)]
        impl ::std::clone::Clone for $name {
            fn clone(&self) -> Self {
                $crate::macro_support::copy_endpoint(self)
            }
        }
    };
}

/// The impls of `#[open_enum]`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_open_enum {
    ($name:ident { $($variant:ident = $wire:literal,)* }) => {
        impl $crate::macro_support::OpenEnum for $name {
            const KNOWN: &'static [Self] = &[$(Self::$variant),*];

            fn unrecognized(value: ::std::string::String) -> Self {
                Self::Unrecognized(value.into())
            }

            fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unrecognized(value) => value,
                }
            }
        }

        impl $crate::macro_support::Wire for $name {
            fn decode(
                json: &str,
                _depth: u8,
            ) -> ::std::result::Result<Self, $crate::macro_support::DecodeError> {
                $crate::macro_support::decode_enum(json)
            }

            fn encode(&self, out: &mut ::std::string::String) {
                $crate::macro_support::encode_enum(self, out);
            }

            fn blank() -> Self {
                Self::Unrecognized("".into())
            }
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::macro_support::OpenEnum::as_str(self) == $crate::macro_support::OpenEnum::as_str(other)
            }
        }

        impl ::std::cmp::Eq for $name {}

        impl $crate::macro_support::Hash for $name {
            fn hash<H: $crate::macro_support::Hasher>(&self, hasher: &mut H) {
                $crate::macro_support::Hash::hash($crate::macro_support::OpenEnum::as_str(self), hasher);
            }
        }

        impl $crate::macro_support::fmt::Debug for $name {
            fn fmt(
                &self,
                f: &mut $crate::macro_support::fmt::Formatter<'_>,
            ) -> $crate::macro_support::fmt::Result {
                f.write_str($crate::macro_support::OpenEnum::as_str(self))
            }
        }

        impl $crate::macro_support::fmt::Display for $name {
            fn fmt(
                &self,
                f: &mut $crate::macro_support::fmt::Formatter<'_>,
            ) -> $crate::macro_support::fmt::Result {
                f.write_str($crate::macro_support::OpenEnum::as_str(self))
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                $crate::macro_support::OpenEnum::from_value(value)
            }
        }

        impl $crate::macro_support::Serialize for $name {
            fn serialize<S: $crate::macro_support::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::macro_support::Serialize::serialize($crate::macro_support::OpenEnum::as_str(self), serializer)
            }
        }

        impl<'de> $crate::macro_support::Deserialize<'de> for $name {
            fn deserialize<D: $crate::macro_support::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::macro_support::deserialize(deserializer)
            }
        }
    };
}

#[allow(unused_imports, reason = "no version needs all of them")]
pub(crate) use {
    absent, absent_groups, absent_names, contents, id_copy, ids, optional, spans, version, versions,
};
