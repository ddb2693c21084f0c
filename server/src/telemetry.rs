//! What operators see of the server: the trace of each call, and the reports to Sentry.

pub mod report;
pub mod trace;
