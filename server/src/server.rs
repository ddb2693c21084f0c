//! Puts the parts together and serves them until told to stop.

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
use tokio::{net::TcpListener, task::JoinSet};
use tonic::transport::Server;
use tonic_health::ServingStatus;
use tower::layer::util::Stack;

use crate::{
    auth::{Auth, layer::GuardLayer},
    change::Changes,
    client::Clients,
    collaborator::Collaborators,
    contract::Contracts,
    error::{Error, Result},
    event::Events,
    listen,
    shared::Shared,
    tls::Tls,
    trace::layer::TraceLayer,
    upkeep,
};

// Each of these bounds what one connection can cost; how many there are is bounded in `listen.rs`.

/// No message of ours comes near this; what is larger is refused before it is read.
const MESSAGE_MAX: usize = 256 * 1024;
/// The same for `AuthService`, where whoever calls need not be known: an email and two passwords.
const AUTH_MESSAGE_MAX: usize = 8 * 1024;
/// Calls under way on one connection, each with a message half read; more wait for their turn.
/// Clients open 100 before they have heard of any limit (hyper's default), and what is above ours
/// then is refused.
const STREAMS_MAX: u32 = 128;
/// Headers of a call, unpacked. An endless header ends the connection at a few times this.
const HEADERS_MAX: u32 = 16 * 1024;
/// The largest frame; the other side learns of it, and a larger one ends the connection.
const FRAME_MAX: u32 = 16 * 1024;
/// Bytes of a message that are sent before we ask for more, so that nobody fills memory with what
/// no handler reads: of one call, and of all calls on a connection.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;
/// Streams that a client opens and takes back before we look at them (rapid reset, CVE-2023-44487).
const PENDING_RESETS_MAX: usize = 20;
/// Streams that a client makes us break, by frames that are wrong, before its connection is closed
/// (CVE-2025-8671).
const LOCAL_RESETS_MAX: usize = 1_024;
/// A connection whose other end is gone, or stopped in the middle of a frame, is asked for a sign
/// of life after the one and closed after the other.
const KEEPALIVE: Duration = Duration::from_secs(30);
/// A message that arrives a byte at a time must have arrived by then, and what follows from it be
/// done: longer than any call of ours can take. A stream of replies goes on beyond it.
const CALL_MAX: Duration = Duration::from_mins(1);
/// How long calls under way may take once the server is told to stop.
pub const GRACE: Duration = Duration::from_secs(20);

/// Serves on that listener until `shutdown` resolves, then finishes the calls under way, for
/// [`GRACE`] at most. `ready` is called once nothing but the transport can fail any more.
///
/// # Errors
/// When the transport fails.
pub async fn serve(
    shared: Shared,
    listener: TcpListener,
    tls: Option<Tls>,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let router = router(&shared).await?;
    // They end with this call.
    let mut beside = JoinSet::new();
    let (news, db) = (shared.news.clone(), shared.db.clone());
    beside.spawn(async move { news.gather(&db).await });
    let db = shared.db.clone();
    beside.spawn(async move { upkeep::keep(&db).await });
    ready();
    let incoming = listen::incoming(listener, tls.as_ref().map(Tls::acceptor));
    let streams = shared.stopping.clone();
    let serving = router.serve_with_incoming_shutdown(incoming, async move {
        shutdown.await;
        streams.send_replace(true);
        let _ = stopping.send(());
    });
    let deadline = async move {
        match stopped.await {
            Ok(()) => tokio::time::sleep(GRACE).await,
            // Serving ended by itself; it is not this future's to end it.
            Err(_) => std::future::pending().await,
        }
    };
    let ended = tokio::select! {
        ended = serving => ended.map_err(|error| Error::Defect(error.to_string())),
        () = deadline => {
            tracing::warn!("calls were still under way after {GRACE:?}; they are cut off");
            Ok(())
        }
    };
    shared.db.close();
    ended
}

type Guarded = Stack<GuardLayer, Stack<TraceLayer, tower::layer::util::Identity>>;

async fn router(shared: &Shared) -> Result<tonic::transport::server::Router<Guarded>> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status("", ServingStatus::Serving).await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
        .build_v1()
        .map_err(|error| Error::Defect(error.to_string()))?;
    macro_rules! limited {
        ($service:ident, $handler:expr, $max:expr) => {
            $service::new($handler(shared.clone())).max_decoding_message_size($max)
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
        .timeout(CALL_MAX)
        .layer(TraceLayer)
        .layer(GuardLayer(shared.clone()))
        .add_service(health_service)
        .add_service(reflection)
        .add_service(limited!(AuthServiceServer, Auth, AUTH_MESSAGE_MAX))
        .add_service(limited!(ChangeServiceServer, Changes, MESSAGE_MAX))
        .add_service(limited!(
            CollaboratorServiceServer,
            Collaborators,
            MESSAGE_MAX
        ))
        .add_service(limited!(ClientServiceServer, Clients, MESSAGE_MAX))
        .add_service(limited!(ContractServiceServer, Contracts, MESSAGE_MAX))
        .add_service(limited!(EventServiceServer, Events, MESSAGE_MAX)))
}
