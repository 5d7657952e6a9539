//! The read-only part of the demo.

use std::collections::BTreeMap;
use std::time::Instant;

use futures_util::TryStreamExt;
use procountor_api::v2604;
use procountor_progress::Progress;

use super::{BoxError, Results};

pub(super) async fn run(client: &v2604::Client) -> Result<Results, BoxError> {
    let company = client.company().get_company_info().send().await?;
    Ok(vec![
        (
            "company",
            company.name.unwrap_or_else(|| "without a name".to_owned()),
        ),
        ("invoices read", invoices(client).await?),
        ("customer by business id", customer(client).await?),
    ])
}

/// Reads every invoice, page after page, within the rate limit.
async fn invoices(client: &v2604::Client) -> Result<String, BoxError> {
    let start = Instant::now();
    let first = client.invoices().search_invoice().size(1).send().await?;
    let total = first
        .meta
        .and_then(|meta| meta.total_count)
        .and_then(|total| u64::try_from(total).ok());
    let progress = Progress::new("reading invoices", total);
    let mut by_status = BTreeMap::<String, u32>::new();
    let mut rows = client.invoices().search_invoice().rows();
    let mut count = 0;
    while let Some(invoice) = rows.try_next().await? {
        let status = invoice
            .status
            .map_or_else(|| "without status".to_owned(), |status| status.to_string());
        *by_status.entry(status).or_default() += 1;
        count += 1;
        progress.step();
    }
    progress.finish();
    let most = by_status.iter().max_by_key(|(_, count)| **count);
    let most = most
        .map(|(status, count)| format!(", most of them {status} ({count})"))
        .unwrap_or_default();
    let seconds = start.elapsed().as_secs_f64();
    Ok(format!("{count} in {seconds:.1} s{most}"))
}

/// Finds a customer by its business id. The API takes it as a header, so that a person's id does not appear in a URL.
async fn customer(client: &v2604::Client) -> Result<String, BoxError> {
    let mut partners = client.business_partners().search_business_partners().rows();
    while let Some(partner) = partners.try_next().await? {
        let Some(id) = partner.id else { continue };
        let full = client
            .business_partners()
            .get_business_partner(id)
            .send()
            .await?;
        let Some(business_id) = full.invoicing_info.and_then(|info| info.identifier) else {
            continue;
        };
        let search = client
            .business_partners()
            .search_business_partners()
            .identifier(&*business_id);
        let found = search.send().await?.results.unwrap_or_default();
        let name = found.into_iter().next().and_then(|partner| partner.name);
        let name = name.ok_or_else(|| {
            format!(
                "the search by business id {business_id} found nothing, although a partner has it"
            )
        })?;
        return Ok(format!("{business_id} is {name}"));
    }
    Ok("no partner has one".to_owned())
}
