//! The Epic Events terminal client.

pub mod api;
pub mod app;
pub mod client;
pub mod command;
#[cfg(feature = "demo")]
pub mod demo;
pub mod form;
pub mod format;
pub mod keys;
pub mod layout;
pub mod log;
pub mod messages;
pub mod parse;
pub mod record;
mod regular_file;
pub mod runtime;
pub mod screens;
pub mod session_file;
pub mod settings;
pub mod terminal;
pub mod theme;
pub mod tone;
pub mod view;
pub mod widgets;
