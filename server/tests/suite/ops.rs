//! The program as operators run it: its commands, and its behaviour during failures and attacks.

#[cfg(unix)]
mod cli;
mod fault_tolerance;
mod fuzz_corpus;
#[cfg(target_os = "linux")]
mod http2_abuse;
#[cfg(target_os = "linux")]
mod login_memory;
#[cfg(unix)]
mod sentry;
mod tls;
