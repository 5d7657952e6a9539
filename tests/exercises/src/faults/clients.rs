//! Makes the calls of a case with the SDK and collects their results.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use procountor_api::v2604::*;
use procountor_api::{
    Environment, Error, FileUpload, M2mCredentials, OnBehalf, OnBehalfCredentials,
    rate::{RateLimit, RateLimiter},
};
use procountor_sandbox::Sandbox;
use tokio::time::Instant;

use super::case::{Class, Params};
use crate::demo::writing;
use crate::transport::{InProcessTransport, Latency};

/// The rate limit of the sandbox, in requests per second.
pub(super) const LIMIT: u32 = 60;

/// The data that a case needs on the server.
pub(super) struct Fixture {
    product: Product,
    product_id: ProductId,
    attachment: AttachmentId,
}

/// The result of the calls of a case.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) error: Option<Error>,
    /// The ids of the rows that were read.
    pub(super) rows: Vec<i64>,
    /// The duration of the longest call. Each page of a search is a call.
    pub(super) longest: Duration,
    /// The errors of the background calls.
    pub(super) background_errors: Vec<Error>,
}

/// A client for each kind of access.
#[derive(Debug)]
pub(super) struct Clients {
    m2m: Client,
    on_behalf: Client<OnBehalf>,
}

impl Clients {
    pub(super) fn new(sandbox: &Arc<Sandbox>, params: &Params) -> Result<Self, Error> {
        let latency = Latency {
            min: params.latency,
            // The margin that the SDK keeps from the rate limit must cover this.
            jitter: Duration::from_millis(9),
        };
        let transport = InProcessTransport::new(Arc::clone(sandbox), latency, params.seed);
        // The rate limit belongs to the company, so both clients share it.
        let limiter = RateLimiter::new(RateLimit::per_second(LIMIT as f64));
        let builder = || {
            Client::builder()
                .environment(Environment::Custom(sandbox.base_url()))
                .rate_limiter(limiter.clone())
                // Log whole bodies, to look for secrets in them.
                .trace_bodies(usize::MAX)
                .timeout(params.timeout)
                .transport(transport.clone())
        };
        let m2m = M2mCredentials::new(
            sandbox.client_id(),
            sandbox.client_secret(),
            sandbox.api_key(),
        );
        let on_behalf = OnBehalfCredentials::new(
            sandbox.client_id(),
            sandbox.client_secret(),
            sandbox.refresh_token(),
        );
        Ok(Self {
            m2m: builder().m2m(m2m).build()?,
            on_behalf: builder().on_behalf(on_behalf).build()?,
        })
    }

    /// Gets an access token, so that the case starts with one.
    pub(super) async fn warm_up(&self, class: Class) -> Result<(), Error> {
        match class {
            Class::TwoFactor => self.on_behalf.company().get_company_info().send().await?,
            _ => self.m2m.company().get_company_info().send().await?,
        };
        Ok(())
    }

    /// Creates the data of the case before any fault occurs.
    pub(super) async fn prepare(&self, payload: usize) -> Result<Fixture, Error> {
        let products = self.m2m.products();
        let mut rows = products.get_products().size(1).rows();
        let first = rows.try_next().await?;
        let product_id = first.and_then(|product| product.id).unwrap_or(ProductId(0));
        let product = products.get_product(product_id).send().await?;
        let (meta, file) = file(payload);
        let attachments = self.m2m.attachments();
        let saved = attachments.save_attachment(meta, file).send().await?;
        Ok(Fixture {
            product,
            product_id,
            attachment: saved.id.unwrap_or(AttachmentId(0)),
        })
    }

    /// Makes the call of the case, with the background calls at the same time.
    pub(super) async fn run(&self, class: Class, fixture: Fixture, params: &Params) -> Outcome {
        let background = join_all((0..params.background_calls).map(|_| {
            let call = self.m2m.health_status().get_status();
            timed(call.send())
        }));
        let (mut outcome, background) = tokio::join!(self.call(class, fixture, params), background);
        for (result, duration) in background {
            outcome.longest = outcome.longest.max(duration);
            outcome.background_errors.extend(result.err());
        }
        outcome
    }

    async fn call(&self, class: Class, fixture: Fixture, params: &Params) -> Outcome {
        let Self { m2m, on_behalf } = self;
        let Fixture {
            product,
            product_id,
            attachment,
        } = fixture;
        match class {
            Class::Read | Class::Token => outcome(m2m.company().get_company_info().send()).await,
            Class::PagedByKey | Class::PagedByNumber => self.search(class, params).await,
            Class::Put => {
                let changed = Product {
                    name: Some("x".repeat(params.payload % 100 + 1)),
                    ..product
                };
                outcome(m2m.products().update_product(product_id, changed).send()).await
            }
            Class::Delete => outcome(m2m.products().remove_product_by_id(product_id).send()).await,
            Class::Create => match invoice(params.payload) {
                Ok(invoice) => outcome(m2m.invoices().save_invoice(invoice).send()).await,
                Err(_) => Outcome::default(),
            },
            Class::TwoFactor => {
                outcome(on_behalf.payments().remove_payment(PaymentId(1)).send()).await
            }
            Class::Upload => {
                let (meta, file) = file(params.payload);
                outcome(m2m.attachments().save_attachment(meta, file).send()).await
            }
            Class::Download => outcome(m2m.attachments().get_attachment(attachment).send()).await,
        }
    }

    async fn search(&self, class: Class, params: &Params) -> Outcome {
        let partners = self.m2m.business_partners();
        let mut search = partners.search_business_partners().size(params.page_size);
        if class == Class::PagedByNumber {
            search = search.page(0);
        }
        let mut rows = search.rows();
        let mut outcome = Outcome::default();
        loop {
            let (row, duration) = timed(rows.try_next()).await;
            outcome.longest = outcome.longest.max(duration);
            match row {
                Ok(Some(row)) => outcome.rows.extend(row.id.map(|id| id.0)),
                Ok(None) => return outcome,
                Err(error) => {
                    outcome.error = Some(error);
                    return outcome;
                }
            }
        }
    }
}

async fn timed<T>(call: impl Future<Output = T>) -> (T, Duration) {
    let start = Instant::now();
    let result = call.await;
    (result, start.elapsed())
}

async fn outcome<T>(call: impl Future<Output = Result<T, Error>>) -> Outcome {
    let (result, longest) = timed(call).await;
    Outcome {
        error: result.err(),
        longest,
        ..Outcome::default()
    }
}

fn file(bytes: usize) -> (Attachment, FileUpload) {
    let meta = AttachmentRequired {
        name: "kuitti.txt".to_owned(),
        reference_type: AttachmentReferenceType::Invoice,
        reference_id: 10_001,
        send_with_invoice: false,
    };
    (
        meta.into(),
        FileUpload::new("kuitti.txt", vec![b'x'; bytes]),
    )
}

/// Builds an invoice whose size follows from `characters`.
fn invoice(characters: usize) -> Result<Invoice, Box<dyn std::error::Error>> {
    let invoice = writing::invoice()?;
    let rows = invoice.invoice_rows.clone().unwrap_or_default();
    let rows = rows.into_iter().cycle().take(characters / 100 + 1);
    Ok(Invoice {
        notes: Some("n".repeat(characters % 400 + 1)),
        invoice_rows: Some(rows.collect()),
        ..invoice
    })
}
