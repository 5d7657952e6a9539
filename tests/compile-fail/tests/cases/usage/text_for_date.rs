//! Text for a date.

use procountor_api::v2604::Client;

pub fn search(client: Client) {
    let _call = client.invoices().search_invoice().start_date("2026-04-01");
}

fn main() {}
