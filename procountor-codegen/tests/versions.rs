//! The real specifications of all versions: they load, and each of their faults is repaired.

#![allow(clippy::panic, reason = "a test may fail")]

#[cfg(test)]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use expect_test::expect;
use procountor_codegen::docs::undocumented;
use procountor_codegen::load_all;
use procountor_codegen::model::{
    Api, Body, Content, Enum, Location, Method, Operation, Parameter, Type,
};
use support::{VERSIONS, real_sources};

/// Returns all versions, oldest first.
fn apis() -> &'static [Api] {
    static APIS: OnceLock<Vec<Api>> = OnceLock::new();
    APIS.get_or_init(|| {
        load_all(&real_sources(&VERSIONS)).unwrap_or_else(|wrong| panic!("{wrong}"))
    })
}

fn api(version: &str) -> &'static Api {
    let found = apis().iter().find(|api| api.version == version);
    found.unwrap_or_else(|| panic!("no {version}"))
}

/// Returns the operation of this method and path, however the version spells it.
fn operation(api: &'static Api, key: &str) -> &'static Operation {
    let found = api
        .operations
        .iter()
        .find(|operation| operation.key() == key);
    found.unwrap_or_else(|| panic!("{} has no {key}", api.version))
}

fn parameter(api: &'static Api, key: &str, wire: &str) -> &'static Parameter {
    let parameters = &operation(api, key).parameters;
    let found = parameters.iter().find(|parameter| parameter.wire == wire);
    found.unwrap_or_else(|| panic!("{key} of {} has no {wire}", api.version))
}

fn field(api: &'static Api, schema: &str, wire: &str) -> &'static procountor_codegen::model::Field {
    let found = api
        .schema(schema)
        .unwrap_or_else(|| panic!("{} has no {schema}", api.version));
    let found = found.fields.iter().find(|field| field.wire == wire);
    found.unwrap_or_else(|| panic!("{schema} of {} has no {wire}", api.version))
}

/// Returns the versions for which a condition holds.
fn versions(holds: impl Fn(&'static Api) -> bool) -> Vec<&'static str> {
    let such = apis().iter().filter(|api| holds(api));
    such.map(|api| api.version.as_str()).collect()
}

const ALL: [&str; 8] = VERSIONS;
const TO_24_05: [&str; 3] = ["23.02", "23.09", "24.05"];

#[test]
fn every_version_loads_whole() {
    let counts: Vec<(usize, usize)> = apis()
        .iter()
        .map(|api| {
            let schemas = api.schemas.iter().filter(|schema| !schema.patch);
            (api.operations.len(), schemas.count())
        })
        .collect();
    // 24.05 and 24.06 have lost a schema of the server and got one that the answers need.
    assert_eq!(
        counts,
        [
            (121, 173),
            (122, 173),
            (124, 186),
            (125, 186),
            (132, 211),
            (136, 211),
            (141, 217),
            (192, 280)
        ]
    );
    assert_eq!(versions(|_| true), ALL);
}

#[test]
fn every_first_part_of_the_list_loads_so_that_each_version_brings_only_its_own_folder() {
    for count in 1..=VERSIONS.len() {
        let sources = real_sources(&VERSIONS[..count]);
        if let Err(wrong) = load_all(&sources) {
            panic!("up to {}:\n{wrong}", VERSIONS[count - 1]);
        }
    }
}

#[test]
fn every_operation_has_a_sentence_of_ours() {
    for api in apis() {
        assert_eq!(undocumented(api), [""; 0], "{}", api.version);
    }
}

#[test]
fn an_operation_has_one_id_in_all_versions_and_an_id_one_operation() {
    let (mut ids, mut keys) = (BTreeMap::new(), BTreeMap::new());
    for operation in apis().iter().flat_map(|api| &api.operations) {
        let (key, id) = (operation.key(), operation.id.clone());
        let first = ids.entry(key.clone()).or_insert_with(|| id.clone());
        assert_eq!(*first, id, "{key} has two ids");
        let first = keys.entry(id.clone()).or_insert_with(|| key.clone());
        assert_eq!(*first, key, "{id} means two operations");
        if let Some(batch) = &operation.batch {
            let first = keys
                .entry(batch.id.clone())
                .or_insert_with(|| format!("several: {key}"));
            assert_eq!(*first, format!("several: {key}"), "{} means two", batch.id);
        }
    }
    let newest: BTreeSet<String> = api("26.04").operations.iter().map(Operation::key).collect();
    let gone: Vec<String> = ids
        .iter()
        .filter(|(key, _)| !newest.contains(*key))
        .map(|(key, id)| format!("{key}: {id}"))
        .collect();
    expect![[r#"
        GET /users/rights/old: getOldUserRights
        PUT /dimensions: updateDimensionByBody
        PUT /invoices/{}/comments/{}/{}/read: setCommentReadByTaggedUser"#]]
    .assert_eq(&gone.join("\n"));
}

#[test]
fn a_place_has_one_enum_and_one_id_in_all_versions_but_where_the_list_became_another() {
    let mut places: BTreeMap<String, Vec<(String, &str)>> = BTreeMap::new();
    for api in apis() {
        let fields = api.schemas.iter().flat_map(|schema| {
            let name = |wire: &str| format!("{}.{wire}", schema.name);
            schema
                .fields
                .iter()
                .map(move |field| (name(&field.wire), &field.ty))
        });
        let parameters = api.operations.iter().flat_map(|one| {
            let name = |wire: &str| format!("{} {wire}", one.key());
            one.parameters
                .iter()
                .map(move |parameter| (name(&parameter.wire), &parameter.ty))
        });
        for (place, ty) in fields.chain(parameters) {
            let (Type::Enum(name) | Type::Id(name)) = ty.leaf() else {
                continue;
            };
            let names = places.entry(place).or_default();
            if names.last().is_none_or(|(last, _)| last != name) {
                names.push((name.clone(), &api.version));
            }
        }
    }
    let moved: Vec<String> = places
        .iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|(place, names)| {
            let names = names
                .iter()
                .map(|(name, version)| format!("{name} ({version})"));
            format!("{place}: {}", names.collect::<Vec<_>>().join(", "))
        })
        .collect();
    expect![[r#"
        BasicPaymentTransactionData.status: PaymentStatusCode (24.06), InvoiceStatus (24.08)
        BusinessPartnerPaymentDetails.paymentMethod: PartnerPaymentMethodInFinnish (24.05), PartnerPaymentMethod (24.08)
        Company.productVersion: CompanyProductVersion (23.02), ProductVersion (24.08)
        GET /payrolls/employees salaryChannel: SalaryChannel (24.11), SalaryChannelFilter (26.04)
        PaymentRowInfo.status: PaymentStatusCode (24.06), InvoiceStatus (24.08)
        Product.unit: Unit (23.02), ProductUnit (24.06), Unit (24.08)
        TransferNotification.lang: TransferNotificationLanguage (23.02), Language (24.06), TransferNotificationLanguage (24.08)
        User.countryCode: CountryCode (24.05), Country (24.08)"#]].assert_eq(&moved.join("\n"));
    for id in apis().iter().flat_map(|api| &api.ids) {
        let text = apis()
            .iter()
            .filter_map(|api| api.id(&id.name))
            .map(|id| id.text);
        assert!(
            text.into_iter().all(|text| text == id.text),
            "{} changes",
            id.name
        );
    }
}

#[test]
fn the_objects_of_the_server_that_leaked_into_queries_are_gone() {
    for api in apis() {
        for operation in &api.operations {
            let leaked = operation
                .parameters
                .iter()
                .any(|parameter| ["uriParams", "uriInfo"].contains(&parameter.wire.as_str()));
            assert!(!leaked, "{} of {}", operation.key(), api.version);
        }
        assert!(api.schema("MultiValueMapStringString").is_none());
    }
    let sources = real_sources(&VERSIONS);
    let leaking: Vec<usize> = sources
        .iter()
        .map(|sources| {
            let text = &sources.openapi.text;
            text.matches("\"name\": \"uriParams\"").count()
                + text.matches("\"name\": \"uriInfo\"").count()
        })
        .collect();
    assert_eq!(
        leaking,
        [0, 0, 3, 13, 0, 0, 0, 0],
        "what the vendor declares"
    );
}

#[test]
fn units_of_24_06_that_differ_in_capitals_only_are_distinct_and_keep_their_wire_values() {
    let Type::Enum(name) = &field(api("24.06"), "Product", "unit").ty else {
        panic!("the unit is an enum");
    };
    let unit = api("24.06").enumeration(name).expect("it is there");
    assert_eq!(unit.values.len(), 222);
    let variants: BTreeSet<&str> = unit
        .values
        .iter()
        .map(|value| value.rust.as_str())
        .collect();
    assert_eq!(variants.len(), 222);
    let of = |wire: &str| variant(unit, wire);
    assert_eq!(
        [
            ("cm"),
            ("CM"),
            ("cup"),
            ("CUP"),
            ("bar"),
            ("BAR"),
            ("s."),
            ("s"),
            ("")
        ]
        .map(of),
        [
            "LowerCm", "Cm", "LowerCup", "Cup", "LowerBar", "Bar", "SDot", "S", "Empty"
        ]
    );
}

fn variant<'e>(of: &'e Enum, wire: &str) -> &'e str {
    let found = of.values.iter().find(|value| value.wire == wire);
    &found.unwrap_or_else(|| panic!("no {wire}")).rust
}

#[test]
fn the_attachment_of_24_06_holds_another_attachment() {
    let holds = |api: &'static Api| {
        let attachment = api.schema("Attachment").expect("it is there");
        attachment.fields.iter().any(|field| field.recursive)
    };
    assert_eq!(versions(holds), ["24.06"]);
    let inner = field(api("24.06"), "Attachment", "attachmentInvoice");
    assert_eq!(inner.ty, Type::Schema("Attachment".to_owned()));
    let files = procountor_codegen::generate(&[api("24.06").clone()])
        .unwrap_or_else(|wrong| panic!("{wrong}"));
    let boxed = files.iter().any(|file| {
        file.text
            .contains("pub attachment_invoice: Option<Boxed<Attachment>>")
    });
    assert!(boxed);
}

#[test]
fn search_parameters_are_in_the_query_in_23_02_and_in_headers_since() {
    for (path, wire) in [
        ("/attachments", "username"),
        ("/bankstatements", "accountNumber"),
        ("/businesspartners", "name"),
        ("/businesspartners", "identifier"),
        ("/referencepayments", "accountNumber"),
    ] {
        let key = format!("GET {path}");
        let at = |location: Location| {
            versions(|api| {
                let found = parameter(api, &key, wire);
                assert_eq!(found.ty, Type::String);
                found.location == location
            })
        };
        assert_eq!(at(Location::Query), ["23.02"], "{path} {wire}");
        assert_eq!(at(Location::Header), &ALL[1..], "{path} {wire}");
    }
}

#[test]
fn multiple_of_means_the_number_of_decimals() {
    for api in apis() {
        let scale = |wire: &str| field(api, "Invoice", wire).constraints.scale;
        assert_eq!(
            [scale("discountPercent"), scale("penaltyPercent")],
            [Some(4), Some(2)]
        );
    }
}

#[test]
fn bodies_without_a_media_type_are_json() {
    let keys = [
        "PUT /bankstatements/{}/events/{}/metadata",
        "PUT /bankstatements/{}/events/{}/products",
        "PUT /businesspartners/{}/defaults/dimensions/{}",
        "POST /products",
        "PUT /products/{}",
    ];
    for key in keys {
        let types: BTreeSet<String> = apis()
            .iter()
            .map(|api| match &operation(api, key).body {
                Some(Body::Json { ty, required, .. }) => format!("{ty:?} {required}"),
                other => panic!("{key} of {}: {other:?}", api.version),
            })
            .collect();
        assert_eq!(types.len(), 1, "{key}: {types:?}");
    }
    let product = operation(api("23.02"), keys[1]).body.as_ref();
    assert!(matches!(product, Some(Body::Json { ty: Type::Id(id), .. }) if id == "ProductId"));
}

#[test]
fn an_upload_has_both_parts_and_a_download_is_mixed_in_all_versions() {
    for api in apis() {
        let Some(Body::Multipart(parts)) = &operation(api, "POST /attachments").body else {
            panic!("{} uploads no parts", api.version);
        };
        let parts: Vec<_> = parts
            .iter()
            .map(|part| (part.wire.as_str(), &part.ty))
            .collect();
        assert_eq!(
            parts,
            [
                ("meta", &Type::Schema("Attachment".to_owned())),
                ("file", &Type::Binary)
            ]
        );
        let answers = &operation(api, "GET /attachments/{}").responses;
        assert_eq!(
            answers[0].content,
            Content::Mixed(Type::Schema("Attachment".to_owned()))
        );
    }
}

#[test]
fn personal_approvals_and_verifications_answer_with_ids_of_invoices() {
    for api in &apis()[2..] {
        for key in [
            "GET /invoices/personalapprovals",
            "GET /invoices/personalverifications",
        ] {
            let answers = &operation(api, key).responses;
            assert_eq!(
                answers[0].content,
                Content::Json(Type::Schema("InvoiceIds".to_owned()))
            );
        }
        let ids = Type::List(Box::new(Type::Id("InvoiceId".to_owned())));
        assert_eq!(field(api, "InvoiceIds", "invoiceIds").ty, ids);
    }
}

#[test]
fn product_groups_of_the_format_multi_are_a_list_of_repeated_parameters() {
    use procountor_codegen::model::ListStyle;
    let group = |api| parameter(api, "GET /products", "group");
    let ids = Type::List(Box::new(Type::Id("ProductGroupId".to_owned())));
    assert_eq!(versions(|api| group(api).ty == ids), ALL);
    assert_eq!(
        versions(|api| group(api).list == ListStyle::Repeated),
        TO_24_05
    );
}

#[test]
fn the_numbered_kinds_of_rates_are_plain_numbers() {
    let kind = |api| &parameter(api, "GET /currencies/latest", "rateType").ty;
    assert_eq!(versions(|api| *kind(api) == Type::Integer), ALL);
}

#[test]
fn a_search_that_is_declared_as_a_list_of_results_is_one_result_with_pages() {
    for (key, schema) in [
        ("GET /persons", "PersonSearchResult"),
        ("GET /payrolls/employees", "EmployeeSearchResult"),
    ] {
        let searches = operation(api("24.11"), key);
        assert_eq!(
            searches.responses[0].content,
            Content::Json(Type::Schema(schema.to_owned()))
        );
        assert!(searches.policy.paging.is_some());
    }
}

#[test]
fn the_bound_on_the_length_of_a_checkers_comment_is_the_same_in_all_versions() {
    let length = |api| field(api, "CheckingEvent", "comment").constraints.max_len;
    assert_eq!(versions(|api| length(api) == Some(100)), ALL);
}

#[test]
fn schemas_that_only_changed_their_name_have_one() {
    let since = |name: &str| versions(|api| api.schema(name).is_some());
    for name in [
        "CheckingEvent",
        "Comment",
        "Comments",
        "DeliveryTermsInfo",
        "DirectSalaryPaymentGroup",
        "DirectSalaryPaymentGroupBaseInfo",
        "DirectSalaryPaymentGroupBaseInfoSearchResult",
        "DefaultDimension",
        "DefaultDimensionBasicData",
        "DefaultDimensionItem",
        "DefaultDimensionItemBasicData",
        "TaggableUser",
        "TaggableUsers",
    ] {
        assert_eq!(since(name), ALL, "{name}");
    }
    assert_eq!(since("PaymentIntermediaryBankNameAndAddress"), &ALL[2..]);
    assert_eq!(since("SerialNumber"), &ALL[2..]);
    assert_eq!(since("UserRightsOld"), ["24.08", "24.09"]);
}

#[test]
fn operations_that_were_respelled_are_the_same() {
    for (key, since) in [
        ("GET /payments/directsalarypayments/{}", 0),
        ("PUT /payments/directsalarypayments/{}/cancel", 0),
        ("GET /users/profiles/{}", 0),
        ("GET /sie/file", 6),
    ] {
        let ids: BTreeSet<&str> = apis()[since..]
            .iter()
            .map(|api| operation(api, key).id.as_str())
            .collect();
        assert_eq!(ids.len(), 1, "{key}");
    }
    let id = |api, key, wire| parameter(api, key, wire).ty.clone();
    let list = Type::Id("PaymentListId".to_owned());
    let group = "GET /payments/directsalarypayments/{}";
    assert_eq!(id(api("24.05"), group, "paymentlistId"), list);
    assert_eq!(id(api("24.06"), group, "paymentListId"), list);
    let user = Type::Id("UserId".to_owned());
    assert_eq!(id(api("24.05"), "GET /users/profiles/{}", "userid"), user);
}

#[test]
fn what_starts_a_second_factor_is_for_a_person_in_every_version() {
    use procountor_codegen::model::Access;
    for api in apis() {
        let confirmed = api
            .operations
            .iter()
            .filter(|operation| operation.policy.access == Access::TwoFactor);
        assert_eq!(confirmed.count(), 8, "{}", api.version);
        let deletes = api
            .operations
            .iter()
            .filter(|one| one.method == Method::Delete);
        for one in deletes
            .flat_map(|one| &one.responses)
            .filter(|one| one.status == 204)
        {
            assert_eq!(one.content, Content::Empty);
        }
    }
}

#[test]
fn versions_are_reached_where_the_vendor_puts_them() {
    let lines: Vec<String> = apis()
        .iter()
        .map(|api| {
            let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let lifecycle = &api.lifecycle;
            format!(
                "{} {} {} {}",
                api.version,
                lifecycle.path,
                known(&lifecycle.released),
                known(&lifecycle.supported_until)
            )
        })
        .collect();
    expect![[r#"
        23.02 /v2302/api 2023-02-18 mid-November 2023
        23.09 /latest/api - -
        24.05 /v2405/api 2024-05-18 mid-February 2025
        24.06 /latest/api - -
        24.08 /v2408/api 2024-08-17 mid-May 2025
        24.09 /latest/api - -
        24.11 /v2411/api - -
        26.04 /api - -"#]]
    .assert_eq(&lines.join("\n"));
}
