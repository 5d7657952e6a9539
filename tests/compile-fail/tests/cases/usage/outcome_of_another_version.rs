//! Waiting with an operation of another version.

use procountor_api::v2604::operations::GetMfaTransactionResult;
use procountor_api::{OnBehalf, two_factor::Confirmation, v2411::V2411};

pub fn wait(confirmation: Confirmation<V2411, OnBehalf>) {
    confirmation.wait(GetMfaTransactionResult::new);
}

fn main() {}
