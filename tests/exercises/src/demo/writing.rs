//! The part of the demo that writes: for the sandbox only.

use procountor_api::v2604::*;
use procountor_api::{Date, Decimal, Error, FileUpload};

use super::{Done, Failed};

pub(super) async fn an_invoice(client: &Client) -> Result<Done, Failed> {
    let mut done = Done::new();
    let saved = client.invoices().save_invoice(invoice()?).send().await?;
    let id = saved.id.ok_or("the saved invoice has no id")?;
    done.push((
        "invoice created",
        format!("{id}, {}", shown(saved.status.as_ref())),
    ));

    client
        .invoices()
        .approve_invoice(id, CheckingEvent::default())
        .send()
        .await?;
    client.invoices().send_invoice(id).send().await?;
    let sent = client.invoices().get_invoice(id).send().await?;
    done.push((
        "approved and sent",
        format!("{id}, {}", shown(sent.status.as_ref())),
    ));

    done.push(("attachment, there and back", attachment(client, id).await?));
    done.push((
        "a mistake, before sending",
        expected(too_long(client, invoice()?).await, |error| {
            error.violations().len() == 2
        })?,
    ));
    done.push((
        "a mistake, by the server",
        expected(not_there(client).await, Error::is_not_found)?,
    ));
    Ok(done)
}

/// What is required is named by the compiler; the rest is optional.
pub(crate) fn invoice() -> Result<Invoice, Failed> {
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

async fn attachment(client: &Client, id: InvoiceId) -> Result<String, Failed> {
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
    let saved = client
        .attachments()
        .save_attachment(meta.into(), upload)
        .send()
        .await?;
    let attachment_id = saved.id.ok_or("the saved attachment has no id")?;
    let back = client
        .attachments()
        .get_attachment(attachment_id)
        .send()
        .await?;
    if back.bytes != content {
        return Err("the attachment came back different".into());
    }
    Ok(format!(
        "{} bytes, the same byte for byte",
        back.bytes.len()
    ))
}

/// Two mistakes, both reported, and nothing is sent.
async fn too_long(client: &Client, invoice: Invoice) -> Result<Invoice, Error> {
    let wrong = Invoice {
        order_reference: Some("x".repeat(71)),
        notes: Some("Привет".to_owned()),
        ..invoice
    };
    client.invoices().save_invoice(wrong).send().await
}

async fn not_there(client: &Client) -> Result<Invoice, Error> {
    client
        .invoices()
        .get_invoice(InvoiceId(999_999_999))
        .send()
        .await
}

/// The mistake must be noticed, and as what it is.
fn expected<T>(result: Result<T, Error>, is: fn(&Error) -> bool) -> Result<String, Failed> {
    match result {
        Ok(_) => Err("a mistake was not noticed".into()),
        Err(error) if is(&error) => Ok(error.to_string()),
        Err(error) => Err(error.into()),
    }
}

fn shown(status: Option<&InvoiceStatus>) -> &str {
    status.map_or("without status", |status| match status {
        InvoiceStatus::Unfinished => "unfinished",
        InvoiceStatus::Sent => "sent",
        _ => "in another state",
    })
}
