//! Sorts the documents of a search and returns one page, by number or by the key of the previous row.

use procountor_codegen::model::Paging;

use crate::check::Call;
use crate::json::Json;
use crate::response::Problem;
use crate::store::Key;

/// The page size if the request does not set one.
const DEFAULT_SIZE: usize = 50;

/// The parameters for the sort order, with fields of which a document has one.
const ORDERS: &[(&str, &[&str])] = &[
    ("orderByDate", &["date", "receiptDate"]),
    ("orderByCreated", &["created"]),
    ("orderByCreatedDate", &["attached", "created"]),
    ("orderByVersion", &["version"]),
    ("orderByStartDate", &["startDate"]),
    ("orderByName", &["name"]),
    ("orderBySize", &["size"]),
    ("orderByOrderNo", &["orderNo"]),
    ("orderByCode", &["code"]),
];

/// A page of a search.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) documents: Vec<&'a Json>,
    pub(crate) meta: Json,
}

/// Returns the page that the call requests. With `repeat_last_row`, it starts with the last row of the previous page.
pub(crate) fn page<'a>(
    call: &Call<'_>,
    paging: &Paging,
    mut found: Vec<(&'a Key, &'a Json)>,
    repeat_last_row: bool,
) -> Result<Page<'a>, Problem> {
    let size = size(call, paging)?;
    let total = found.len();
    let ascending = order(call, paging, &mut found);
    let all = found.clone();
    if let Some(last) = paging
        .keyset
        .as_ref()
        .and_then(|keyset| call.values.get(&keyset.parameter)?.first())
    {
        let is_after = |key: &Key| match last.parse().map(Key::Number) {
            Ok(last) if ascending => *key > last,
            // A first page can be requested with the key 0 in either order.
            Ok(Key::Number(0)) => true,
            Ok(last) => *key < last,
            Err(_) => true,
        };
        found.retain(|(key, _)| is_after(key));
    }
    let number = number(call, "page")?.unwrap_or(0);
    let rows = found.into_iter().skip(number.saturating_mul(size));
    let mut documents: Vec<&Json> = rows.take(size).map(|(_, document)| document).collect();
    if let Some(first) = documents.first().filter(|_| repeat_last_row) {
        let before = all
            .iter()
            .take_while(|(_, document)| !std::ptr::eq(*document, *first));
        let last = before.last().map(|(_, document)| *document);
        documents.splice(0..0, last);
    }
    let meta = Json::object([
        ("pageNumber", Json::number(number)),
        ("pageSize", Json::number(size)),
        ("resultCount", Json::number(documents.len())),
        ("totalCount", Json::number(total)),
    ]);
    Ok(Page { documents, meta })
}

/// Returns the page size.
pub(crate) fn size(call: &Call<'_>, paging: &Paging) -> Result<usize, Problem> {
    let max = paging.max_size as usize;
    let size = number(call, "size")?.unwrap_or(DEFAULT_SIZE);
    if !(1..=max).contains(&size) {
        let message = format!("a page has 1 to {max} rows, asked for {size}");
        return Err(Problem::at("size", message));
    }
    Ok(size)
}

/// Returns the first document in the order of the call.
pub(crate) fn first<'a>(
    call: &Call<'_>,
    paging: &Paging,
    mut found: Vec<(&'a Key, &'a Json)>,
) -> Option<(&'a Key, &'a Json)> {
    order(call, paging, &mut found);
    found.first().copied()
}

/// Sorts the documents in the order of the call; returns whether keys are ascending.
fn order(call: &Call<'_>, paging: &Paging, found: &mut [(&Key, &Json)]) -> bool {
    let by_key = paging
        .keyset
        .as_ref()
        .map_or("orderById", |keyset| keyset.order.as_str());
    let direction = |parameter: &str| {
        call.values
            .get(parameter)
            .and_then(|values| values.first())
            .map(String::as_str)
    };
    let ascending = direction(by_key) == Some("ASC");
    found.sort_by(|(left, _), (right, _)| {
        if ascending {
            left.cmp(right)
        } else {
            right.cmp(left)
        }
    });
    for (parameter, fields) in ORDERS {
        if let Some(wanted) = direction(parameter) {
            let value = |document: &Json| {
                fields
                    .iter()
                    .find_map(|field| sortable(document.at(field)?))
            };
            found.sort_by_key(|(_, document)| value(document));
            if wanted == "DESC" {
                found.reverse();
            }
        }
    }
    ascending
}

/// Returns a sort key that orders numbers by value and other scalars by text.
fn sortable(value: &Json) -> Option<(i64, String)> {
    match value {
        Json::Number(text) => Some((text.parse().unwrap_or_default(), String::new())),
        other => other.plain().map(|text| (0, text)),
    }
}

pub(crate) fn number(call: &Call<'_>, name: &str) -> Result<Option<usize>, Problem> {
    let Some(text) = call.values.get(name).and_then(|values| values.first()) else {
        return Ok(None);
    };
    text.parse()
        .map(Some)
        .map_err(|_| Problem::at(name, format!("must not be negative, found {text}")))
}
