//! The writing part of the demo, for the sandbox only.

use procountor_api::v2604::*;
use procountor_api::{Date, Decimal, Error, FileUpload};

use super::{BoxError, Results};

pub(super) async fn run(client: &Client) -> Result<Results, BoxError> {
    let saved = client.invoices().save_invoice(invoice()?).send().await?;
    let id = saved.id.ok_or("the saved invoice does not have an id")?;
    client
        .invoices()
        .approve_invoice(id, CheckingEvent::default())
        .send()
        .await?;
    client.invoices().send_invoice(id).send().await?;
    let sent = client.invoices().get_invoice(id).send().await?;
    let has_two_violations = |error: &Error| error.violations().len() == 2;
    let invalid = save_invalid(client, invoice()?).await;
    let missing = client
        .invoices()
        .get_invoice(InvoiceId(999_999_999))
        .send()
        .await;
    Ok(vec![
        ("invoice created", format!("{id}, {}", status(&saved))),
        ("approved and sent", format!("{id}, {}", status(&sent))),
        ("file uploaded, downloaded", attachment(client, id).await?),
        (
            "error found by the SDK",
            expect_error(invalid, has_two_violations)?,
        ),
        (
            "error sent by the server",
            expect_error(missing, Error::is_not_found)?,
        ),
    ])
}

/// Builds an invoice. The compiler reports a missing required field; the other fields are optional.
pub(crate) fn invoice() -> Result<Invoice, BoxError> {
    let date = Date::new(2026, 4, 15)?;
    let row = InvoiceRowRequired {
        product: "Kirjanpito, huhtikuu".to_owned(),
        quantity: Decimal::new(75, 1),
        unit: Unit::Hour,
        unit_price: Decimal::new(8900, 2),
        discount_percent: Decimal::ZERO,
        vat_percent: Decimal::new(255, 1),
    };
    let required = InvoiceRequired {
        r#type: InvoiceType::SalesInvoice,
        date,
        counter_party: CounterPartyRequired {
            counter_party_address: InvoiceCounterpartyAddressRequired {
                name: "Mäkelän Leipomo Oy".to_owned(),
            }
            .into(),
        }
        .into(),
        payment_info: PaymentInfoRequired {
            payment_method: InvoicePaymentMethod::BankTransfer,
            currency: Currency::Eur,
            due_date: Date::new(2026, 4, 29)?,
            currency_rate: Decimal::ONE,
        }
        .into(),
        extra_info: ExtraInfoRequired {
            accounting_by_row: true,
            unit_prices_include_vat: false,
        }
        .into(),
        discount_percent: Decimal::ZERO,
        invoice_rows: vec![row.into()],
        invoice_channel: InvoiceChannel::NoSending,
    };
    Ok(Invoice {
        notes: Some("Kiitos tilauksesta!".to_owned()),
        vat_status: Some(1),
        ..required.into()
    })
}

async fn attachment(client: &Client, id: InvoiceId) -> Result<String, BoxError> {
    let content: Vec<u8> = (0..50_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let meta = AttachmentRequired {
        name: "tositteet.bin".to_owned(),
        reference_type: AttachmentReferenceType::Invoice,
        reference_id: id.0,
        send_with_invoice: false,
    };
    let upload = FileUpload::new("tositteet.bin", content.clone());
    let attachments = client.attachments();
    let saved = attachments
        .save_attachment(meta.into(), upload)
        .send()
        .await?;
    let id = saved.id.ok_or("the saved attachment does not have an id")?;
    let downloaded = attachments.get_attachment(id).send().await?;
    if downloaded.bytes != content {
        return Err("the downloaded file differs from the uploaded one".into());
    }
    Ok(format!("{} identical bytes", content.len()))
}

/// Saves an invoice with two invalid fields. Both are reported, and nothing is sent.
async fn save_invalid(client: &Client, invoice: Invoice) -> Result<Invoice, Error> {
    let invalid = Invoice {
        order_reference: Some("x".repeat(71)),
        notes: Some("Привет".to_owned()),
        ..invoice
    };
    client.invoices().save_invoice(invalid).send().await
}

/// Returns the text of the expected error.
///
/// # Errors
///
/// Returns an error if the call succeeded or failed for another reason.
fn expect_error<T>(
    result: Result<T, Error>,
    is_expected: fn(&Error) -> bool,
) -> Result<String, BoxError> {
    match result {
        Ok(_) => Err("a call that must fail succeeded".into()),
        Err(error) if is_expected(&error) => Ok(error.to_string()),
        Err(error) => Err(error.into()),
    }
}

fn status(invoice: &Invoice) -> &str {
    match &invoice.status {
        None => "without status",
        Some(InvoiceStatus::Unfinished) => "unfinished",
        Some(InvoiceStatus::Sent) => "sent",
        Some(_) => "in another state",
    }
}
