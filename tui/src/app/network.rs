//! Requests between sending and response: which are pending, what happens while the server is
//! unavailable, and which owner receives a response.

pub(crate) mod offline;
pub(crate) mod owner;
pub(crate) mod pending;
pub(super) mod response;
pub(super) mod retry;
