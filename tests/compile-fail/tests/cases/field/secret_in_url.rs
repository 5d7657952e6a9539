//! Secrets in a URL, where logs would show them.

use procountor_macros::endpoint;

#[endpoint(GET, "/sessions/{token}", returns = Session)]
#[auth(m2m | on_behalf)]
#[retry(safe)]
#[rate_limit(queued)]
pub struct GetSession {
    #[path]
    pub token: Secret,
    #[query]
    pub api_key: Option<Secret>,
}

fn main() {}
