//! Requests between sending and reply: which are pending, what happens while the server does not
//! answer, and to which owner a reply goes.

pub(crate) mod offline;
pub(crate) mod owner;
pub(crate) mod pending;
pub(super) mod response;
pub(super) mod retry;
