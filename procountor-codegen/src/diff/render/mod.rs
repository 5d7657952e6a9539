//! How changes are written.
mod json;
pub use json::json;
/// To be written.
pub fn text(_: &super::Diff) -> String {
    String::new()
}
/// To be written.
pub fn markdown(_: &super::Diff) -> String {
    String::new()
}
/// To be written.
pub fn summary_markdown(_: &super::Diff) -> String {
    String::new()
}
