//! Generates the Rust source of the Procountor SDK from an OpenAPI document, an overlay and policies.
