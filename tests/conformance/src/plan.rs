//! In which order the operations are sent, and what each one needs to find.

use procountor_codegen::model::{Api, Location, Method, Operation, Parameter, Type};

/// The operations in an order in which what is read first is there, and what is deleted is not needed any more.
pub(crate) fn order(api: &Api) -> Vec<&Operation> {
    let mut operations: Vec<_> = api.operations.iter().collect();
    operations.sort_by_key(|operation| {
        let parameters = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == Location::Path)
            .count();
        match operation.method {
            Method::Get if parameters == 0 => 0,
            Method::Get => 1,
            Method::Post => 2,
            Method::Put | Method::Patch => 3,
            Method::Delete => 4,
        }
    });
    operations
}

/// A placeholder of a path that another operation creates something for.
pub(crate) struct Creation<'a> {
    /// The operation that creates it.
    pub(crate) create: &'a Operation,
    /// The placeholder that then stands for it.
    pub(crate) placeholder: &'a str,
    /// The placeholder's type of id.
    pub(crate) id: &'a str,
}

/// What can be created for the placeholders of a path, from left to right.
pub(crate) fn creations<'a>(api: &'a Api, operation: &'a Operation) -> Vec<Creation<'a>> {
    let parameters = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location == Location::Path);
    let creation = |parameter: &'a Parameter| {
        let collection = operation
            .path
            .split(&format!("/{{{}}}", parameter.wire))
            .next()?;
        let Type::Id(id) = &parameter.ty else {
            return None;
        };
        let create = api
            .operations
            .iter()
            .find(|create| create.method == Method::Post && create.path == collection)?;
        Some(Creation {
            create,
            placeholder: &parameter.wire,
            id,
        })
    };
    parameters.filter_map(creation).collect()
}

/// The operation that reads what another one writes.
pub(crate) fn reader<'a>(api: &'a Api, operation: &Operation) -> Option<&'a Operation> {
    api.operations
        .iter()
        .find(|read| read.method == Method::Get && read.path == operation.path)
}

/// What must have happened to a resource before an operation can be made on it.
pub(crate) fn before(operation: &str) -> &'static [&'static str] {
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

/// A member that the server needs although the specification does not say so.
pub(crate) fn needed(operation: &str) -> Option<(&'static str, &'static str)> {
    match operation {
        // What is to be changed is named in the body only.
        "updateDimensionByBody" => Some(("id", "DimensionId")),
        "updateDimensionItem" => Some(("id", "DimensionItemId")),
        _ => None,
    }
}
