//! Login, tokens, sessions, passwords and signing keys.

mod access_revocation;
mod access_tokens;
mod key_rotation;
mod login;
mod login_throttle;
mod password_change;
mod session_cache;
mod sessions;
