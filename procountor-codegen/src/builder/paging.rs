//! How the rows of a search are reached. The vendor has two schemes and says which by the names of the parameters:
//! `page` and `size`, and `previousId`, `orderById` and `size`.

use crate::diagnostic::Diagnostics;
use crate::model::{Api, Content, Method, Operation, Schema, Type};
use crate::policy::{Keyset, Paging};

/// The member of an answer that holds the rows.
const ROWS: &str = "results";

/// The most rows of a page where the document does not say.
const MAX_SIZE: u32 = 200;

/// Sets the paging of every search, and gives `previousId` the type of the key that it takes.
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
                        "`{} {}` pages by the key of `{}`, which has none",
                        operation.method, operation.path, row.name
                    ),
                    "give the row an id in the overlay",
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
    let [answer] = &operation.answers[..] else {
        return None;
    };
    let Content::Json(Type::Schema(answer)) = &answer.content else {
        return None;
    };
    let rows = find(schemas, answer)?
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
    let page = parameter("page").is_some();
    let paging = Paging {
        rows: ROWS.to_owned(),
        row: row.name.clone(),
        page,
        keyset: keyset.then(|| Keyset {
            parameter: "previousId".to_owned(),
            order: "orderById".to_owned(),
            key: key(row),
        }),
        max_size: size
            .rule
            .max
            .as_ref()
            .and_then(|max| max.parse().ok())
            .unwrap_or(MAX_SIZE),
    };
    (page || keyset).then_some((row, paging))
}

/// `id`, or the first field that holds one.
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
