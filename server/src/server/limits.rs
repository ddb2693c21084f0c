//! The limits of connections and calls.

use std::time::Duration;

/// Maximum size of a message. Larger ones are refused before they are read.
pub(super) const MESSAGE_MAX: usize = 256 * 1024;
/// Maximum size of a message of `AuthService`, which also accepts callers without a session: an email
/// address and two passwords.
pub(super) const AUTH_MESSAGE_MAX: usize = 8 * 1024;
/// Maximum size of a message of the health and reflection services: the name of a service or symbol.
pub(super) const PROBE_MESSAGE_MAX: usize = 4 * 1024;
/// Maximum number of concurrent calls on a connection; further calls wait. Clients open up to 100 calls
/// before they receive the limit (hyper's default); a lower limit would refuse some of them.
pub(super) const STREAMS_MAX: u32 = 128;
/// Maximum number of calls without a token on a connection whose request is incomplete or whose reply is
/// an endless stream. Further streams are refused, and further calls too unless they are complete within
/// [`Limits::excess_public_request`].
pub(super) const PUBLIC_CALLS_MAX: usize = 4;
/// Maximum number of requests on a connection that were refused and that the client leaves unfinished. Above
/// it, the connection is closed: each of them has taken memory that h2 keeps until the connection ends.
pub(super) const UNFINISHED_REQUESTS_MAX: usize = 16;
/// Maximum size of the headers of a call, decompressed. Headers of several times this size end the
/// connection.
pub(super) const HEADERS_MAX: u32 = 8 * 1024;
/// Maximum size of a frame. A larger one ends the connection.
pub(super) const FRAME_MAX: u32 = 16 * 1024;
/// Flow-control window of a call and of a connection; the smallest that HTTP/2 allows for a connection.
/// It does not bound the memory: the server reads what arrives and charges the memory budget.
pub(super) const WINDOW: u32 = 65_535;
/// Maximum number of calls that a client has reset before the server accepts them (rapid reset,
/// CVE-2023-44487).
pub(super) const PENDING_RESETS_MAX: usize = 20;
/// Maximum number of calls that the server resets because of invalid frames (CVE-2025-8671).
pub(super) const LOCAL_RESETS_MAX: usize = 1_024;
/// Time limit of a call from its first byte to its reply, longer than any handler takes. Streams of
/// replies may last longer.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_mins(1);

/// The limits that depend on time or on the number of connections. Tests use smaller ones.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Maximum number of connections. One takes about 20 KiB before its first call and 40 KiB after it, more
    /// with TLS: the default fits into the memory limit of the service unit.
    pub connections: usize,
    /// Number of connections without an authenticated call at which a new connection replaces one of
    /// them: clients sign in, or use their session, with the first call.
    pub anonymous_connections: usize,
    /// Maximum number of connections per source network: an office behind one address has fewer
    /// people.
    pub connections_per_network: usize,
    /// Maximum number of connections per account: a person has a few, one for each client and script that runs.
    pub connections_per_account: usize,
    /// Maximum number of bytes that all connections together hold besides their calls: incomplete frames and
    /// header blocks, and the state of refused requests that are not finished.
    pub connection_memory: usize,
    /// Time after which a connection that never made a call is closed.
    pub unused_connection: Duration,
    /// Interval of keepalive pings on a connection from which nothing arrives. Proxies close a connection that
    /// is idle for ten seconds to a minute.
    pub keepalive: Duration,
    /// Time limit of the reply to a ping.
    pub keepalive_timeout: Duration,
    /// Time after which a connection accepts no new calls and its streams end; up to a tenth more is
    /// random, so that the clients of a restarted server do not all return at once.
    pub connection_age: Duration,
    /// Time limit of the calls in progress at that age.
    pub connection_age_grace: Duration,
    /// Time limit of the request of a call without a token.
    pub public_request: Duration,
    /// Time limit of the request of a call beyond `PUBLIC_CALLS_MAX`, and of the rest of a request
    /// after the reply. It is not zero, because the headers of several simultaneous calls may arrive
    /// before their messages.
    pub excess_public_request: Duration,
    /// Time after which a reply is reset if the client has read no part of it.
    pub stalled_reply: Duration,
    /// Time limit of the calls in progress at shutdown.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4_096,
            anonymous_connections: 1_024,
            connections_per_network: 256,
            connections_per_account: 128,
            connection_memory: 16 * 1024 * 1024,
            unused_connection: Duration::from_secs(30),
            keepalive: Duration::from_secs(8),
            keepalive_timeout: Duration::from_secs(30),
            connection_age: Duration::from_hours(1),
            connection_age_grace: CALL_TIMEOUT,
            public_request: Duration::from_secs(10),
            excess_public_request: Duration::from_secs(2),
            stalled_reply: Duration::from_secs(30),
            shutdown: Duration::from_secs(20),
        }
    }
}
