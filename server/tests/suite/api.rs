//! The RPCs on records, called by signed-in accounts.

mod business_rules;
mod change_feed;
mod concurrent_renames;
mod concurrent_writes;
mod contract_events;
mod etags;
mod event_periods;
mod history;
mod idempotency;
mod list_cache;
mod page_tokens;
mod pagination;
mod reassignment;
mod record_versions;
mod rights;
mod search;
mod search_and_filters;
mod stored_values;
mod validation;
mod watch_changes;
