//! Login, tokens, sessions, passwords and signing keys.

mod access_revocation;
mod access_tokens;
mod key_rotation;
mod login;
#[cfg(target_os = "linux")] // Every address of 127.0.0.0/8 is local there.
mod login_queue;
mod login_throttle;
mod password_change;
mod removal_of_rights;
mod session_cache;
mod sessions;
