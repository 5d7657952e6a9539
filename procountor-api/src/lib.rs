//! Rust SDK for the Procountor accounting API.
