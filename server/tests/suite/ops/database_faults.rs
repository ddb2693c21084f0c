//! A database that is slow, silent, full or read-only, and callers that do not wait for it: what one
//! caller or one connection suffers stays with it.

mod cancelled_reads;
mod connection_limit;
#[cfg(target_os = "linux")]
mod failover;
mod read_only;
mod silence;
mod sqlstates;
