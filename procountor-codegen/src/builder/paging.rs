//! Infers the paging of searches from the names of their parameters: `page` and `size`, or `previousId`, `orderById` and
//! `size`, or all of them.

use crate::diagnostic::Diagnostics;
use crate::model::{Api, Content, Keyset, Method, Operation, Paging, Schema, Type};

/// The member of a response that holds the rows.
const ROWS: &str = "results";

/// The largest page size if the document does not state it.
const MAX_SIZE: u32 = 200;

/// Sets the paging of every search, and the type of `previousId` to that of the row's key.
pub(super) fn infer(api: &mut Api, file: &str, diagnostics: &mut Diagnostics) {
    for operation in &mut api.operations {
        let Some((row, paging)) = paging(operation, &api.schemas) else {
            continue;
        };
        if let Some(keyset) = &paging.keyset {
            let key = row.fields.iter().find(|field| field.wire == keyset.key);
            let previous = operation
                .parameters
                .iter_mut()
                .find(|parameter| parameter.wire == keyset.parameter);
            match (key, previous) {
                (Some(key), Some(previous)) => previous.ty = key.ty.clone(),
                _ => diagnostics.file(
                    file,
                    format!(
                        "`{} {}` pages by the key of `{}`, but that schema does not have one",
                        operation.method, operation.path, row.name
                    ),
                    "set `x-rust-id` on a field of the row in the overlay",
                ),
            }
        }
        operation.policy.paging = Some(paging);
    }
}

fn paging<'s>(operation: &Operation, schemas: &'s [Schema]) -> Option<(&'s Schema, Paging)> {
    let parameter = |wire: &str| {
        operation
            .parameters
            .iter()
            .find(|parameter| parameter.wire == wire)
    };
    let [response] = &operation.responses[..] else {
        return None;
    };
    let Content::Json(Type::Schema(page)) = &response.content else {
        return None;
    };
    let rows = find(schemas, page)?
        .fields
        .iter()
        .find(|field| field.wire == ROWS)?;
    let Type::List(row) = &rows.ty else {
        return None;
    };
    let Type::Schema(row) = &**row else {
        return None;
    };
    let row = find(schemas, row)?;
    let size = parameter("size").filter(|_| operation.method == Method::Get)?;
    let keyset = parameter("previousId").is_some() && parameter("orderById").is_some();
    let numbered = parameter("page").is_some();
    let paging = Paging {
        rows: ROWS.to_owned(),
        row: row.name.clone(),
        page: numbered,
        keyset: keyset.then(|| Keyset {
            parameter: "previousId".to_owned(),
            order: "orderById".to_owned(),
            key: key(row),
        }),
        max_size: size
            .constraints
            .max
            .as_ref()
            .and_then(|max| max.parse().ok())
            .unwrap_or(MAX_SIZE),
    };
    (numbered || keyset).then_some((row, paging))
}

/// Returns the wire name of the row's key: `id`, or the first typed id.
fn key(row: &Schema) -> String {
    let id = row.fields.iter().find(|field| field.wire == "id");
    let typed = || {
        row.fields
            .iter()
            .find(|field| matches!(field.ty, Type::Id(_)))
    };
    id.or_else(typed)
        .map(|field| field.wire.clone())
        .unwrap_or_default()
}

fn find<'s>(schemas: &'s [Schema], name: &str) -> Option<&'s Schema> {
    schemas.iter().find(|schema| schema.name == name)
}
