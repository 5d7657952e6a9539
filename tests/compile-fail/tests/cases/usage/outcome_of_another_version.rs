//! Asking for an outcome in a way that this version does not have.

use procountor_api::v2604::operations::GetMfaTransactionResult;
use procountor_api::{OnBehalf, two_factor::Confirmation, versions::V2411};

pub fn wait(confirmation: Confirmation<V2411, OnBehalf>) {
    confirmation.wait(GetMfaTransactionResult::new);
}

fn main() {}
