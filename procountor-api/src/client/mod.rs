//! The client of a company: its builder, its calls, and its session.

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
pub(crate) use call::decode_response;
pub use call::{Call, Response, SendFuture};
pub(crate) use pipeline::{CallOptions, ClientInner, check, execute, undecodable};

/// A client of version `V` of the API for one company, with access of the kind `A`.
///
/// Clones are cheap. They share the tokens, the rate limit, the retry budget and the connections.
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
    pub(crate) inner: Arc<ClientInner>,
    marker: PhantomData<fn() -> (V, A)>,
}

impl<V, A> Client<V, A> {
    /// Returns a call of an operation. The methods of the resources, such as `client.invoices().get_invoice(id)`, do
    /// the same.
    pub fn call<E: Endpoint>(&self, endpoint: E) -> Call<V, A, E> {
        Call::new(self.clone(), endpoint)
    }
}

impl<V, A> Clone for Client<V, A> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            marker: PhantomData,
        }
    }
}

impl<V, A> fmt::Debug for Client<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.info.base_url.as_str())
            .finish_non_exhaustive()
    }
}
