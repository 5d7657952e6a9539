//! A machine that begins what a person must confirm.

use procountor_api::v2604::{Client, PaymentId};

pub fn begin(client: Client) {
    client.payments().remove_payment(PaymentId(7)).begin();
}

fn main() {}
