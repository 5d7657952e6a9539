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

/// Declares a version's marker.
macro_rules! version {
    ($(#[$attr:meta])* $name:ident = $number:literal) => {
        $(#[$attr])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {}

        impl $name {
            const NUMBER: &'static str = $number;
        }
    };
}

/// Lists what a version has.
macro_rules! contents {
    (
        $version:ident:
        endpoints { $($endpoint:ident),* $(,)? }
        schemas { $($schema:ident),* $(,)? }
    ) => {
        $(
            #[allow(deprecated)]
            #[diagnostic::do_not_recommend]
            impl $crate::access::Has<$endpoint> for $version {}
        )*

        #[allow(deprecated)]
        impl $crate::access::Version for $version {
            const NUMBER: &'static str = $version::NUMBER;

            fn visit(visitor: &mut impl $crate::access::Visitor<Self>) {
                $(visitor.endpoint::<$endpoint>();)*
                $(visitor.schema::<$schema>(stringify!($schema));)*
            }
        }
    };
}

pub(crate) use {contents, id_copy, ids, version};
