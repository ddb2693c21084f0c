//! The Epic Events terminal client.

pub mod client;
pub mod format;
pub mod keep;
pub mod language;
pub mod log;
pub mod terminal;
pub mod typed;
