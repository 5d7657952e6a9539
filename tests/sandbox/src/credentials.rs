//! The ready-made company's credentials. They open nothing but a sandbox.

pub(crate) const CLIENT_ID: &str = "sandboxClient";
pub(crate) const CLIENT_SECRET: &str = "sandbox-client-secret";
pub(crate) const API_KEY: &str = "sandbox-api-key";
pub(crate) const REFRESH_TOKEN: &str = "sandbox-refresh-token";
pub(crate) const REDIRECT_URI: &str = "https://integration.example/callback";
