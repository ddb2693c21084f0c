//! The Epic Events terminal client.

pub mod client;
pub mod format;
pub mod keep;
pub mod language;
pub mod typed;
