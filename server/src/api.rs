//! Code that the handlers of all RPCs share: validation of requests, the layer around every call, and
//! the log entries of failed calls.

pub(crate) mod failure;
pub(crate) mod handler;
pub mod layer;
