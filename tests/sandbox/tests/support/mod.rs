//! A sandbox and a client for it.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its part; a test may panic"
)]

use procountor_sandbox::{Builder, Sandbox};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// A sandbox with an access token.
pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) token: String,
}

/// Returns a sandbox without a rate limit.
pub(crate) fn builder() -> Builder {
    Sandbox::builder().seed(42).rate_limit(None)
}

impl Fixture {
    /// Returns a sandbox with a token for the API key.
    pub(crate) async fn machine() -> Self {
        Self::of(builder()).await
    }

    pub(crate) async fn of(builder: Builder) -> Self {
        let sandbox = builder.start().await.unwrap();
        let client = Client::new();
        let token = machine_token(&sandbox, &client).await;
        Self {
            sandbox,
            client,
            token,
        }
    }

    /// Returns a sandbox with a token of a person.
    pub(crate) async fn person() -> Self {
        let mut fixture = Self::machine().await;
        let form = [
            ("grant_type", "refresh_token"),
            ("client_id", fixture.sandbox.client_id()),
            ("client_secret", fixture.sandbox.client_secret()),
            ("refresh_token", fixture.sandbox.refresh_token()),
        ];
        let url = format!("{}/oauth/token", fixture.sandbox.base_url());
        let response: Value = fixture
            .client
            .post(url)
            .form(&form)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        fixture.token = response["access_token"].as_str().unwrap().to_owned();
        fixture
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.sandbox.base_url()))
            .bearer_auth(&self.token)
    }

    /// Sends a request; returns the status and the JSON body, null if it is empty.
    pub(crate) async fn send(&self, request: RequestBuilder) -> (u16, Value) {
        read(request.send().await.unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// Sends a PUT without a body.
    pub(crate) async fn put_empty(&self, path: &str) -> (u16, Value) {
        self.send(self.request(Method::PUT, path)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> (u16, Value) {
        self.send(self.request(Method::PATCH, path).json(body))
            .await
    }

    pub(crate) async fn delete(&self, path: &str) -> (u16, Value) {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Returns the ids of the rows that a search finds.
    pub(crate) async fn ids(&self, path: &str) -> Vec<i64> {
        let (status, page) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {page}");
        page["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_i64().unwrap())
            .collect()
    }
}

pub(crate) async fn machine_token(sandbox: &Sandbox, client: &Client) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
        ("api_key", sandbox.api_key()),
    ];
    let url = format!("{}/oauth/token", sandbox.base_url());
    let response: Value = client
        .post(url)
        .form(&form)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    response["access_token"].as_str().unwrap().to_owned()
}

pub(crate) async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let json = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap()
    };
    (status, json)
}

/// Returns the fields of the errors in a response, in order.
pub(crate) fn fields(errors: &Value) -> Vec<&str> {
    errors["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap_or(""))
        .collect()
}

/// Returns an invoice with only the required fields.
pub(crate) fn invoice() -> Value {
    json!({
        "type": "SALES_INVOICE",
        "date": "2026-04-15",
        "counterParty": { "counterPartyAddress": { "name": "Päijänteen Leipomo Oy" } },
        "paymentInfo": { "paymentMethod": "BANK_TRANSFER", "currency": "EUR", "dueDate": "2026-04-29", "currencyRate": 1 },
        "extraInfo": { "accountingByRow": false, "unitPricesIncludeVat": false },
        "discountPercent": 0,
        "invoiceChannel": "NO_SENDING",
        "invoiceRows": [
            { "product": "Ruisleipä", "quantity": 10, "unit": "PIECE", "unitPrice": 3.2, "discountPercent": 0, "vatPercent": 13.5 }
        ]
    })
}
