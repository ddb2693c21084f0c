//! Puts the parts together and serves them until told to stop.

use std::{future::Future, time::Duration};

use epic_events::{
    DESCRIPTORS,
    v1::{
        auth_service_server::AuthServiceServer, client_service_server::ClientServiceServer,
        collaborator_service_server::CollaboratorServiceServer,
        contract_service_server::ContractServiceServer, event_service_server::EventServiceServer,
    },
};
use tokio::net::TcpListener;
use tonic::transport::{Identity, Server, ServerTlsConfig, server::TcpIncoming};
use tonic_health::ServingStatus;

use crate::{
    auth::{Auth, layer::GuardLayer},
    client::Clients,
    collaborator::Collaborators,
    contract::Contracts,
    error::{Error, Result},
    event::Events,
    shared::Shared,
};

/// No message of ours comes near this; what is larger is refused before it is read.
const MESSAGE_MAX: usize = 256 * 1024;
/// Calls under way on one connection.
const STREAMS_MAX: u32 = 256;
/// Streams a client may break before its connection is closed (CVE-2023-44487 and its kin).
const RESETS_MAX: usize = 1_024;
const HEADERS_MAX: u32 = 16 * 1024;
const KEEPALIVE: Duration = Duration::from_secs(30);
/// How long calls under way may take once the server is told to stop.
pub const GRACE: Duration = Duration::from_secs(20);

/// Serves on that listener until `shutdown` resolves, then finishes the calls under way, for
/// [`GRACE`] at most. `ready` is called once nothing but the transport can fail any more.
///
/// # Errors
/// When the certificate cannot be used, or the transport fails.
pub async fn serve(
    shared: Shared,
    listener: TcpListener,
    tls: Option<Identity>,
    ready: impl FnOnce(),
    shutdown: impl Future<Output = ()> + Send,
) -> Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let router = router(&shared, tls).await?;
    ready();
    // The server's own setting is for sockets that it binds itself. Without it each reply's last frame
    // waits 40 ms for the other side's acknowledgement.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let serving = router.serve_with_incoming_shutdown(incoming, async move {
        shutdown.await;
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

type Guarded = tower::layer::util::Stack<GuardLayer, tower::layer::util::Identity>;

async fn router(
    shared: &Shared,
    tls: Option<Identity>,
) -> Result<tonic::transport::server::Router<Guarded>> {
    let defect = |error: String| Error::Defect(error);
    let mut server = Server::builder();
    if let Some(identity) = tls {
        server = server
            .tls_config(ServerTlsConfig::new().identity(identity))
            .map_err(|error| defect(error.to_string()))?;
    }
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status("", ServingStatus::Serving).await;
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(DESCRIPTORS)
        .build_v1()
        .map_err(|error| defect(error.to_string()))?;
    macro_rules! limited {
        ($service:ident, $handler:expr) => {
            $service::new($handler(shared.clone())).max_decoding_message_size(MESSAGE_MAX)
        };
    }
    Ok(server
        .max_concurrent_streams(STREAMS_MAX)
        .http2_max_local_error_reset_streams(Some(RESETS_MAX))
        .http2_max_header_list_size(HEADERS_MAX)
        .http2_keepalive_interval(Some(KEEPALIVE))
        .http2_keepalive_timeout(Some(KEEPALIVE))
        .layer(GuardLayer(shared.clone()))
        .add_service(health_service)
        .add_service(reflection)
        .add_service(limited!(AuthServiceServer, Auth))
        .add_service(limited!(CollaboratorServiceServer, Collaborators))
        .add_service(limited!(ClientServiceServer, Clients))
        .add_service(limited!(ContractServiceServer, Contracts))
        .add_service(limited!(EventServiceServer, Events)))
}
