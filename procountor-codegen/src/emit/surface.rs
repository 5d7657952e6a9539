//! The public items of a generated version and their signatures, from the functions that write the source. The differ
//! compares them.

use heck::ToSnakeCase;

use super::endpoints::returns;
use super::types::Scope;
use crate::catalogue::{Endpoint, endpoints};
use crate::model::Access;
use crate::model::{Api, Field, Operation, Schema};

pub(crate) use super::endpoints::type_name as endpoint_type;
pub(crate) use super::schemas::is_required as required;

/// The kind of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ItemKind {
    /// The methods of a group.
    Facade,
    /// The type of an endpoint.
    Endpoint,
    /// The arguments of `new` and of the method of the endpoint.
    Constructor,
    /// The facade and the method of the endpoint.
    Method,
    /// The output of a call.
    Output,
    /// The credentials that can call the endpoint.
    Access,
    /// The type of a row.
    Rows,
    /// The deprecation of an endpoint.
    Deprecated,
    /// A setter of a call.
    Setter,
    /// A schema, an enum or an id.
    Type,
    /// A field of a schema.
    Member,
    /// A field of `…Required`.
    Required,
    /// The `Default` implementation of a schema.
    Default,
    /// A variant of an enum.
    Variant,
}

impl ItemKind {
    /// Returns whether it is, or belongs to, the type of an endpoint.
    fn is_of_endpoint(self) -> bool {
        matches!(
            self,
            Self::Endpoint
                | Self::Constructor
                | Self::Method
                | Self::Output
                | Self::Access
                | Self::Rows
                | Self::Deprecated
                | Self::Setter
        )
    }
}

/// A public item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    /// The type, or the type that the item belongs to: `SearchInvoice`.
    pub(crate) of: String,
    /// Its own name in that type: `due_start_date`.
    pub(crate) name: Option<String>,
    /// The signature; a program depends on it.
    pub(crate) signature: String,
}

impl Item {
    fn of(kind: ItemKind, of: &str, signature: impl Into<String>) -> Self {
        Self {
            kind,
            of: of.to_owned(),
            name: None,
            signature: signature.into(),
        }
    }

    fn member(kind: ItemKind, of: &str, name: &str, signature: impl Into<String>) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..Self::of(kind, of, signature)
        }
    }

    /// Returns the path below the module of the version: `SearchInvoice::due_start_date`.
    pub(crate) fn path(&self) -> String {
        let of = match self.kind {
            ItemKind::Required => format!("{}Required", self.of),
            _ if self.kind.is_of_endpoint() => in_operations(&self.of),
            _ => self.of.clone(),
        };
        match &self.name {
            Some(name) => format!("{of}::{name}"),
            None => of,
        }
    }
}

/// Returns the path of an endpoint's type below the version's module: `operations::SearchInvoice`.
pub(crate) fn endpoint_path(id: &str) -> String {
    in_operations(&endpoint_type(id))
}

fn in_operations(name: &str) -> String {
    format!("operations::{name}")
}

/// Returns the method of an endpoint, with its facade: `Invoices::search_invoice`.
pub(crate) fn method_path(api: &Api, operation: &Operation, id: &str) -> String {
    let group = api
        .groups
        .iter()
        .find(|group| group.name == operation.group);
    let facade = group.map_or("", |group| &group.facade);
    format!("{facade}::{}", id.to_snake_case())
}

/// Returns all public items of a version.
pub(crate) fn surface(api: &Api) -> Vec<Item> {
    let mut items: Vec<Item> = api
        .groups
        .iter()
        .map(|group| Item::of(ItemKind::Facade, &group.facade, &group.name))
        .collect();
    for endpoint in endpoints(api) {
        endpoint_items(api, &endpoint, &mut items);
    }
    for schema in &api.schemas {
        schema_items(schema, &mut items);
    }
    for enumeration in &api.enums {
        items.push(Item::of(ItemKind::Type, &enumeration.name, "enum"));
        let variants = enumeration.values.iter();
        items.extend(
            variants
                .map(|value| Item::member(ItemKind::Variant, &enumeration.name, &value.rust, "")),
        );
    }
    items.extend(api.ids.iter().map(|id| {
        let inner = if id.text { "String" } else { "i64" };
        Item::of(ItemKind::Type, &id.name, format!("id of {inner}"))
    }));
    items
}

fn endpoint_items(api: &Api, endpoint: &Endpoint, items: &mut Vec<Item>) {
    let (operation, name) = (&endpoint.operation, endpoint_type(endpoint.id()));
    let policy = &operation.policy;
    let batch = endpoint.batch;
    items.push(Item::of(ItemKind::Endpoint, &name, ""));
    let fields = endpoint.fields();
    let arguments = fields.iter().filter(|field| field.required);
    let arguments: Vec<String> = arguments
        .map(|field| format!("{}: {}", field.name, Scope::Flat.ty(&field.ty)))
        .collect();
    items.push(Item::member(
        ItemKind::Constructor,
        &name,
        "new",
        format!("({})", arguments.join(", ")),
    ));
    items.push(Item::of(
        ItemKind::Method,
        &name,
        method_path(api, operation, endpoint.id()),
    ));
    items.push(Item::of(
        ItemKind::Output,
        &name,
        returns(&operation.responses, batch, Scope::Flat),
    ));
    let access = match policy.access {
        Access::Any => "any credential",
        Access::TwoFactor => "a person with a second factor",
    };
    items.push(Item::of(ItemKind::Access, &name, access));
    if let Some(paging) = policy.paging.as_ref().filter(|_| !batch) {
        items.push(Item::member(ItemKind::Rows, &name, "rows", &paging.row));
    }
    if operation.deprecated.is_some() {
        items.push(Item::of(ItemKind::Deprecated, &name, ""));
    }
    let setters = fields.iter().filter(|field| !field.required);
    items.extend(setters.map(|field| {
        Item::member(
            ItemKind::Setter,
            &name,
            &field.name,
            Scope::Flat.ty(&field.ty),
        )
    }));
}

fn schema_items(schema: &Schema, items: &mut Vec<Item>) {
    let name = &schema.name;
    items.push(Item::of(ItemKind::Type, name, "struct"));
    let wrapper = if schema.patch { "Patch" } else { "Option" };
    for field in &schema.fields {
        let inner = inner(field);
        let outer = format!("{wrapper}<{inner}>");
        items.push(Item::member(ItemKind::Member, name, &field.rust, outer));
        if required(schema, field) {
            items.push(Item::member(ItemKind::Required, name, &field.rust, inner));
        }
    }
    if !schema.fields.iter().any(|field| required(schema, field)) {
        items.push(Item::of(ItemKind::Default, name, ""));
    }
}

fn inner(field: &Field) -> String {
    let inner = Scope::Flat.ty(&field.ty);
    if field.recursive {
        format!("Boxed<{inner}>")
    } else {
        inner
    }
}
