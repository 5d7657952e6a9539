//! In which order the operations are sent, and what each one needs to find.

use procountor_codegen::model::{Api, Location, Method, Operation, Type};

/// The operations in an order in which what is read first is there, and what is deleted is not needed any more.
pub(crate) fn order(api: &Api) -> Vec<&Operation> {
    let mut operations: Vec<_> = api.operations.iter().collect();
    operations.sort_by_key(|operation| {
        let parameters = operation.parameters.iter().filter(|parameter| parameter.location == Location::Path).count();
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

/// The operation that creates what the last placeholder of a path stands for, with the placeholder's type of id.
pub(crate) fn creator<'a>(api: &'a Api, operation: &'a Operation) -> Option<(&'a Operation, &'a str, &'a str)> {
    let (collection, rest) = operation.path.rsplit_once("/{")?;
    let (placeholder, _) = rest.split_once('}')?;
    let parameter = operation.parameters.iter().find(|parameter| parameter.wire == placeholder)?;
    let Type::Id(id) = &parameter.ty else { return None };
    let create = api.operations.iter().find(|create| create.method == Method::Post && create.path == collection)?;
    Some((create, placeholder, id))
}

/// The operation that reads what another one writes.
pub(crate) fn reader<'a>(api: &'a Api, operation: &Operation) -> Option<&'a Operation> {
    api.operations.iter().find(|read| read.method == Method::Get && read.path == operation.path)
}

/// What must have happened to a resource before an operation can be made on it.
pub(crate) fn before(operation: &str) -> &'static [&'static str] {
    match operation {
        "sendInvoice" | "markInvoiceAsUnfinished" | "markInvoiceAsPaid" => &["approveInvoice"],
        "markLedgerReceiptAsUnfinished" => &["approveLedgerReceipt"],
        _ => &[],
    }
}
