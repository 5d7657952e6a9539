//! `begin` on a two-factor operation with machine credentials.

use procountor_api::v2604::{Client, PaymentId};

pub fn begin(client: Client) {
    client.payments().remove_payment(PaymentId(7)).begin();
}

fn main() {}
