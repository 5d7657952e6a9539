//! A change by another client between two pages of a search: the first row is removed, or another row is added before it.

use procountor_codegen::model::Paging;

use super::Context;
use crate::check::Call;
use crate::faults::Shift;
use crate::filter;
use crate::paging;
use crate::resource::Resource;

/// Changes the first row of a search. The change is not recorded as an effect, because the call did not cause it.
pub(super) fn apply(
    context: &mut Context<'_>,
    call: &Call<'_>,
    paging: &Paging,
    resource: &Resource,
    path: &str,
    shift: Shift,
) {
    let found = filter::find(context.store, call, resource, path);
    let Some((key, document)) = paging::first(call, paging, found) else {
        return;
    };
    let (key, mut document) = (key.clone(), document.clone());
    match shift {
        Shift::Removed => {
            if let Some(documents) = context.store.collection_mut(path) {
                documents.remove(&key);
            }
        }
        Shift::Added => {
            let key = context.new_key(resource);
            if let Some(field) = &resource.key {
                document.set(field, key.to_json());
            }
            context.store.put(path, key, document);
        }
    }
}
