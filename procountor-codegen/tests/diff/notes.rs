//! The changes from 24.11 to 26.04, from the notes on the recovery of the documents. Another program, in another language,
//! made the notes before the differ existed.

/// Paths: the old and the new one.
pub(crate) const RESPELLED: [&str; 2] = [
    "GET /SIE/availability -> /sie/availability",
    "GET /SIE/file -> /sie/file",
];

/// New operations, with their ids.
pub(crate) const ADDED: [&str; 51] = [
    "PUT /bankstatements/{statementId}/events/{eventId}/invoices (allocateInvoiceToEvent)",
    "DELETE /bankstatements/{statementId}/events/{eventId}/invoices (deleteInvoiceAllocationFromEvent)",
    "GET /company/usagesettings (getUsageSettings)",
    "GET /integrations/{integrationId}/customers (fetchIntegrationOwnerCustomersInfo)",
    "GET /integrations/{requestId} (getIntegrationRequest)",
    "PUT /integrations/{requestId} (updateIntegrationRequest)",
    "GET /invoices/transactions (getInvoiceTransactionsBulk)",
    "GET /journals (searchJournalsByStatuses)",
    "PUT /ledgerreceipts/{receiptId}/transactions/{transactionId}/dimensions (updateLedgerReceiptTransactionDimensions)",
    "GET /mfatransactionresult/{transactionIdentifier} (getMfaTransactionResult)",
    "GET /payments/paymentevents (getPaymentEvents)",
    "POST /payrolls/employees/salaryinfo (insertSalaryInfo)",
    "GET /payrolls/employees/{id}/holidaypay (getHolidayPayByEmployeeId)",
    "GET /payrolls/employees/{id}/salarybase (getSalaryBaseByEmployeeId)",
    "PUT /payrolls/employees/{id}/salarybase (updateSalaryBaseByEmployeeId)",
    "GET /payrolls/employees/{id}/salaryinfo (getSalaryInfoByEmployeeId)",
    "PUT /payrolls/employees/{id}/salaryinfo (updateSalaryInfo)",
    "GET /payrolls/employees/{id}/salaryinfo/employments (getEmploymentsByEmployeeId)",
    "POST /payrolls/employees/{id}/salaryinfo/employments (insertEmployment)",
    "GET /payrolls/employees/{id}/salaryinfo/employments/{employmentId} (getEmploymentByIdAndEmployeeId)",
    "PUT /payrolls/employees/{id}/salaryinfo/employments/{employmentId} (updateEmployment)",
    "DELETE /payrolls/employees/{id}/salaryinfo/employments/{employmentId} (deleteEmployment)",
    "GET /payrolls/employees/{id}/salaryinfo/laborunionmemberships (getLaborUnionMemberShipByEmployeeId)",
    "POST /payrolls/employees/{id}/salaryinfo/laborunionmemberships (insertLaborUnionMembership)",
    "GET /payrolls/employees/{id}/salaryinfo/laborunionmemberships/{laborUnionMembershipId} (getLaborUnionMembershipById)",
    "PUT /payrolls/employees/{id}/salaryinfo/laborunionmemberships/{laborUnionMembershipId} (updateLaborUnionMembership)",
    "DELETE /payrolls/employees/{id}/salaryinfo/laborunionmemberships/{laborUnionMembershipId} (deleteLaborUnionMembership)",
    "GET /payrolls/employees/{id}/salaryinfo/taxcards (getTaxCardsForEmployee)",
    "POST /payrolls/employees/{id}/salaryinfo/taxcards (insertTaxCard)",
    "GET /payrolls/employees/{id}/salaryinfo/taxcards/{taxCardId} (getTaxCardByIdAndEmployeeId)",
    "PUT /payrolls/employees/{id}/salaryinfo/taxcards/{taxCardId} (updateTaxCard)",
    "DELETE /payrolls/employees/{id}/salaryinfo/taxcards/{taxCardId} (deleteTaxCard)",
    "GET /payrolls/employees/{id}/workinghourreduction (getEmployeeWorkingHourReduction)",
    "GET /payrolls/salarylists (getSalaryLists)",
    "POST /payrolls/salarylists (insertSalaryList)",
    "GET /payrolls/salarylists/{id} (getSalaryListById)",
    "GET /payrolls/salaryperiods (getSalaryPeriodLists)",
    "GET /payrolls/salaryperiods/{id} (getSalaryPeriods)",
    "GET /payrolls/salaryslips (getSalarySlips)",
    "GET /payrolls/salaryslips/{id} (getSalarySlipById)",
    "PUT /payrolls/salaryslips/{id} (updateSalarySlip)",
    "GET /payrolls/salaryslips/{id}/accounting (getSalarySlipAccountingBySalarySlipId)",
    "PUT /payrolls/salaryslips/{id}/accounting (updateSalarySlipAccounting)",
    "PUT /payrolls/salaryslips/{id}/approve (approveSlip)",
    "PUT /payrolls/salaryslips/{id}/cancelapproval (cancelSlipApproval)",
    "GET /products/{productId}/defaults/dimensions (getDefaultDimensions)",
    "GET /products/{productId}/defaults/dimensions/{dimensionId} (getDefaultDimension)",
    "PUT /products/{productId}/defaults/dimensions/{dimensionId} (updateDefaultDimension)",
    "GET /se/factoringcontracts (getBasicFactoringContracts)",
    "POST /se/factoringcontracts (addFactoringContract)",
    "GET /vats/settings (getVatSettings)",
];

/// Operations whose id changed.
pub(crate) const IDS: [&str; 5] = [
    "GET /businesspartners/{id}/defaults/dimensions getDefaultDimensions -> getDefaultDimensions1",
    "GET /businesspartners/{id}/defaults/dimensions/{dimensionId} getDefaultDimension -> getDefaultDimension1",
    "PUT /businesspartners/{id}/defaults/dimensions/{dimensionId} updateDefaultDimension1 -> updateDefaultDimension2",
    "POST /factoringcontracts addFactoringContract -> addFactoringContract1",
    "PUT /persons/{id}/defaults/dimensions/{dimensionId} updateDefaultDimension -> updateDefaultDimension1",
];

/// Ids that now name another operation.
pub(crate) const REUSED: [&str; 5] = [
    "getDefaultDimensions: GET /businesspartners/{id}/defaults/dimensions -> GET /products/{productId}/defaults/dimensions",
    "getDefaultDimension: GET /businesspartners/{id}/defaults/dimensions/{dimensionId} -> GET /products/{productId}/defaults/dimensions/{dimensionId}",
    "updateDefaultDimension1: PUT /businesspartners/{id}/defaults/dimensions/{dimensionId} -> PUT /persons/{id}/defaults/dimensions/{dimensionId}",
    "addFactoringContract: POST /factoringcontracts -> POST /se/factoringcontracts",
    "updateDefaultDimension: PUT /persons/{id}/defaults/dimensions/{dimensionId} -> PUT /products/{productId}/defaults/dimensions/{dimensionId}",
];

/// Operations that became deprecated, with their ids.
pub(crate) const DEPRECATED: [&str; 4] = [
    "PUT /invoices/{transactionIdentifier}/confirm (confirm3)",
    "PUT /payments/directsalarypayments/{transactionIdentifier}/confirm (confirm2)",
    "PUT /payments/{transactionIdentifier}/confirm (confirm1)",
    "PUT /users/{transactionIdentifier}/confirm (confirm)",
];

/// Parameters.
pub(crate) const PARAMETERS: [&str; 11] = [
    "GET /invoices query dueStartDate added",
    "GET /invoices query dueEndDate added",
    "GET /invoices query productId added",
    "GET /invoices query searchTerm added",
    "GET /invoices query isOffer added",
    "PUT /invoices/{invoiceId}/approve query updateInventory added",
    "GET /invoices/{invoiceId}/image query format added",
    "GET /payrolls/salarytypes query category enum -EMPLOYER_PAYMENTS",
    "GET /products query orderByVersion added",
    "GET /products query versionStartDate added",
    "GET /products query versionEndDate added",
];

/// Bodies and responses.
pub(crate) const BODIES: [&str; 17] = [
    "GET /attachments/{attachmentId} 200: multipart/mixed Attachment -> Attachment",
    "DELETE /attachments/{attachmentId} 204: DataModel -> object",
    "DELETE /bankstatements/{statementId}/events/{eventId}/metadata 400: absent -> ErrorMessages",
    "PUT /bankstatements/{statementId}/events/{eventId}/products 400: absent -> ErrorMessages",
    "DELETE /bankstatements/{statementId}/events/{eventId}/products 400: absent -> ErrorMessages",
    "PATCH /businesspartners/{id} 200: DataModel -> object",
    "GET /dimensions 403: absent -> ErrorMessages",
    "GET /dimensions/{dimensionId} 403: absent -> ErrorMessages",
    "GET /invoices/{invoiceId}/comments 403: absent -> ErrorMessages",
    "POST /invoices/{invoiceId}/comments 403: absent -> ErrorMessages",
    "GET /invoices/{invoiceId}/comments/taggableusers 403: absent -> ErrorMessages",
    "GET /invoices/{invoiceId}/comments/{commentId} 403: absent -> ErrorMessages",
    "PUT /invoices/{invoiceId}/comments/{commentId}/read 403: absent -> ErrorMessages",
    "GET /payrolls/employees 200: [EmployeeSearchResult] -> EmployeeSearchResult",
    "GET /persons 200: [PersonSearchResult] -> PersonSearchResult",
    "DELETE /products/groups/{groupId} 204: DataModel -> object",
    "DELETE /products/{productId} 204: DataModel -> object",
];

/// New schemas.
pub(crate) const SCHEMAS: [&str; 63] = [
    "AccidentInsurance",
    "ApiIntegrationApproveRequest",
    "ApiIntegrationApproveResult",
    "ApiIntegrationApprovedDTO",
    "ApiIntegrationCompany",
    "ApiIntegrationCompanyExtraInfo",
    "ApiIntegrationCustomer",
    "ApiIntegrationInitiator",
    "ApiIntegrationRejected",
    "ApiIntegrationRequestData",
    "AverageDailyActualWorkdays",
    "BasicFactoringContract",
    "CarBenefitRowDetails",
    "CompanyUsageSettings",
    "CompanyUsageSettingsAccountingByRow",
    "CompanyUsageSettingsCashDiscount",
    "DimensionItemValueList",
    "DirectSalaryPaymentResult",
    "EmployeeDataForSalarySlip",
    "Employment",
    "HolidayPay",
    "HolidayPayData",
    "HolidayPayYearlyRemaining",
    "HolidayRowDetails",
    "HolidaysWorkingTimeAllocation",
    "IncomeConfiguration",
    "InsurancesConfiguration",
    "InternationalSituationsConfiguration",
    "InvoiceTransactionsByInvoice",
    "InvoiceTransactionsByInvoicesDTO",
    "Journal",
    "LaborUnionMembership",
    "MfaInfoMessage",
    "MfaTransactionResult",
    "NewSalaryList",
    "PensionInsurance",
    "RecoveryRowDetails",
    "SalaryBase",
    "SalaryBaseRow",
    "SalaryInfo",
    "SalaryList",
    "SalaryListBasicData",
    "SalaryListSearchResult",
    "SalaryPeriod",
    "SalaryPeriodListBasicInfo",
    "SalarySlip",
    "SalarySlipAccounting",
    "SalarySlipAdjustments",
    "SalarySlipBasicData",
    "SalarySlipCarBenefitRowDetails",
    "SalarySlipEmployment",
    "SalarySlipRecoveryRowDetails",
    "SalarySlipRow",
    "SalarySlipSearchResult",
    "SalarySlipSettings",
    "SalarySlipTransaction",
    "SalarySlipWorkingTimeAllocation",
    "TaxCard",
    "VatSettings",
    "WorkingHourReduction",
    "WorkingHourReductionPayData",
    "WorkingHourReductionRowDetails",
    "WorkingHourReductionWorkingTimeAllocation",
];

/// New fields of existing schemas.
pub(crate) const FIELDS_ADDED: [&str; 29] = [
    "AllocationMetadataRow.comment string",
    "AllocationMetadataWithFullLedgerAccountDataRow.comment string",
    "BasicPaymentTransactionData.paidAmount number",
    "BasicPaymentTransactionData.paidCurrency enum<string>",
    "Company.companyCurrency enum<string>",
    "Company.currencyRateSearchDensity enum<string>",
    "CounterParty.bccAddresses [string]",
    "Invoice.buyerReferenceIdentifier string",
    "Invoice.sellerReferenceIdentifier string",
    "Invoice.creatorId integer/int32",
    "InvoiceBasicInfo.newDueDate string/date",
    "InvoiceBasicInfo.creatorId integer/int32",
    "InvoiceBasicInfo.counterParty CounterParty (required)",
    "InvoiceBasicInfo.isOffer boolean",
    "InvoicingInfo.bccAddresses [string]",
    "InvoicingInfo.orderReference string",
    "InvoicingInfo.sellerReferenceIdentifier string",
    "InvoicingInfo.buyerReferenceIdentifier string",
    "InvoicingInfo.orderNumber string",
    "InvoicingInfo.agreementNumber string",
    "InvoicingInfo.accountingCode string",
    "InvoicingInfo.deliverySite string",
    "InvoicingInfo.tenderReference string",
    "LedgerReceipt.partnerId integer/int32",
    "PaymentInfo.newDueDate string/date",
    "PaymentRights.markSalaryAsPaid enum<string>",
    "Product.bookkeepingAccount string",
    "Product.version string/date-time",
    "SalaryType.paymentPercentEditable boolean",
];

/// Removed fields.
pub(crate) const FIELDS_REMOVED: [&str; 1] = ["CirculationSettings.preventPayeeInformationChange"];

/// Fields whose type changed.
pub(crate) const FIELD_TYPES: [&str; 1] = ["Webhook.authenticationMeta map<object> -> map<any>"];

/// Fields that became optional.
pub(crate) const FIELDS_OPTIONAL: [&str; 8] = [
    "BusinessPartnerAddress.name",
    "BusinessPartnerBillingAddress.name",
    "BusinessPartnerDeliveryAddress.name",
    "InvoiceBillingAddress.name",
    "InvoiceDeliveryAddress.name",
    "PaymentIntermediaryBankNameAndAddress.name",
    "PaymentReceiverBankNameAndAddress.name",
    "PersonAddress.name",
];

/// Fields whose values changed.
pub(crate) const FIELD_ENUMS: [&str; 4] = [
    "Company.productVersion +FINANCIALS_TIER_ONE, FINANCIALS_TIER_THREE, FINANCIALS_TIER_TWO, SME_BETTER",
    "Employee.salaryChannel -PAPER",
    "SalaryType.category -EMPLOYER_PAYMENTS",
    "SessionInfo.productVersion +FINANCIALS_TIER_ONE, FINANCIALS_TIER_THREE, FINANCIALS_TIER_TWO, SME_BETTER",
];
