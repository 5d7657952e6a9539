//! The specification of 26.04 with its overlays, policies and sentences.

#[cfg(test)]
mod support;

use expect_test::expect;
use procountor_codegen::generate;
use procountor_codegen::model::{Access, Retry};
use procountor_codegen::model::{Body, Content, Field, Location, Method, Type};
use support::real_api as api;

#[test]
fn nothing_is_skipped() {
    let api = api();
    assert_eq!(api.operations.len(), 192);
    assert_eq!(
        api.schemas.iter().filter(|schema| !schema.patch).count(),
        280
    );
    let patches: Vec<&str> = api
        .schemas
        .iter()
        .filter(|schema| schema.patch)
        .map(|schema| schema.name.as_str())
        .collect();
    assert_eq!(patches, ["BusinessPartnerPatch"]);
    assert_eq!(
        api.operations
            .iter()
            .filter(|operation| operation.batch.is_some())
            .count(),
        5
    );
    assert_eq!(
        api.operations
            .iter()
            .filter(|operation| operation.policy.paging.is_some())
            .count(),
        21
    );
    assert!(
        api.operations
            .iter()
            .all(|operation| operation.doc.is_some())
    );
}

#[test]
fn only_values_without_a_declared_shape_are_json() {
    let api = api();
    let is_json = |ty: &Type| *ty.leaf() == Type::Json;
    let mut open: Vec<String> = Vec::new();
    for schema in &api.schemas {
        let fields = schema.fields.iter().filter(|field| is_json(&field.ty));
        open.extend(fields.map(|field: &Field| format!("{}.{}", schema.name, field.wire)));
    }
    for operation in &api.operations {
        let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
        let body = operation.body.iter().filter_map(|body| match body {
            Body::Json { ty, .. } => Some(ty),
            Body::Multipart(_) => None,
        });
        let responses = operation
            .responses
            .iter()
            .filter_map(|response| match &response.content {
                Content::Json(ty) | Content::Mixed(ty) => Some(ty),
                Content::Empty | Content::Binary { .. } => None,
            });
        if parameters.chain(body).chain(responses).any(is_json) {
            open.push(format!("{} {}", operation.method, operation.path));
        }
    }
    assert_eq!(
        open,
        [
            "ErrorMessage.model",
            "Webhook.authenticationMeta",
            "PATCH /businesspartners/{id}"
        ]
    );
}

#[test]
fn two_factor_operations_are_sent_again_only_if_unsent() {
    let api = api();
    let two_factor: Vec<_> = api
        .operations
        .iter()
        .filter(|operation| operation.policy.access == Access::TwoFactor)
        .collect();
    assert_eq!(two_factor.len(), 8);
    assert!(
        two_factor
            .iter()
            .all(|operation| operation.policy.retry == Retry::OnlyIfUnsent)
    );
}

#[test]
fn operations_whose_retry_policy_differs_from_their_method() {
    let api = api();
    let usual = |method: Method| match method {
        Method::Get => Retry::Safe,
        Method::Put | Method::Delete => Retry::Idempotent,
        Method::Post | Method::Patch => Retry::OnlyIfUnsent,
    };
    let unusual: Vec<String> = api
        .operations
        .iter()
        .filter(|operation| operation.policy.retry != usual(operation.method))
        .map(|operation| {
            let policy = &operation.policy;
            format!(
                "{} {}: {:?} {:?}",
                operation.method, operation.path, policy.retry, policy.access
            )
        })
        .collect();
    expect![[r#"
        PUT /integrations/{requestId}: OnlyIfUnsent Any
        PUT /invoices/{invoiceId}/approve: OnlyIfUnsent Any
        PUT /invoices/{invoiceId}/notes: OnlyIfUnsent Any
        PUT /invoices/{invoiceId}/paymentevents/markpaid: OnlyIfUnsent Any
        DELETE /invoices/{invoiceId}/paymentevents/{paymentEventId}: OnlyIfUnsent TwoFactor
        PUT /invoices/{invoiceId}/reject: OnlyIfUnsent Any
        PUT /invoices/{invoiceId}/send: OnlyIfUnsent Any
        PUT /invoices/{invoiceId}/sendToCirculation: OnlyIfUnsent Any
        PUT /invoices/{invoiceId}/verify: OnlyIfUnsent Any
        PUT /ledgerreceipts/{receiptId}/approve: OnlyIfUnsent Any
        PUT /payments/directsalarypayments/{paymentListId}/cancel: OnlyIfUnsent TwoFactor
        DELETE /payments/{paymentId}: OnlyIfUnsent TwoFactor
        PUT /payments/{paymentId}/cancel: OnlyIfUnsent TwoFactor
        PUT /payrolls/salaryslips/{id}/approve: OnlyIfUnsent Any
        POST /reports/accounting: Safe Any
        POST /reports/generalledger/{id}: Safe Any
        POST /reports/ledgeraccounts: Safe Any
        PUT /users: OnlyIfUnsent TwoFactor"#]]
    .assert_eq(&unusual.join("\n"));
}

#[test]
fn the_paging_of_every_search() {
    let api = api();
    let searches: Vec<String> = api
        .operations
        .iter()
        .filter_map(|operation| {
            let paging = operation.policy.paging.as_ref()?;
            let mut text = format!("{}: {}", operation.path, paging.row);
            if paging.page {
                text.push_str(", page");
            }
            if let Some(keyset) = &paging.keyset {
                text.push_str(&format!(", {}", keyset.key));
            }
            Some(text)
        })
        .collect();
    expect![[r#"
        /attachments: Document, page, attachmentId
        /bankaccounts: CompanyBankAccountBasicInfo, page, id
        /bankstatements: BankStatement, page, id
        /businesspartners: BusinessPartnerBasicInfo, page, id
        /businesspartners/groups: BusinessPartnerGroup, page
        /factoringcontracts: FactoringContract, page
        /invoices: InvoiceBasicInfo, page, id
        /invoices/{invoiceId}/paymentevents: PaymentEvent, page, id
        /ledgerreceipts: LedgerReceiptBasicInfo, page, id
        /payments: BasicPaymentTransactionData, page, id
        /payments/directsalarypayments: DirectSalaryPaymentGroupBaseInfo, page, id
        /payments/errormessages: PaymentErrorMessage, page, id
        /payments/paymentevents: BasicPaymentTransactionData, page, id
        /payrolls/employees: Employee, page
        /payrolls/salarylists: SalaryListBasicData, page
        /payrolls/salaryslips: SalarySlipBasicData, page
        /payrolls/salarytypes: SalaryType, page
        /persons: PersonBasicInfo, page
        /products: Product, id
        /referencepayments: ReferencePayment, page, id
        /webhooks: Webhook, page"#]]
    .assert_eq(&searches.join("\n"));
}

#[test]
fn header_parameters() {
    let api = api();
    let headers: Vec<String> = api
        .operations
        .iter()
        .flat_map(|operation| {
            operation
                .parameters
                .iter()
                .map(move |parameter| (operation, parameter))
        })
        .filter(|(_, parameter)| parameter.location == Location::Header)
        .map(|(operation, parameter)| format!("{} {}", operation.path, parameter.wire))
        .collect();
    assert_eq!(
        headers,
        [
            "/attachments username",
            "/bankstatements accountNumber",
            "/businesspartners name",
            "/businesspartners identifier",
            "/referencepayments accountNumber",
        ]
    );
}

#[test]
fn the_same_input_gives_the_same_source_of_limited_size() {
    let files = || generate(&[api()]).unwrap_or_else(|wrong| panic!("{wrong}"));
    let (first, second) = (files(), files());
    assert!(first == second);
    let lines: usize = first.iter().map(|file| file.text.lines().count()).sum();
    assert!(lines < 16_000, "{lines} lines");
    assert!(
        first
            .iter()
            .all(|file| file.text.ends_with('\n') && !file.text.contains('\u{e000}'))
    );
}
