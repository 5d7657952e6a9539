//! Somebody else at work between two pages of a search: the first row goes, or another comes before it.

use procountor_codegen::model::Paging;

use super::Desk;
use crate::check::Call;
use crate::faults::Shift;
use crate::filter;
use crate::paging;
use crate::resource::Resource;
use crate::store::Key;

/// Changes what stands first in a search. It is not what the call did, so it is no effect of it.
pub(super) fn apply(
    desk: &mut Desk<'_>,
    call: &Call<'_>,
    paging: &Paging,
    resource: &Resource,
    path: &str,
    shift: Shift,
) {
    let documents = desk.store.documents(path);
    let found = documents
        .filter(|(_, document)| filter::admits(call, &resource.collection, document))
        .collect();
    let Some((key, document)) = paging::first(call, paging, found) else {
        return;
    };
    let (key, mut document): (Key, _) = (key.clone(), document.clone());
    match shift {
        Shift::Removed => {
            if let Some(bucket) = desk.store.bucket_mut(path) {
                bucket.remove(&key);
            }
        }
        Shift::Added => {
            let key = desk.new_key(resource);
            if let Some(field) = &resource.key {
                document.set(field, key.to_json());
            }
            desk.store.put(path, key, document);
        }
    }
}
