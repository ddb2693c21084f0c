//! The gRPC server: accepts connections, serves them, and shuts down.

mod account_connections;
mod call_limits;
mod cleanup;
mod connection;
mod connection_counts;
pub mod connection_limit;
mod connection_memory;
mod connection_state;
mod header_table;
mod health;
mod http2;
pub mod limits;
pub mod listener;
pub mod memory_budget;
pub mod proxy_protocol;
mod router;
pub mod state;
pub mod tls;

use std::{future::Future, pin::pin, time::Duration};

use futures_util::StreamExt as _;
use tokio::{
    net::TcpListener,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use self::{
    connection_limit::ConnectionLimiter, limits::Limits, memory_budget::MemoryBudget,
    proxy_protocol::TrustedProxies, state::AppState, tls::Tls,
};
use crate::{error::Result, telemetry::sampler};

/// Time after which an unread reply is reset at shutdown.
const STALLED_AT_SHUTDOWN: Duration = Duration::from_secs(1);

/// Settings of a server.
pub struct Options {
    /// TLS; without it, connections are not encrypted.
    pub tls: Option<Tls>,
    /// The budget for the memory of requests and replies.
    pub memory: MemoryBudget,
    /// Whether callers without a session may read the description of all services.
    pub reflection: bool,
    /// Whether pages and counts of lists are kept until a record changes.
    pub list_cache: bool,
    /// The limits that depend on time or on the number of connections.
    pub limits: Limits,
    /// The proxies that announce the addresses of their clients.
    pub trusted_proxies: TrustedProxies,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            tls: None,
            memory: MemoryBudget::new(MemoryBudget::DEFAULT),
            reflection: false,
            list_cache: true,
            limits: Limits::default(),
            trusted_proxies: TrustedProxies::default(),
        }
    }
}

/// Serves until `shutdown` resolves, then finishes the calls in progress within their limit. Calls
/// `ready` when the server is set up.
///
/// # Errors
/// [`Error::Internal`](crate::error::Error::Internal) when the server cannot be set up.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    options: Options,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let (probes, health) = health::service().await;
    let service = router::router(&state, &options, probes)?;
    // Aborted when dropped.
    let mut background = JoinSet::new();
    let (feed, db) = (state.feed.clone(), state.db.clone());
    background.spawn(async move { feed.run(&db).await });
    let db = state.db.clone();
    background.spawn(async move { cleanup::run(&db).await });
    background.spawn(sampler::report_unlogged());
    background.spawn(health::report(
        health,
        state.db.clone(),
        state.shutdown.clone(),
    ));
    let (memory, stalled) = (options.memory.clone(), options.limits.stalled_reply);
    background.spawn(reset_stalled_replies(
        memory,
        stalled,
        state.shutdown.clone(),
    ));
    ready();
    let acceptor = options.tls.as_ref().map(Tls::acceptor);
    let limiter = ConnectionLimiter::new(&options.limits);
    let proxies = options.trusted_proxies.clone();
    let accepted = listener::connections(listener, acceptor, limiter, proxies);
    let mut connections = JoinSet::new();
    {
        let (mut accepted, mut shutdown) = (pin!(accepted), pin!(shutdown));
        loop {
            tokio::select! {
                () = &mut shutdown => break,
                Some(connection) = accepted.next() => {
                    connections.spawn(http2::serve(
                        connection,
                        service.clone(),
                        options.limits.clone(),
                        state.shutdown.clone(),
                    ));
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }
    state.shutdown.cancel();
    finish(connections, options.limits.shutdown).await;
    state.db.close();
    Ok(())
}

/// Waits until the calls in progress have ended.
async fn finish(mut connections: JoinSet<()>, limit: Duration) {
    let ended = async { while connections.join_next().await.is_some() {} };
    if timeout(limit, ended).await.is_err() {
        tracing::warn!("calls are still in progress after {limit:?}; aborting them");
    }
}

/// Resets replies that are not read, for as long as it is polled.
async fn reset_stalled_replies(memory: MemoryBudget, limit: Duration, shutdown: CancellationToken) {
    loop {
        tokio::select! {
            () = sleep(limit / 6) => memory.reset_stalled_replies(limit),
            () = shutdown.cancelled() => break,
        }
    }
    loop {
        sleep(STALLED_AT_SHUTDOWN).await;
        memory.reset_stalled_replies(STALLED_AT_SHUTDOWN);
    }
}
