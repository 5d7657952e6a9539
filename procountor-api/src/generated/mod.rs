//! stub
pub mod v2604;
