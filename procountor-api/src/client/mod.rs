//! The client of one company.

mod builder;
mod call;
mod config;
mod pipeline;
mod session;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use crate::operation::Endpoint;

pub use crate::clock::{Clock, SystemClock, TokioClock};
pub use crate::environment::ApiPath;
pub use builder::ClientBuilder;
pub(crate) use call::read;
pub use call::{Call, Response, SendFuture};
pub(crate) use pipeline::{CallOptions, ClientInner, checked, execute, unreadable};

/// A client of version `V` of the API, with access of the kind `A`, to one company: an API key belongs to one.
///
/// Clones are cheap. They share the token, the rate limit and the connections.
///
/// ```no_run
/// use procountor_api::{Environment, M2mCredentials, v2604};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = v2604::Client::builder()
///     .environment(Environment::Test)
///     .m2m(M2mCredentials::from_env()?)
///     .build()?;
/// let company = client.company().get_company_info().send().await?;
/// println!("{}", company.name.unwrap_or_default());
/// # Ok(())
/// # }
/// ```
pub struct Client<V, A> {
    pub(crate) core: Arc<ClientInner>,
    marker: PhantomData<fn() -> (V, A)>,
}

impl<V, A> Client<V, A> {
    /// A call of an operation, ready to be sent. The methods of the resources do this for you.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Call<V, A, E> {
        Call::new(self.clone(), endpoint)
    }
}

impl<V, A> Clone for Client<V, A> {
    fn clone(&self) -> Self {
        Self {
            core: Arc::clone(&self.core),
            marker: PhantomData,
        }
    }
}

impl<V, A> fmt::Debug for Client<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.core.identity.base_url.as_str())
            .finish_non_exhaustive()
    }
}
