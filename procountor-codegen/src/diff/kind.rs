//! What can happen to an API from one version to another: one list, each kind with its name and a sentence.

use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($kind:ident = $name:literal: $doc:literal),* $(,)?) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $kind,)*
        }

        impl Kind {
            /// Every kind, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The name that a decision or a filter uses: `parameter-added`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// What it means, in a sentence.
            pub fn sentence(self) -> &'static str {
                match self { $(Self::$kind => $doc,)* }
            }
        }
    };
}

kinds! {
    OperationAdded = "operation-added": "An operation is new.",
    OperationRemoved = "operation-removed": "An operation is gone.",
    OperationMoved = "operation-moved": "An operation is at another path.",
    PathRespelled = "path-respelled": "A path differs in case or in the name of a placeholder only: it is the same operation.",
    OperationIdChanged = "operation-id-changed": "An operation has another operationId.",
    OperationIdReused = "operation-id-reused": "An operationId now names another operation.",
    DeprecationChanged = "deprecation-changed": "An operation is deprecated, or is not any more.",
    RemovalAnnounced = "removal-announced": "The version in which an operation is to be removed was stated, changed or taken back.",
    ParameterAdded = "parameter-added": "An operation takes another parameter.",
    ParameterRemoved = "parameter-removed": "An operation does not take a parameter any more.",
    ParameterLocation = "parameter-location": "A parameter goes elsewhere: path, query or header.",
    ParameterType = "parameter-type": "A parameter is of another type.",
    ParameterWidth = "parameter-width": "A whole number of a parameter is declared with another width.",
    ParameterRequired = "parameter-required": "A parameter became required.",
    ParameterOptional = "parameter-optional": "A parameter became optional.",
    ParameterEnum = "parameter-enum": "A parameter takes other values.",
    ParameterLimits = "parameter-limits": "The limits of a parameter changed.",
    ParameterDefault = "parameter-default": "What the server takes for a parameter that is not sent changed.",
    ParameterList = "parameter-list": "A list is written in another way.",
    BodyChanged = "body-changed": "What a request carries changed.",
    BodyRequired = "body-required": "The body became required.",
    BodyOptional = "body-optional": "The body became optional.",
    AnswerAdded = "answer-added": "An operation answers with a further status.",
    AnswerRemoved = "answer-removed": "An operation does not answer with a status any more.",
    AnswerChanged = "answer-changed": "What an answer carries changed.",
    SchemaAdded = "schema-added": "A schema is new.",
    SchemaRemoved = "schema-removed": "A schema is gone.",
    SchemaRenamed = "schema-renamed": "A new schema has the properties of one that is gone; two at least, since one says little.",
    SchemaChanged = "schema-changed": "A schema is itself of another type, or has other values or limits.",
    FieldAdded = "field-added": "A schema has another field.",
    FieldRemoved = "field-removed": "A field is gone.",
    FieldType = "field-type": "A field is of another type.",
    FieldRequired = "field-required": "A field became required.",
    FieldOptional = "field-optional": "A field became optional.",
    FieldEnum = "field-enum": "A field has other values.",
    FieldLimits = "field-limits": "The limits of a field changed.",
    FieldDefault = "field-default": "What the server takes for a field that is not sent changed.",
    ValuesAdded = "values-added": "An enum has further values.",
    ValuesRemoved = "values-removed": "Values of an enum are gone.",
    AccessChanged = "access-changed": "Other credentials may call an operation.",
    PagingChanged = "paging-changed": "The rows of a search are reached in another way.",
    RetryChanged = "retry-changed": "An operation may be sent again under other conditions.",
    RateLimitChanged = "rate-limit-changed": "An operation waits for the rate limit in another way.",
    MaxIdsChanged = "max-ids-changed": "A request takes another number of ids.",
    MarketChanged = "market-changed": "An operation is in environments of other countries.",
    EndpointAdded = "endpoint-added": "An endpoint type and its method are new.",
    EndpointRemoved = "endpoint-removed": "An endpoint type and its method are gone.",
    EndpointRenamed = "endpoint-renamed": "An endpoint type and its method have another name.",
    MethodMoved = "method-moved": "The method of an endpoint is in another facade or has another name.",
    FacadeAdded = "facade-added": "A group of methods is new.",
    FacadeRemoved = "facade-removed": "A group of methods is gone.",
    ConstructorChanged = "constructor-changed": "A method and the endpoint's `new` take other arguments.",
    SetterAdded = "setter-added": "A call has another setter.",
    SetterRemoved = "setter-removed": "A setter is gone.",
    SetterType = "setter-type": "A setter takes another type.",
    OutputChanged = "output-changed": "A call returns another type.",
    RowsChanged = "rows-changed": "`rows()` is new, gone, or gives another type.",
    TypeAdded = "type-added": "A type is new.",
    TypeRemoved = "type-removed": "A type is gone.",
    TypeRenamed = "type-renamed": "A type has another name.",
    TypeChanged = "type-changed": "An id holds another type.",
    MemberAdded = "member-added": "A struct has another field.",
    MemberRemoved = "member-removed": "A field of a struct is gone.",
    MemberType = "member-type": "A field of a struct is of another type.",
    RequiredGained = "required-gained": "What a request needs has another field.",
    RequiredLost = "required-lost": "What a request needs has a field less.",
    DefaultGained = "default-gained": "A type has `Default` and no `…Required` any more.",
    DefaultLost = "default-lost": "A type has a `…Required` and no `Default` any more.",
    VariantAdded = "variant-added": "An enum has another variant; matches have a catch-all already.",
    VariantRemoved = "variant-removed": "A variant is gone.",
    DeprecatedInRust = "deprecated-in-rust": "The compiler warns of a use, or does not any more.",
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
