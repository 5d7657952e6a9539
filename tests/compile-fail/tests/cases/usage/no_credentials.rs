//! A client without credentials.

use procountor_api::v2604::Client;
use procountor_api::{Environment, Error};

pub fn connect() -> Result<(), Error> {
    Client::builder().environment(Environment::Test).build()?;
    Ok(())
}

fn main() {}
