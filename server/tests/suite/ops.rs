//! The program as operators run it: its commands, and its behaviour during failures and attacks.

#[cfg(unix)]
mod cli;
#[cfg(target_os = "linux")]
mod connections;
#[cfg(unix)]
mod database_faults;
mod fair_share;
mod fault_tolerance;
mod fuzz_corpus;
mod grpc_requests;
#[cfg(unix)]
mod health;
#[cfg(target_os = "linux")]
mod http2_abuse;
#[cfg(target_os = "linux")]
mod login_memory;
#[cfg(target_os = "linux")]
mod many_connections;
#[cfg(target_os = "linux")]
mod memory_budget;
#[cfg(unix)]
mod proxies;
mod sentry;
#[cfg(target_os = "linux")]
mod shutdown;
#[cfg(unix)]
mod signals_and_log;
#[cfg(unix)]
mod start;
mod tls;
