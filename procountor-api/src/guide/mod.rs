//! Pages that explain more than one item.

#[doc = include_str!("reliability.md")]
pub mod reliability {}
