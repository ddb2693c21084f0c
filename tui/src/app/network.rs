//! Requests between sending and reply: which are pending, what happens while the server does not
//! answer, and to which owner a reply goes.

pub mod offline;
pub mod owner;
pub mod pending;
pub(super) mod response;
pub(super) mod retry;
