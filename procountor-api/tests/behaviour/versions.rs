//! Several versions in one program.

use procountor_api::{
    Environment, M2mCredentials, client::ApiPath, operation::Version, v2302, v2411, v2604,
};
use procountor_api::{v2302::V2302, v2411::V2411, v2604::V2604};

use crate::support::{Action, Scripted};

fn settings<V: Version>(
    builder: procountor_api::ClientBuilder<V, procountor_api::operation::NoCredentials>,
    server: &Scripted,
) -> procountor_api::ClientBuilder<V, procountor_api::M2m> {
    builder
        .environment(Environment::Production)
        .m2m(M2mCredentials::new("a", "b", "c"))
        .transport(server.clone())
}

#[tokio::test(start_paused = true)]
async fn an_unchanged_type_is_one_type_in_two_versions() {
    let group = r#"{"id":7,"name":"Kanta-asiakkaat","type":"CUSTOMER","later":[1]}"#;
    let server = Scripted::acts([Action::Answer(200, group)]);
    let old = settings(v2411::Client::builder(), &server).build().unwrap();
    let new = settings(v2604::Client::builder(), &server).build().unwrap();

    let id = v2604::BusinessPartnerGroupId(7);
    let read: v2411::BusinessPartnerGroup = old
        .business_partners()
        .get_partner_group(id)
        .send()
        .await
        .unwrap();
    let written: v2604::BusinessPartnerGroup = new
        .business_partners()
        .create_business_partner_group(read)
        .send()
        .await
        .unwrap();

    assert_eq!(written.name.as_deref(), Some("Kanta-asiakkaat"));
    assert_eq!(
        server.body(1),
        group,
        "what neither version knows goes with it"
    );
    assert_eq!(
        server.uris(),
        [
            "https://api.procountor.com/v2411/api/businesspartners/groups/7",
            "https://api.procountor.com/api/businesspartners/groups",
        ],
        "each version has its path"
    );
}

#[tokio::test(start_paused = true)]
async fn the_path_of_a_version_can_be_set() {
    let paths = [
        (ApiPath::OfVersion, "/v2302/api"),
        (ApiPath::Latest, "/latest/api"),
        (ApiPath::Supported, "/supported/api"),
        (ApiPath::Plain, "/api"),
    ];
    for (path, expected) in paths {
        let server = Scripted::acts([Action::Answer(200, "{}")]);
        let client = settings(v2302::Client::builder(), &server).path(path);
        let client = client.build().unwrap();
        client.health_status().get_status().send().await.unwrap();
        assert_eq!(
            server.uris(),
            [format!("https://api.procountor.com{expected}/status")]
        );
        let token = &server.token_requests()[0];
        let url = format!("https://api.procountor.com{expected}/oauth/token ");
        assert!(token.starts_with(&url), "{token}");
    }
    let both = v2302::Client::builder()
        .environment(Environment::Custom("https://books.example/api".to_owned()))
        .path(ApiPath::Latest)
        .m2m(M2mCredentials::new("a", "b", "c"))
        .build();
    assert_eq!(
        both.unwrap_err().to_string(),
        "the client cannot be built: `.path(…)` is for `Production` and `Test`: include the path in the custom URL"
    );
}

#[test]
fn a_version_has_a_path_and_dates() {
    let life = V2302::LIFECYCLE;
    assert_eq!(life.path, "/v2302/api");
    assert_eq!(life.released, Some("2023-02-18"));
    assert_eq!(life.supported_until, Some("mid-November 2023"));
    let newest = V2604::LIFECYCLE;
    assert_eq!((newest.path, newest.released), ("/api", None));
    assert_eq!(V2411::NUMBER, "24.11");
}

/// Compiles: an id has the same type in all versions that have it.
#[allow(dead_code)]
fn an_id_is_one_type_in_all_versions(id: v2302::InvoiceId) -> v2604::InvoiceId {
    id
}
