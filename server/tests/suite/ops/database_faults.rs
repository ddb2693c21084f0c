//! A database that is slow, silent, full or read-only, and callers who disconnect: the fault of one
//! caller or connection does not affect others.

mod cancelled_reads;
mod connection_limit;
#[cfg(target_os = "linux")]
mod failover;
mod read_only;
mod silence;
mod sqlstates;
