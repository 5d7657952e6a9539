//! The predefined company and its credentials, which are valid for sandboxes only.

pub(crate) const COMPANY_ID: i64 = 9001;
pub(crate) const USER_ID: i64 = 9101;
pub(crate) const CLIENT_ID: &str = "sandboxClient";
pub(crate) const CLIENT_SECRET: &str = "sandbox-client-secret";
pub(crate) const API_KEY: &str = "sandbox-api-key";
pub(crate) const REFRESH_TOKEN: &str = "sandbox-refresh-token";
pub(crate) const REDIRECT_URI: &str = "https://integration.example/callback";
