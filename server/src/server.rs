//! The gRPC server: its router, its limits and its shutdown.

mod cleanup;
mod connection;
mod connection_limit;
pub mod listener;
pub mod state;
pub mod tls;

use std::{future::Future, time::Duration};

use epic_events::{
    FILE_DESCRIPTOR_SET,
    v1::{
        auth_service_server::AuthServiceServer, change_service_server::ChangeServiceServer,
        client_service_server::ClientServiceServer,
        collaborator_service_server::CollaboratorServiceServer,
        contract_service_server::ContractServiceServer, event_service_server::EventServiceServer,
    },
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinSet};
use tonic::transport::{Server, server::Router};
use tonic_health::ServingStatus;
use tower::layer::util::{Identity, Stack};

use self::{state::AppState, tls::Tls};
use crate::{
    api::layer::TraceLayer,
    auth::{AuthHandler, layer::AuthLayer},
    change::ChangeHandler,
    client::ClientHandler,
    collaborator::CollaboratorHandler,
    contract::ContractHandler,
    error::{Error, Result},
    event::EventHandler,
};

// The limits of one connection. `connection_limit.rs` limits the number of connections.

/// Maximum size of a message. Larger ones are refused before they are read.
const MESSAGE_MAX: usize = 256 * 1024;
/// Maximum size of a message of `AuthService`, which also accepts callers without a session: an email
/// address and two passwords.
const AUTH_MESSAGE_MAX: usize = 8 * 1024;
/// Maximum number of concurrent calls on a connection; further calls wait. Clients open 100 before
/// they receive the limit (hyper's default), and excess calls are refused.
const STREAMS_MAX: u32 = 128;
/// Maximum size of the headers of a call, decompressed. Headers that go on end the connection at a
/// few times this size.
const HEADERS_MAX: u32 = 16 * 1024;
/// Maximum size of a frame. A larger one ends the connection.
const FRAME_MAX: u32 = 16 * 1024;
/// Flow-control window of a call: received bytes that no handler has read.
const STREAM_WINDOW: u32 = 64 * 1024;
/// Flow-control window of all calls on a connection.
const CONNECTION_WINDOW: u32 = 256 * 1024;
/// Maximum number of calls that a client has reset before the server accepts them (rapid reset,
/// CVE-2023-44487).
const PENDING_RESETS_MAX: usize = 20;
/// Maximum number of calls that the server resets because of invalid frames (CVE-2025-8671).
const LOCAL_RESETS_MAX: usize = 1_024;
/// Interval of keepalive pings, and time limit of their replies.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// Time limit of a call from its first byte to its reply, above what any handler takes. Streams of
/// replies may last longer.
const CALL_TIMEOUT: Duration = Duration::from_mins(1);
/// Time limit of the calls in progress at shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(20);

/// Serves until `shutdown` resolves, then finishes the calls in progress within
/// `SHUTDOWN_TIMEOUT`. Calls `ready` when the server is set up.
///
/// # Errors
/// [`Error::Internal`] when the transport fails.
pub async fn serve(
    state: AppState,
    listener: TcpListener,
    tls: Option<Tls>,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let (stopping, stopped) = oneshot::channel();
    let router = router(&state).await?;
    // Aborted when dropped.
    let mut background = JoinSet::new();
    let (feed, db) = (state.feed.clone(), state.db.clone());
    background.spawn(async move { feed.run(&db).await });
    let db = state.db.clone();
    background.spawn(async move { cleanup::run(&db).await });
    ready();
    let connections = listener::connections(listener, tls.as_ref().map(Tls::acceptor));
    let streams = state.shutdown.clone();
    let serving = router.serve_with_incoming_shutdown(connections, async move {
        shutdown.await;
        streams.send_replace(true);
        let _ = stopping.send(());
    });
    let deadline = async move {
        match stopped.await {
            Ok(()) => tokio::time::sleep(SHUTDOWN_TIMEOUT).await,
            // The server has ended by itself.
            Err(_) => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        ended = serving => ended.map_err(|error| Error::Internal(error.to_string())),
        () = deadline => {
            tracing::warn!("calls are still in progress after {SHUTDOWN_TIMEOUT:?}; aborting them");
            Ok(())
        }
    };
    state.db.close();
    ended
}

type Layers = Stack<AuthLayer, Stack<TraceLayer, Identity>>;

async fn router(state: &AppState) -> Result<Router<Layers>> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status("", ServingStatus::Serving).await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(|error| Error::Internal(error.to_string()))?;
    let AppState {
        db,
        passwords,
        tokens,
        sessions,
        throttle,
        page_tokens,
        feed,
        shutdown,
        key,
    } = state.clone();
    let auth = AuthHandler {
        db: db.clone(),
        passwords: passwords.clone(),
        tokens,
        sessions: sessions.clone(),
        throttle,
    };
    let changes = ChangeHandler {
        db: db.clone(),
        page_tokens: page_tokens.clone(),
        sessions,
        feed,
        shutdown,
    };
    let collaborators = CollaboratorHandler {
        db: db.clone(),
        page_tokens: page_tokens.clone(),
        passwords,
        key,
    };
    let clients = ClientHandler {
        db: db.clone(),
        page_tokens: page_tokens.clone(),
    };
    let contracts = ContractHandler {
        db: db.clone(),
        page_tokens: page_tokens.clone(),
    };
    let events = EventHandler { db, page_tokens };
    macro_rules! limited {
        ($service:ident, $handler:expr, $max:expr) => {
            $service::new($handler).max_decoding_message_size($max)
        };
    }
    Ok(Server::builder()
        .max_concurrent_streams(STREAMS_MAX)
        .max_frame_size(FRAME_MAX)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .http2_max_header_list_size(HEADERS_MAX)
        .http2_max_pending_accept_reset_streams(Some(PENDING_RESETS_MAX))
        .http2_max_local_error_reset_streams(Some(LOCAL_RESETS_MAX))
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE))
        .timeout(CALL_TIMEOUT)
        .layer(TraceLayer)
        .layer(state.auth_layer())
        .add_service(health_service)
        .add_service(reflection)
        .add_service(limited!(AuthServiceServer, auth, AUTH_MESSAGE_MAX))
        .add_service(limited!(ChangeServiceServer, changes, MESSAGE_MAX))
        .add_service(limited!(
            CollaboratorServiceServer,
            collaborators,
            MESSAGE_MAX
        ))
        .add_service(limited!(ClientServiceServer, clients, MESSAGE_MAX))
        .add_service(limited!(ContractServiceServer, contracts, MESSAGE_MAX))
        .add_service(limited!(EventServiceServer, events, MESSAGE_MAX)))
}
