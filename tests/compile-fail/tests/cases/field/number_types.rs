//! Parameters of unsupported number types.

use procountor_macros::endpoint;

#[endpoint(GET, "/products/{productId}", returns = Product)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetProduct {
    #[path]
    pub product_id: u64,
    #[query]
    pub price: Option<f64>,
}

fn main() {}
