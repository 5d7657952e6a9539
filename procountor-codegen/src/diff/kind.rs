//! The kinds of changes, each with a name and a sentence.

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($kind:ident = $name:literal: $doc:literal),* $(,)?) => {
        /// The kind of a change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Returns the name: `parameter-added`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// Returns a sentence that explains the kind.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$kind => $doc,)* }
            }
        }
    };
}

kinds! {
    OperationAdded = "operation-added": "An operation is new.",
    OperationRemoved = "operation-removed": "An operation was removed.",
    OperationMoved = "operation-moved": "The path of an operation changed.",
    PathRespelled = "path-respelled": "A path changed only in case or in the name of a placeholder; the operation is the same.",
    OperationIdChanged = "operation-id-changed": "The operationId of an operation changed.",
    OperationIdReused = "operation-id-reused": "An operationId now names another operation.",
    DeprecationChanged = "deprecation-changed": "An operation became deprecated, or is no longer deprecated.",
    RemovalAnnounced = "removal-announced": "The announced removal of an operation changed.",
    ParameterAdded = "parameter-added": "An operation has a new parameter.",
    ParameterRemoved = "parameter-removed": "A parameter was removed.",
    ParameterLocation = "parameter-location": "A parameter moved between path, query and header.",
    ParameterType = "parameter-type": "The type of a parameter changed.",
    ParameterWidth = "parameter-width": "The declared width of an integer parameter changed.",
    ParameterRequired = "parameter-required": "A parameter became required.",
    ParameterOptional = "parameter-optional": "A parameter became optional.",
    ParameterEnum = "parameter-enum": "The values of a parameter changed.",
    ParameterLimits = "parameter-limits": "The limits of a parameter changed.",
    ParameterDefault = "parameter-default": "The default of a parameter changed.",
    ParameterList = "parameter-list": "The style of a list changed.",
    BodyChanged = "body-changed": "The body of a request changed.",
    BodyRequired = "body-required": "The body became required.",
    BodyOptional = "body-optional": "The body became optional.",
    ResponseAdded = "response-added": "An operation has a new response status.",
    ResponseRemoved = "response-removed": "A response status was removed.",
    ResponseChanged = "response-changed": "The body of a response changed.",
    SchemaAdded = "schema-added": "A schema is new.",
    SchemaRemoved = "schema-removed": "A schema was removed.",
    SchemaRenamed = "schema-renamed": "A new schema has the properties of a removed one; at least two, since one proves little.",
    SchemaChanged = "schema-changed": "The type, the values or the limits of a schema itself changed.",
    FieldAdded = "field-added": "A schema has a new field.",
    FieldRemoved = "field-removed": "A field was removed.",
    FieldType = "field-type": "The type of a field changed.",
    FieldRequired = "field-required": "A field became required.",
    FieldOptional = "field-optional": "A field became optional.",
    FieldEnum = "field-enum": "The values of a field changed.",
    FieldLimits = "field-limits": "The limits of a field changed.",
    FieldDefault = "field-default": "The default of a field changed.",
    ValuesAdded = "values-added": "An enum has new values.",
    ValuesRemoved = "values-removed": "Values of an enum were removed.",
    AccessChanged = "access-changed": "The credentials that can call an operation changed.",
    PagingChanged = "paging-changed": "The paging of a search changed.",
    RetryChanged = "retry-changed": "The retry policy of an operation changed.",
    RateLimitChanged = "rate-limit-changed": "The rate limit of an operation changed.",
    MaxIdsChanged = "max-ids-changed": "The largest number of ids in a request changed.",
    MarketChanged = "market-changed": "The countries that have an operation changed.",
    EndpointAdded = "endpoint-added": "An endpoint type and its method are new.",
    EndpointRemoved = "endpoint-removed": "An endpoint type and its method were removed.",
    EndpointRenamed = "endpoint-renamed": "An endpoint type and its method were renamed.",
    MethodMoved = "method-moved": "The method of an endpoint was moved or renamed.",
    FacadeAdded = "facade-added": "A group of methods is new.",
    FacadeRemoved = "facade-removed": "A group of methods was removed.",
    ConstructorChanged = "constructor-changed": "The arguments of a method and of the endpoint's `new` changed.",
    SetterAdded = "setter-added": "A call has a new setter.",
    SetterRemoved = "setter-removed": "A setter was removed.",
    SetterType = "setter-type": "The type of a setter changed.",
    OutputChanged = "output-changed": "The return type of a call changed.",
    RowsChanged = "rows-changed": "`rows()` was added or removed, or its type changed.",
    TypeAdded = "type-added": "A type is new.",
    TypeRemoved = "type-removed": "A type was removed.",
    TypeRenamed = "type-renamed": "A type was renamed.",
    TypeChanged = "type-changed": "The type that an id holds changed.",
    MemberAdded = "member-added": "A struct has a new field.",
    MemberRemoved = "member-removed": "A field of a struct was removed.",
    MemberType = "member-type": "The type of a struct's field changed.",
    RequiredGained = "required-gained": "A `…Required` struct has a new field.",
    RequiredLost = "required-lost": "A field of a `…Required` struct was removed.",
    DefaultGained = "default-gained": "A type gained `Default` and lost its `…Required` struct.",
    DefaultLost = "default-lost": "A type gained a `…Required` struct and lost `Default`.",
    VariantAdded = "variant-added": "An enum has a new variant; matches already need a catch-all arm.",
    VariantRemoved = "variant-removed": "A variant was removed.",
    DeprecatedInRust = "deprecated-in-rust": "A deprecation warning was added or removed.",
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
