//! Webhooks, product groups and dimension items.

use super::{Context, crud};
use crate::check::Call;
use crate::json::Json;
use crate::ledger::Change;
use crate::resource;
use crate::response::{HandlerResult, Problem, Response};

/// Creates a webhook; the response contains only its UUID.
pub(super) fn add_webhook(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = context.require("/webhooks")?;
    context.ensure(resource, "/webhooks");
    let (key, _) = crud::insert(context, resource, "/webhooks", call.body_or_null());
    let body = [("status", 200.into()), ("uuid", key.to_json())];
    Ok(Response::json(200, &Json::object(body)))
}

/// Deletes a product group without products.
pub(super) fn delete_product_group(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let resource = context.require("/products/groups")?;
    let (path, key) = context.locate(call, resource)?;
    let group = Some(key.to_json());
    let mut products = context.store.documents("/products");
    let has_products = products.any(|(_, product)| product.get("productGroupId") == group.as_ref());
    drop(products);
    if has_products {
        return Err(Problem::new(409, "the product group is not empty"));
    }
    crud::remove(context, &path, &key)?;
    Ok(Response::empty(204))
}

/// Adds an item to a dimension.
pub(super) fn add_dimension_item(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let id = context.store.next("dimension items");
    let mut item = call.body_or_null().without_nulls();
    item.set("id", id);
    change_items(context, call, Change::Created, item, |items, item| {
        items.push(item);
        true
    })
}

/// Changes an item of a dimension.
pub(super) fn update_dimension_item(context: &mut Context<'_>, call: &Call<'_>) -> HandlerResult {
    let item = call.body_or_null().without_nulls();
    change_items(context, call, Change::Updated, item, |items, item| {
        let old = items
            .iter_mut()
            .find(|old| old.get("id").is_some() && old.get("id") == item.get("id"));
        old.map(|old| *old = item).is_some()
    })
}

fn change_items(
    context: &mut Context<'_>,
    call: &Call<'_>,
    change: Change,
    item: Json,
    apply: fn(&mut Vec<Json>, Json) -> bool,
) -> HandlerResult {
    let dimensions = context.require("/dimensions")?;
    let (path, key) = context.locate(call, dimensions)?;
    let id = item.get("id").and_then(Json::plain).unwrap_or_default();
    if let Some(dimension) = context.store.get_mut(&path, &key) {
        let mut items = match dimension.get("items") {
            Some(Json::List(items)) => items.clone(),
            _ => Vec::new(),
        };
        if !apply(&mut items, item.clone()) {
            let message = format!("there is no item {id} in {path}/{key}");
            return Err(Problem::at("id", message));
        }
        dimension.set("items", items);
    }
    let collection = resource::fill(&call.operation.path, &call.path);
    context.record(change, &collection, id);
    Ok(Response::json(200, &item))
}
