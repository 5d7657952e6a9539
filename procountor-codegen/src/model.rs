//! What an API version consists of, free of OpenAPI: the last place where `openapiv3` types are seen is the builder
//! that makes this. The emitter, the differ, the sandbox and the conformance runner all read it.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::policy::Policy;

/// One version of the API: everything that its specification says, with the overlay applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// The version as the vendor writes it: `26.04`.
    pub version: String,
    /// Where and how long it is reached.
    pub lifecycle: Lifecycle,
    /// The groups (tags), in the order of their names.
    pub groups: Vec<Group>,
    /// All operations, in the order of the specification.
    pub operations: Vec<Operation>,
    /// All schemas, by name.
    pub schemas: Vec<Schema>,
    /// All enums, by name; equal value lists are one.
    pub enums: Vec<Enum>,
    /// All typed ids, by name.
    pub ids: Vec<Id>,
}

impl Api {
    /// The schema of this name.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }

    /// The enum of this name.
    pub fn enumeration(&self, name: &str) -> Option<&Enum> {
        self.enums
            .iter()
            .find(|enumeration| enumeration.name == name)
    }

    /// The typed id of this name.
    pub fn id(&self, name: &str) -> Option<&Id> {
        self.ids.iter().find(|id| id.name == name)
    }

    /// Calls `change` with every type of parameters, bodies, answers and fields.
    pub(crate) fn each_type(&mut self, mut change: impl FnMut(&mut Type)) {
        for operation in &mut self.operations {
            operation
                .parameters
                .iter_mut()
                .for_each(|parameter| change(&mut parameter.ty));
            match &mut operation.body {
                Some(Body::Json { ty, .. }) => change(ty),
                Some(Body::Multipart(parts)) => {
                    parts.iter_mut().for_each(|part| change(&mut part.ty))
                }
                None => {}
            }
            for answer in &mut operation.answers {
                if let Content::Json(ty) | Content::Mixed(ty) = &mut answer.content {
                    change(ty);
                }
            }
        }
        for field in self
            .schemas
            .iter_mut()
            .flat_map(|schema| &mut schema.fields)
        {
            change(&mut field.ty);
        }
    }

    /// The operation of this id (`searchInvoice`).
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// Where and how long a version is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// The path in front of every operation's: `/v2411/api`.
    pub path: String,
    /// The day of its release, as `2024-08-17`, where it is known.
    pub released: Option<String>,
    /// How long the vendor means to support it, as `mid-May 2025`, where that is known.
    pub supported_until: Option<String>,
}

/// The operations of one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The module and the client's method: `bank_accounts`.
    pub name: String,
    /// The vendor's tag: `Bank accounts`.
    pub tag: String,
    /// The facade in Rust: `BankAccounts`; another name where a schema has this one.
    pub facade: String,
    /// Our own sentence about it.
    pub doc: Option<String>,
}

/// One operation. Method and path identify it; the id is the name that users see.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The id in lowerCamelCase: the vendor's, or the overlay's where the vendor's ends in a number.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template: `/invoices/{invoiceId}`.
    pub path: String,
    /// The name of its group.
    pub group: String,
    /// Our own sentence about it.
    pub doc: Option<String>,
    /// Set when the vendor calls it deprecated.
    pub deprecated: Option<Deprecation>,
    /// The country whose environments have it, as in `FI`.
    pub market: Option<String>,
    /// Path, query and header parameters, in the order of the specification.
    pub parameters: Vec<Parameter>,
    /// What is sent.
    pub body: Option<Body>,
    /// The successful answers, by status.
    pub answers: Vec<Answer>,
    /// The declared error statuses, in order.
    pub errors: Vec<u16>,
    /// Set when the path takes several ids at once.
    pub batch: Option<Batch>,
    /// What the runtime obeys when it calls this.
    pub policy: Policy,
}

impl Operation {
    /// What identifies it in all versions: `GET /invoices/{}`.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, path_key(&self.path))
    }
}

/// What identifies a path in all versions: the vendor has changed capitals and the names of placeholders from one version
/// to the next, and neither tells two paths apart.
pub fn path_key(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') && segment.ends_with('}') {
            "{}".to_owned()
        } else {
            segment.to_lowercase()
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The HTTP methods that an operation may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or asks for a report.
    Post,
    /// Replaces, or starts an action.
    Put,
    /// Changes in part.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// As it is written in a request: `GET`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known of a deprecation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// The version in which the vendor means to remove it.
    pub removal: Option<String>,
}

/// Several ids in one path segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The wire name of the path parameter.
    pub parameter: String,
    /// The most ids that one request may carry.
    pub max: u32,
    /// The id of the endpoint for several: `getInvoiceBatch`.
    pub id: String,
}

/// A path, query or header parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name on the wire.
    pub wire: String,
    /// The name in Rust, without `r#`.
    pub rust: String,
    /// Where it goes.
    pub location: Location,
    /// Whether the operation needs it.
    pub required: bool,
    /// Its type; for a list, the type of the items stands in `Type::List`.
    pub ty: Type,
    /// How a list is written.
    pub list: ListStyle,
    /// Its limits.
    pub rule: Rule,
    /// What the server takes when it is not sent.
    pub default: Option<Value>,
    /// A value from the specification.
    pub example: Option<Value>,
    /// Our own sentence about it.
    pub doc: Option<String>,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
}

/// How a list is written in a path or query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStyle {
    /// `a=1,2`
    Comma,
    /// `a=1&a=2`
    Repeated,
}

/// What a request carries.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A JSON value.
    Json {
        /// The name of the field in Rust: the schema's name in snake_case.
        rust: String,
        /// Its type.
        ty: Type,
        /// Whether it may be left out.
        required: bool,
    },
    /// `multipart/form-data`.
    Multipart(Vec<Part>),
}

/// A part of a multipart body.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The name on the wire.
    pub wire: String,
    /// `Type::Binary` is a file, everything else a JSON part.
    pub ty: Type,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status that says this is the answer.
    pub status: u16,
    /// What it carries.
    pub content: Content,
}

/// What a successful answer carries.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A JSON value.
    Json(Type),
    /// Bytes.
    Binary {
        /// Their media type, as far as it is known.
        media: String,
    },
    /// `multipart/mixed`: a JSON part, then the file.
    Mixed(Type),
}

/// A type on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text.
    String,
    /// A whole number of at most 64 bits.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DDTHH:MM:SS`, without a zone.
    DateTime,
    /// Text that must never be printed.
    Secret,
    /// Bytes of a file.
    Binary,
    /// Any JSON value.
    Json,
    /// A typed id, by name.
    Id(String),
    /// An enum, by name.
    Enum(String),
    /// A schema, by name.
    Schema(String),
    /// A list.
    List(Box<Type>),
    /// An object with any names.
    Map(Box<Type>),
}

impl Type {
    /// The type itself, or of the items when it is a list or a map.
    pub fn leaf(&self) -> &Self {
        match self {
            Self::List(item) | Self::Map(item) => item.leaf(),
            leaf => leaf,
        }
    }

    /// The type itself, or of the items, to be changed.
    pub(crate) fn leaf_mut(&mut self) -> &mut Self {
        match self {
            Self::List(item) | Self::Map(item) => item.leaf_mut(),
            leaf => leaf,
        }
    }
}

/// An object on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The name in Rust; the vendor's unless the overlay says otherwise.
    pub name: String,
    /// The vendor's name.
    pub vendor: String,
    /// Our own sentence about it.
    pub doc: Option<String>,
    /// Its fields, in the order of the specification.
    pub fields: Vec<Field>,
    /// Whether a request body reaches it.
    pub in_request: bool,
    /// Whether an answer reaches it.
    pub in_answer: bool,
    /// Whether this is the body of a PATCH: each field can be left alone, cleared, or set.
    pub patch: bool,
    /// The group that alone uses it.
    pub group: Option<String>,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The name on the wire.
    pub wire: String,
    /// The name in Rust, without `r#`.
    pub rust: String,
    /// Its type.
    pub ty: Type,
    /// Whether the object is not valid without it.
    pub required: bool,
    /// Whether it leads back to its own schema, so that it needs a `Box`.
    pub recursive: bool,
    /// Its limits.
    pub rule: Rule,
    /// Whether the vendor calls it deprecated.
    pub deprecated: bool,
    /// What the server takes when it is not sent.
    pub default: Option<Value>,
    /// A value from the specification.
    pub example: Option<Value>,
    /// Our own sentence about it.
    pub doc: Option<String>,
}

/// The limits of a value. Numbers are kept as the text of the specification, so that they stay exact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Characters, at least.
    pub min_len: Option<u32>,
    /// Characters, at most.
    pub max_len: Option<u32>,
    /// The least number.
    pub min: Option<String>,
    /// The greatest number.
    pub max: Option<String>,
    /// The number must be greater than this.
    pub above: Option<String>,
    /// The number must be less than this.
    pub below: Option<String>,
    /// Digits behind the point, at most.
    pub scale: Option<u32>,
    /// Items of a list, at least.
    pub min_items: Option<u32>,
    /// Items of a list, at most.
    pub max_items: Option<u32>,
    /// No item twice.
    pub unique: bool,
}

/// A set of names that may grow.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The name in Rust.
    pub name: String,
    /// Our own sentence about it.
    pub doc: Option<String>,
    /// Its values, in the order of the specification.
    pub values: Vec<EnumValue>,
    /// The group that alone uses it.
    pub group: Option<String>,
}

/// One name of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// The value on the wire.
    pub wire: String,
    /// The variant in Rust.
    pub rust: String,
}

/// A typed id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id {
    /// The name in Rust.
    pub name: String,
    /// Whether it is text; else a whole number.
    pub text: bool,
    /// Our own sentence about it.
    pub doc: Option<String>,
}
