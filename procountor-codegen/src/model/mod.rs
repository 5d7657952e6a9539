//! The model of an API version. It does not depend on OpenAPI: only the builder uses the types of `openapiv3`. The emitter,
//! the differ, the sandbox and the conformance tests read it.

mod policy;

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

pub use policy::{Access, Keyset, Paging, Policy, RateLimit, Retry};

/// One version of the API, as its specification describes it with the overlays applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// The version as the vendor writes it: `26.04`.
    pub version: String,
    /// Its base path and support period.
    pub lifecycle: Lifecycle,
    /// The groups (tags), in the order of their names.
    pub groups: Vec<Group>,
    /// All operations, in the order of the specification.
    pub operations: Vec<Operation>,
    /// All schemas, by name.
    pub schemas: Vec<Schema>,
    /// All enums, by name. Equal lists of values are one enum.
    pub enums: Vec<Enum>,
    /// All typed ids, by name.
    pub ids: Vec<Id>,
}

impl Api {
    /// Returns the schema with this name.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }

    /// Returns the enum with this name.
    pub fn enumeration(&self, name: &str) -> Option<&Enum> {
        self.enums
            .iter()
            .find(|enumeration| enumeration.name == name)
    }

    /// Returns the typed id with this name.
    pub fn id(&self, name: &str) -> Option<&Id> {
        self.ids.iter().find(|id| id.name == name)
    }

    /// Returns the operation with this id (`searchInvoice`).
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

/// The base path and the support period of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// The base path: `/v2411/api`.
    pub path: String,
    /// The day of its release (`2024-08-17`), if known.
    pub released: Option<String>,
    /// The announced end of support (`mid-May 2025`), if known.
    pub supported_until: Option<String>,
}

/// The operations of one tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The name of the module and of the client's method: `bank_accounts`.
    pub name: String,
    /// The vendor's tag: `Bank accounts`.
    pub tag: String,
    /// The name of the facade: `BankAccounts`, or another one if a schema has this name.
    pub facade: String,
    /// The project's sentence about it.
    pub doc: Option<String>,
}

/// An operation. Its method and path identify it; its id is the name that users see.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The id in lowerCamelCase, from the vendor or from an overlay.
    pub id: String,
    /// The HTTP method.
    pub method: Method,
    /// The path template: `/invoices/{invoiceId}`.
    pub path: String,
    /// The name of its group.
    pub group: String,
    /// The project's sentence about it.
    pub doc: Option<String>,
    /// Set if the vendor deprecated it.
    pub deprecated: Option<Deprecation>,
    /// The only country whose environments have it: `FI`.
    pub market: Option<String>,
    /// Path, query and header parameters, in the order of the specification.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The successful responses, by status.
    pub responses: Vec<Response>,
    /// The declared error statuses, in order.
    pub errors: Vec<u16>,
    /// Set if the path takes several ids at once.
    pub batch: Option<Batch>,
    /// The policies that the runtime follows.
    pub policy: Policy,
}

impl Operation {
    /// Returns its identity across versions: `GET /invoices/{}`.
    pub fn key(&self) -> String {
        format!("{} {}", self.method, path_key(&self.path))
    }
}

/// Returns the identity of a path across versions. The vendor changes the case of paths and the names of placeholders
/// between versions, but no two paths differ only in these.
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

/// An HTTP method of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or computes a report.
    Post,
    /// Replaces, or starts an action.
    Put,
    /// Changes in part.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// Returns the name in a request: `GET`.
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

/// The deprecation of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// The version in which the vendor plans to remove the operation.
    pub removal: Option<String>,
}

/// The variant of an operation that takes several ids in one path segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The wire name of the path parameter.
    pub parameter: String,
    /// The largest number of ids in one request.
    pub max: u32,
    /// The id of this variant: `getInvoiceBatch`.
    pub id: String,
}

/// A path, query or header parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name on the wire.
    pub wire: String,
    /// The name in Rust, without `r#`.
    pub rust: String,
    /// Its location in the request.
    pub location: Location,
    /// Whether it is required.
    pub required: bool,
    /// Its type.
    pub ty: Type,
    /// The style of a list.
    pub list: ListStyle,
    /// Its constraints.
    pub constraints: Constraints,
    /// The value that the server uses if none is sent.
    pub default: Option<Value>,
    /// A value from the specification.
    pub example: Option<Value>,
    /// The project's sentence about it.
    pub doc: Option<String>,
}

/// The location of a parameter in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// A header.
    Header,
}

/// The style of a list in a path or query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListStyle {
    /// `a=1,2`
    Comma,
    /// `a=1&a=2`
    Repeated,
}

/// A request body.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A JSON value.
    Json {
        /// The name of the field in Rust: the schema's name in snake_case.
        rust: String,
        /// Its type.
        ty: Type,
        /// Whether it is required.
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
    /// `Type::Binary` for a file; any other type is a JSON part.
    pub ty: Type,
}

/// A successful response.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub content: Content,
}

/// The body of a successful response.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// A JSON value.
    Json(Type),
    /// Bytes.
    Binary {
        /// The media type, as far as it is known.
        media: String,
    },
    /// `multipart/mixed`: a JSON part, then a file.
    Mixed(Type),
}

/// A type on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text.
    String,
    /// An integer of at most 64 bits.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DDTHH:MM:SS`, without a time zone.
    DateTime,
    /// Text that must not be logged or printed.
    Secret,
    /// The bytes of a file.
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
    /// An object with arbitrary keys.
    Map(Box<Type>),
}

impl Type {
    /// Returns the innermost item type of a list or map, or the type itself.
    pub fn leaf(&self) -> &Self {
        match self {
            Self::List(item) | Self::Map(item) => item.leaf(),
            leaf => leaf,
        }
    }
}

/// An object on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// The name in Rust, from the vendor or from an overlay.
    pub name: String,
    /// The vendor's name.
    pub vendor: String,
    /// The project's sentence about it.
    pub doc: Option<String>,
    /// Its fields, in the order of the specification.
    pub fields: Vec<Field>,
    /// Whether a request body reaches it.
    pub in_request: bool,
    /// Whether a response reaches it.
    pub in_response: bool,
    /// Whether this is the body of a PATCH, in which each field can be kept, cleared or set.
    pub patch: bool,
    /// The only group that uses it.
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
    /// Whether it is required.
    pub required: bool,
    /// Whether it contains its own schema and needs a `Box`.
    pub recursive: bool,
    /// Its constraints.
    pub constraints: Constraints,
    /// Whether the vendor deprecated it.
    pub deprecated: bool,
    /// The value that the server uses if none is sent.
    pub default: Option<Value>,
    /// A value from the specification.
    pub example: Option<Value>,
    /// The project's sentence about it.
    pub doc: Option<String>,
}

/// The constraints of a value. Numbers are kept as text, so that they stay exact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Constraints {
    /// The smallest number of characters.
    pub min_len: Option<u32>,
    /// The largest number of characters.
    pub max_len: Option<u32>,
    /// The smallest allowed number.
    pub min: Option<String>,
    /// The largest allowed number.
    pub max: Option<String>,
    /// The exclusive lower bound.
    pub above: Option<String>,
    /// The exclusive upper bound.
    pub below: Option<String>,
    /// The largest number of decimals.
    pub scale: Option<u32>,
    /// The smallest number of items.
    pub min_items: Option<u32>,
    /// The largest number of items.
    pub max_items: Option<u32>,
    /// Whether all items must be different.
    pub unique: bool,
}

/// An enum. The vendor can add values in any version.
#[derive(Clone, Debug, PartialEq)]
pub struct Enum {
    /// The name in Rust.
    pub name: String,
    /// The project's sentence about it.
    pub doc: Option<String>,
    /// Its values, in the order of the specification.
    pub values: Vec<EnumValue>,
    /// The only group that uses it.
    pub group: Option<String>,
}

/// A value of an enum.
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
    /// Whether it is text instead of an integer.
    pub text: bool,
    /// The project's sentence about it.
    pub doc: Option<String>,
}
