//! The order of the operations and the requests that each one needs before it.

use procountor_codegen::model::{Api, Location, Method, Operation, Parameter, Type};

/// Sorts the operations: first those that read lists, last those that delete.
pub(crate) fn order(api: &Api) -> Vec<&Operation> {
    let mut operations: Vec<_> = api.operations.iter().collect();
    operations.sort_by_key(|operation| match operation.method {
        Method::Get if path_parameters(operation).next().is_none() => 0,
        Method::Get => 1,
        Method::Post => 2,
        Method::Put | Method::Patch => 3,
        Method::Delete => 4,
    });
    operations
}

fn path_parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let parameters = operation.parameters.iter();
    parameters.filter(|parameter| parameter.location == Location::Path)
}

/// A resource that can be created for a placeholder of a path.
pub(crate) struct Creation<'a> {
    /// The operation that creates the resource.
    pub(crate) create: &'a Operation,
    /// The placeholder for the resource's id.
    pub(crate) placeholder: &'a str,
    /// The type of the id.
    pub(crate) id: &'a str,
}

/// Returns the resources that can be created for the placeholders of a path, from left to right.
pub(crate) fn creations<'a>(api: &'a Api, operation: &'a Operation) -> Vec<Creation<'a>> {
    let creation = |parameter: &'a Parameter| {
        let collection = operation
            .path
            .split(&format!("/{{{}}}", parameter.wire))
            .next()?;
        let Type::Id(id) = &parameter.ty else {
            return None;
        };
        Some(Creation {
            create: on_path(api, Method::Post, collection)?,
            placeholder: &parameter.wire,
            id,
        })
    };
    path_parameters(operation).filter_map(creation).collect()
}

/// Returns the operation that reads the resource that `operation` writes.
pub(crate) fn reader<'a>(api: &'a Api, operation: &Operation) -> Option<&'a Operation> {
    on_path(api, Method::Get, &operation.path)
}

fn on_path<'a>(api: &'a Api, method: Method, path: &str) -> Option<&'a Operation> {
    let mut operations = api.operations.iter();
    operations.find(|operation| operation.method == method && operation.path == path)
}

/// Returns the operations that bring a resource into the state that `operation` requires.
pub(crate) fn prerequisites(operation: &str) -> &'static [&'static str] {
    match operation {
        "sendInvoice" | "markInvoiceAsUnfinished" | "markInvoiceAsPaid" => &["approveInvoice"],
        "getPaymentEventByIdAndInvoiceId" | "removePaymentEvent" => {
            &["approveInvoice", "markInvoiceAsPaid"]
        }
        "getCommentById" | "setCommentReadByUser" => &["saveInvoiceComment"],
        "markLedgerReceiptAsUnfinished" => &["approveLedgerReceipt"],
        "getMfaTransactionResult"
        | "confirmPaymentEventRemoval"
        | "confirmPayments"
        | "confirmDirectSalaryPayments"
        | "confirmUserUpdate" => &["updateUserInfo"],
        _ => &[],
    }
}

/// Returns a member of the body, and its type of id, that the server requires although the specification does not.
pub(crate) fn undocumented_member(operation: &str) -> Option<(&'static str, &'static str)> {
    match operation {
        // Only the body identifies the resource.
        "updateDimensionByBody" => Some(("id", "DimensionId")),
        "updateDimensionItem" => Some(("id", "DimensionItemId")),
        _ => None,
    }
}
