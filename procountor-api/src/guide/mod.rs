//! Guides on topics that span several items.

#[doc = include_str!("reliability.md")]
pub mod reliability {}
