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

            fn check(&self, rule: &$crate::wire::Constraints, violations: &mut $crate::wire::Violations) {
                $crate::wire::Wire::check(&self.0, rule, violations);
            }

            fn empty() -> Self {
                Self($crate::wire::Wire::empty())
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
            pub(super) const LIFECYCLE: $crate::operation::Lifecycle =
                $crate::operation::Lifecycle::new($path, optional!($($released)?), optional!($($until)?));
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
            pub(crate) fn visit<V: $crate::operation::InRange<Self>, T: $crate::operation::Visitor<V>>(visitor: &mut T) {
                $(visitor.endpoint::<$endpoint>();)*
                $(visitor.schema::<$schema>(stringify!($schema));)*
            }
        }
    };
}

/// Puts a version together.
macro_rules! version {
    ($version:ident: $($span:ident),* $(,)?) => {
        impl $crate::operation::Version for $version {
            const NUMBER: &'static str = $version::NUMBER;
            const LIFECYCLE: $crate::operation::Lifecycle = $version::LIFECYCLE;

            fn visit(visitor: &mut impl $crate::operation::Visitor<Self>) {
                $($span::visit::<Self, _>(visitor);)*
            }
        }

        $(impl $crate::operation::InRange<$span> for $version {})*
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
                V: $crate::operation::MissingOperation<$crate::generated::absent::$method, $span>,
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
                A: $crate::operation::MissingGroup<$version, $crate::generated::absent::$method, $span>,
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
macro_rules! impl_reflect {
    ($name:ident, $self:ident $lines:tt $slots:tt $dyn_fields_mut:tt) => {
        #[allow(deprecated)]
        impl $crate::__private::Reflect for $name {
            fn fields(&$self) -> $crate::__private::Fields<'_> {
                $crate::__private::Fields::new(stringify!($name), &$lines, $slots)
            }

            fn dyn_fields_mut(&mut $self) -> $crate::__private::DynFieldsMut<'_> {
                $crate::__private::dyn_fields_mut($dyn_fields_mut)
            }
        }

        #[allow(deprecated)]
        impl $crate::__private::fmt::Debug for $name {
            fn fmt(
                &self,
                f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                $crate::__private::debug_fields(self, f)
            }
        }
    };
}

/// The impls of `#[derive(Schema)]`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_schema {
    ($name:ident, $self:ident $lines:tt $slots:tt $dyn_fields_mut:tt $empty:tt) => {
        $crate::impl_reflect!($name, $self $lines $slots $dyn_fields_mut);

        impl $crate::__private::Schema for $name {
            fn empty() -> Self {
                Self $empty
            }
        }

        impl ::std::clone::Clone for $name {
            fn clone(&self) -> Self {
                $crate::__private::copy_schema(self)
            }
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::equal_fields(self, other)
            }
        }

        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize(self, serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::__private::deserialize(deserializer)
            }
        }
    };
}

/// The impls of `#[endpoint]` that concern its parameters.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_endpoint_record {
    ($name:ident, $self:ident $lines:tt $slots:tt $dyn_fields_mut:tt) => {
        $crate::impl_reflect!($name, $self $lines $slots $dyn_fields_mut);

        #[allow(deprecated)]
        impl ::std::clone::Clone for $name {
            fn clone(&self) -> Self {
                $crate::__private::copy_endpoint(self)
            }
        }
    };
}

/// The impls of `#[open_enum]`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_open_enum {
    ($name:ident { $($variant:ident = $wire:literal,)* }) => {
        impl $crate::__private::OpenEnum for $name {
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

        impl $crate::__private::Wire for $name {
            fn decode(
                json: &str,
                _depth: u8,
            ) -> ::std::result::Result<Self, $crate::__private::DecodeError> {
                $crate::__private::decode_enum(json)
            }

            fn encode(&self, out: &mut ::std::string::String) {
                $crate::__private::encode_enum(self, out);
            }

            fn empty() -> Self {
                Self::Unrecognized("".into())
            }
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                $crate::__private::OpenEnum::as_str(self) == $crate::__private::OpenEnum::as_str(other)
            }
        }

        impl ::std::cmp::Eq for $name {}

        impl $crate::__private::Hash for $name {
            fn hash<H: $crate::__private::Hasher>(&self, hasher: &mut H) {
                $crate::__private::Hash::hash($crate::__private::OpenEnum::as_str(self), hasher);
            }
        }

        impl $crate::__private::fmt::Debug for $name {
            fn fmt(
                &self,
                f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                f.write_str($crate::__private::OpenEnum::as_str(self))
            }
        }

        impl $crate::__private::fmt::Display for $name {
            fn fmt(
                &self,
                f: &mut $crate::__private::fmt::Formatter<'_>,
            ) -> $crate::__private::fmt::Result {
                f.write_str($crate::__private::OpenEnum::as_str(self))
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                $crate::__private::OpenEnum::from_value(value)
            }
        }

        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::__private::Serialize::serialize($crate::__private::OpenEnum::as_str(self), serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::__private::deserialize(deserializer)
            }
        }
    };
}

#[allow(unused_imports, reason = "no version needs all of them")]
pub(crate) use {
    absent, absent_groups, absent_names, contents, id_copy, ids, optional, spans, version, versions,
};
