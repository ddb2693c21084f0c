//! The client without a terminal, and mostly without a server: keys in, screens and requests out.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, missing_docs)]

mod account;
mod availability;
mod back;
mod bursts;
mod changes;
mod collaborators;
mod columns;
mod event_loop;
mod event_questions;
mod extreme_values;
mod filter_counts;
mod filter_order;
mod forms;
mod header;
mod help;
mod history;
mod hostile_text;
mod kept_rows;
mod key_bindings;
mod list_ends;
mod lists;
mod long_texts;
mod lost_replies;
mod menus;
mod merges;
mod months;
mod mouse;
#[cfg(feature = "demo")]
mod new_related;
mod offline;
mod only_free;
mod outage;
mod pane;
mod passwords;
mod pick_first;
mod picker;
mod pictures;
#[cfg(feature = "demo")]
mod previous;
mod real_server;
mod refresh;
mod retry;
mod scenarios;
mod screens;
mod sessions;
mod strip;
mod support;
mod translations;
