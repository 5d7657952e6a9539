//! The small particulars of single resources: webhooks, product groups, dimension items.

use super::{Desk, crud};
use crate::check::Call;
use crate::json::Json;
use crate::ledger::Change;
use crate::reply::{Outcome, Problem, Reply};
use crate::resource;

/// Creates a webhook; the answer tells its UUID, not the webhook.
pub(super) fn add_webhook(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let Some(resource) = desk.resource("/webhooks") else {
        return Err(Problem::new(404, "not found"));
    };
    desk.open(resource, "/webhooks");
    let body = call.body().cloned().unwrap_or(Json::Null);
    let (key, _) = crud::insert(desk, resource, "/webhooks", body);
    Ok(Reply::json(
        200,
        &Json::object([("status", 200.into()), ("uuid", key.to_json())]),
    ))
}

/// Deletes a product group that no product is in.
pub(super) fn delete_product_group(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let Some(resource) = desk.resource("/products/groups") else {
        return Err(Problem::new(404, "not found"));
    };
    let (path, key) = desk.item(call, resource)?;
    let group = Some(key.to_json());
    let mut products = desk.store.documents("/products");
    let has_products = products.any(|(_, product)| product.get("productGroupId") == group.as_ref());
    drop(products);
    if has_products {
        return Err(Problem::new(409, "the product group is not empty"));
    }
    crud::remove(desk, &path, &key)?;
    Ok(Reply::empty(204))
}

/// Adds an item to a dimension.
pub(super) fn add_dimension_item(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let id = desk.store.next("dimension items");
    let mut item = call.body().cloned().unwrap_or(Json::Null).without_nulls();
    item.set("id", id);
    change_items(desk, call, Change::Created, item, |items, item| {
        items.push(item);
        true
    })
}

/// Changes an item of a dimension.
pub(super) fn update_dimension_item(desk: &mut Desk<'_>, call: &Call<'_>) -> Outcome {
    let item = call.body().cloned().unwrap_or(Json::Null).without_nulls();
    change_items(desk, call, Change::Updated, item, |items, item| {
        let old = items
            .iter_mut()
            .find(|old| old.get("id").is_some() && old.get("id") == item.get("id"));
        old.map(|old| *old = item).is_some()
    })
}

fn change_items(
    desk: &mut Desk<'_>,
    call: &Call<'_>,
    change: Change,
    item: Json,
    apply: fn(&mut Vec<Json>, Json) -> bool,
) -> Outcome {
    let Some(dimensions) = desk.resource("/dimensions") else {
        return Err(Problem::new(404, "not found"));
    };
    let (path, key) = desk.item(call, dimensions)?;
    let id = item.get("id").and_then(Json::plain).unwrap_or_default();
    if let Some(dimension) = desk.store.get_mut(&path, &key) {
        let mut items = match dimension.get("items") {
            Some(Json::List(items)) => items.clone(),
            _ => Vec::new(),
        };
        if !apply(&mut items, item.clone()) {
            return Err(Problem::at(
                "id",
                format!("there is no item {id} in {path}/{key}"),
            ));
        }
        dimension.set("items", items);
    }
    desk.note(
        change,
        &resource::fill(&call.operation.path, &call.path),
        id,
    );
    Ok(Reply::json(200, &item))
}
