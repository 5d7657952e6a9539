//! Does with the SDK what a case is about, and keeps what came of it.

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

use super::case::{Chance, Class};
use crate::demo::writing;
use crate::inside::{Inside, Way};

/// The limit of the sandbox.
pub(super) const LIMIT: u32 = 60;

/// What is there before the fault comes.
pub(super) struct Scene {
    product: Product,
    product_id: ProductId,
    attachment: AttachmentId,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) error: Option<Error>,
    /// The ids of the rows that came.
    pub(super) rows: Vec<i64>,
    /// The call that took longest: a page of a search is one.
    pub(super) longest: Duration,
    /// The errors of the other calls.
    pub(super) others: Vec<Error>,
}

/// The two kinds of clients.
pub(super) struct Clients {
    machine: Client,
    person: Client<OnBehalf>,
}

impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.machine, self.person)
    }
}

impl Clients {
    pub(super) fn new(sandbox: &Arc<Sandbox>, chance: &Chance) -> Result<Self, Error> {
        let way = Way {
            least: chance.latency,
            // What the margin that the SDK keeps from the limit is for.
            more: Duration::from_millis(9),
        };
        let transport = Inside::new(Arc::clone(sandbox), way, chance.seed);
        // The limit is the company's, whoever acts.
        let limiter = RateLimiter::new(RateLimit::per_second(LIMIT as f64));
        let builder = || {
            Client::builder()
                .environment(Environment::Custom(sandbox.base_url()))
                .rate_limiter(&limiter)
                // All of them, to look for secrets there.
                .trace_bodies(usize::MAX)
                .timeout(chance.timeout)
                .transport(transport.clone())
        };
        let machine = M2mCredentials::new(
            sandbox.client_id(),
            sandbox.client_secret(),
            sandbox.api_key(),
        );
        let person = OnBehalfCredentials::new(
            sandbox.client_id(),
            sandbox.client_secret(),
            sandbox.refresh_token(),
        );
        Ok(Self {
            machine: builder().m2m(machine).build()?,
            person: builder().on_behalf(person).build()?,
        })
    }

    /// Gets a token.
    pub(super) async fn warm(&self, class: Class) -> Result<(), Error> {
        match class {
            Class::TwoFactor => self.person.company().get_company_info().send().await?,
            _ => self.machine.company().get_company_info().send().await?,
        };
        Ok(())
    }

    /// Reads and writes what the case needs, while nothing goes wrong.
    pub(super) async fn prepare(&self, payload: usize) -> Result<Scene, Error> {
        let products = self.machine.products();
        let mut rows = products.get_products().size(1).rows();
        let first = rows.try_next().await?;
        let product_id = first.and_then(|product| product.id).unwrap_or(ProductId(0));
        let product = products.get_product(product_id).send().await?;
        let (meta, file) = file(payload);
        let attachments = self.machine.attachments();
        let saved = attachments.save_attachment(meta, file).send().await?;
        Ok(Scene {
            product,
            product_id,
            attachment: saved.id.unwrap_or(AttachmentId(0)),
        })
    }

    /// Does it, and makes the other calls meanwhile.
    pub(super) async fn act(&self, class: Class, scene: Scene, chance: &Chance) -> Outcome {
        let crowd = join_all((0..chance.crowd).map(|_| {
            let call = self.machine.health_status().get_status();
            timed(call.send())
        }));
        let (mut outcome, crowd) = tokio::join!(self.alone(class, scene, chance), crowd);
        for (result, took) in crowd {
            outcome.longest = outcome.longest.max(took);
            outcome.others.extend(result.err());
        }
        outcome
    }

    async fn alone(&self, class: Class, scene: Scene, chance: &Chance) -> Outcome {
        let Self { machine, person } = self;
        match class {
            Class::Read | Class::Token => of(machine.company().get_company_info().send()).await,
            Class::PagedByKey | Class::PagedByNumber => self.rows(class, chance).await,
            Class::Put => {
                let changed = Product {
                    name: Some("x".repeat(chance.payload % 100 + 1)),
                    ..scene.product
                };
                of(machine
                    .products()
                    .update_product(scene.product_id, changed)
                    .send())
                .await
            }
            Class::Delete => {
                of(machine
                    .products()
                    .remove_product_by_id(scene.product_id)
                    .send())
                .await
            }
            Class::Create => match invoice(chance.payload) {
                Ok(invoice) => of(machine.invoices().save_invoice(invoice).send()).await,
                Err(_) => Outcome::default(),
            },
            Class::TwoFactor => of(person.payments().remove_payment(PaymentId(1)).send()).await,
            Class::Upload => {
                let (meta, file) = file(chance.payload);
                of(machine.attachments().save_attachment(meta, file).send()).await
            }
            Class::Download => {
                of(machine
                    .attachments()
                    .get_attachment(scene.attachment)
                    .send())
                .await
            }
        }
    }

    async fn rows(&self, class: Class, chance: &Chance) -> Outcome {
        let mut search = self
            .machine
            .business_partners()
            .search_business_partners()
            .size(chance.page);
        if class == Class::PagedByNumber {
            search = search.page(0);
        }
        let mut rows = search.rows();
        let mut outcome = Outcome::default();
        loop {
            let (row, took) = timed(rows.try_next()).await;
            outcome.longest = outcome.longest.max(took);
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

async fn of<T>(call: impl Future<Output = Result<T, Error>>) -> Outcome {
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

/// An invoice of another length.
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
