//! The Epic Events terminal client.

pub mod app;
pub mod ask;
pub mod client;
#[cfg(feature = "demo")]
pub mod demo;
pub mod form;
pub mod format;
pub mod keep;
pub mod keys;
pub mod language;
pub mod layout;
pub mod log;
pub mod record;
pub mod runtime;
pub mod screens;
pub mod settings;
pub mod terminal;
pub mod theme;
pub mod tone;
pub mod typed;
pub mod view;
pub mod widgets;
