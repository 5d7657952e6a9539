//! The declarative macros of the generated source: typed ids, versions, and what versions lack.

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

            fn check(&self, constraints: &$crate::wire::Constraints, violations: &mut $crate::wire::Violations) {
                $crate::wire::Wire::check(&self.0, constraints, violations);
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

/// Declares the versions as types, oldest first. They exist whether or not their features are enabled, so that messages can
/// name them.
macro_rules! versions {
    ($(
        $(#[$attr:meta])*
        $name:ident = $number:literal at $path:literal
        $(released $released:literal)?
        $(supported until $until:literal)?;
    )*) => {
        $(
            $(#[$attr])*
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            #[allow(dead_code, reason = "read where the version is enabled")]
            impl $name {
                pub(super) const NUMBER: &'static str = $number;
                pub(super) const LIFECYCLE: $crate::operation::Lifecycle =
                    $crate::operation::Lifecycle::new($path, optional!($($released)?), optional!($($until)?));
            }
        )*

        version_order! { $($name)* }
    };
}

/// Implements the order of the versions, oldest first.
macro_rules! version_order {
    () => {};
    ($oldest:ident $($later:ident)*) => {
        impl $crate::operation::NotBefore<$oldest> for $oldest {}
        $(
            impl $crate::operation::NotBefore<$oldest> for $later {}
            impl $crate::operation::Differs<$oldest> for $later {}
            impl $crate::operation::Differs<$later> for $oldest {}
        )*
        version_order! { $($later)* }
    };
}

macro_rules! optional {
    () => {
        None
    };
    ($value:literal) => {
        Some($value)
    };
}

/// Declares the folders of definitions and the modules of the versions, oldest first.
macro_rules! modules {
    ($($folder:ident, $module:ident = $feature:tt: $version:ident;)*) => {
        $crate::macros::origins! { $($folder $feature)* }

        $(
            #[cfg(feature = $feature)]
            #[allow(deprecated, reason = "a deprecated operation is still an operation")]
            pub mod $module;
        )*

        /// The public modules of the enabled versions.
        pub(crate) mod public {
            $(
                #[cfg(feature = $feature)]
                pub use super::$module;
            )*
        }

        pub(crate) mod visit {
            /// Visits every enabled version, oldest first.
            #[allow(unused_variables, reason = "no version needs to be enabled")]
            pub fn visit_versions(visitor: &mut impl $crate::operation::VersionVisitor) {
                $(
                    #[cfg(feature = $feature)]
                    visitor.version::<super::versions::$version>();
                )*
            }
        }
    };
}

/// Declares the folders of definitions. The definitions that a version was the first to have are needed by this version and
/// by all later ones.
macro_rules! origins {
    () => {};
    ($folder:ident $feature:tt $($later:ident $features:tt)*) => {
        #[cfg(any(feature = $feature, $(feature = $features),*))]
        #[allow(
            dead_code,
            unreachable_pub,
            unused_imports,
            reason = "a definition that has not ended is compiled for all later versions, also for one that lacks it"
        )]
        mod $folder;

        $crate::macros::origins! { $($later $features)* }
    };
}

/// Implements a version, with the lists that a visitor goes over.
macro_rules! version {
    (
        $version:ident:
        endpoints { $($endpoint:ident),* $(,)? }
        schemas { $($schema:ident),* $(,)? }
    ) => {
        impl $crate::operation::Version for $version {
            const NUMBER: &'static str = $version::NUMBER;
            const LIFECYCLE: $crate::operation::Lifecycle = $version::LIFECYCLE;

            fn visit(visitor: &mut impl $crate::operation::Visitor<Self>) {
                $(visitor.endpoint::<operations::$endpoint>();)*
                $(visitor.schema::<$schema>(stringify!($schema));)*
            }
        }
    };
}

/// Declares the names of groups and operations that some versions lack, as types that messages can name.
macro_rules! unavailable_names {
    ($($name:ident),* $(,)?) => {$(
        #[allow(non_camel_case_types, missing_debug_implementations)]
        pub enum $name {}
    )*};
}

/// Gives a facade the methods that it has in other versions. They do not compile, and the message names these versions.
macro_rules! unavailable {
    ($version:ident $facade:ident: $($method:ident($($argument:ident),*) in $range:ty;)*) => {
        impl<A> $facade<A> {$(
            #[doc(hidden)]
            #[allow(unused_variables, reason = "the method cannot be called")]
            pub fn $method<R>(&self, $($argument: impl Sized),*) -> R
            where
                A: $crate::operation::HasOperation<$version, $crate::generated::unavailable::$method, $range>,
            {
                A::unavailable()
            }
        )*}
    };
}

/// The same for the groups of a client.
macro_rules! unavailable_groups {
    ($version:ident: $($method:ident in $range:ty;)*) => {
        impl<A> $crate::Client<$version, A> {$(
            #[doc(hidden)]
            pub fn $method<R>(&self) -> R
            where
                A: $crate::operation::HasGroup<$version, $crate::generated::unavailable::$method, $range>,
            {
                A::unavailable()
            }
        )*}
    };
}

/// The same for the parameters of a call.
macro_rules! unavailable_parameters {
    ($folder:ident $endpoint:ident: $($parameter:ident in $range:ty;)*) => {
        impl<V, A> Call<V, A, $crate::generated::$folder::$endpoint> {$(
            #[doc(hidden)]
            pub fn $parameter<R>(self, _: impl Sized) -> R
            where
                V: $crate::operation::HasParameter<$crate::generated::$folder::$endpoint, $range>,
            {
                V::unavailable()
            }
        )*}
    };
}

/// Implements `Reflect` and `Debug`. `$lines` are the lines of the descriptor, `$values` and `$values_mut` are arrays of
/// borrowed fields, and `$self` is the `self` in them.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_reflect {
    ($name:ident, $self:ident $lines:tt $values:tt $values_mut:tt) => {
        #[allow(deprecated)]
        impl $crate::__private::Reflect for $name {
            fn fields(&$self) -> $crate::__private::Fields<'_> {
                $crate::__private::Fields::new(stringify!($name), &$lines, $values)
            }

            fn dyn_fields_mut(&mut $self) -> $crate::__private::DynFieldsMut<'_> {
                $crate::__private::dyn_fields_mut($values_mut)
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

/// Implements the traits of `#[derive(Schema)]`.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_schema {
    ($name:ident, $self:ident $lines:tt $values:tt $values_mut:tt $empty:tt) => {
        $crate::impl_reflect!($name, $self $lines $values $values_mut);

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

/// Implements the traits of `#[endpoint]` that access its parameters.
#[doc(hidden)]
#[macro_export]
macro_rules! impl_endpoint_reflect {
    ($name:ident, $self:ident $lines:tt $values:tt $values_mut:tt) => {
        $crate::impl_reflect!($name, $self $lines $values $values_mut);

        #[allow(deprecated)]
        impl ::std::clone::Clone for $name {
            fn clone(&self) -> Self {
                $crate::__private::copy_endpoint(self)
            }
        }
    };
}

/// Implements the traits of `#[open_enum]`.
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

#[allow(unused_imports, reason = "a version does not need all of them")]
pub(crate) use {
    id_copy, ids, modules, optional, origins, unavailable, unavailable_groups, unavailable_names,
    unavailable_parameters, version, version_order, versions,
};
