//! Data for operators: the trace of each call, and the reports to Sentry.

pub mod log;
pub(crate) mod outage;
pub mod report;
pub(crate) mod sampler;
pub mod trace;
