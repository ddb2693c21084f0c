//! What the handlers of all RPCs share: validation of requests, the layer around every call, and the
//! record of failed calls.

pub(crate) mod failure;
pub(crate) mod handler;
pub mod layer;
