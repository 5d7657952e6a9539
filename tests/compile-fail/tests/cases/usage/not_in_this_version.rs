//! An operation that the version of the client does not have.

use procountor_api::v2604::operations::GetUsageSettings;
use procountor_api::{Error, M2m, v2411};

pub async fn read(client: v2411::Client<M2m>) -> Result<(), Error> {
    client.call(GetUsageSettings::new()).send().await?;
    Ok(())
}

fn main() {}
