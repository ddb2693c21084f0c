//! The services, and the layers in front of them.

use std::{convert::Infallible, sync::Arc};

use epic_events::{
    FILE_DESCRIPTOR_SET,
    v1::{
        auth_service_server::AuthServiceServer, change_service_server::ChangeServiceServer,
        client_service_server::ClientServiceServer,
        collaborator_service_server::CollaboratorServiceServer,
        contract_service_server::ContractServiceServer, event_service_server::EventServiceServer,
    },
};
use http::{Request, Response};
use tonic::{body::Body, service::Routes};
use tower::{Service, ServiceBuilder};

use crate::{
    api::layer::TraceLayer,
    auth::AuthHandler,
    change::ChangeHandler,
    client::ClientHandler,
    collaborator::CollaboratorHandler,
    contract::ContractHandler,
    db::page::list_cache::ListCache,
    error::{Error, Result},
    event::EventHandler,
    server::{
        Options,
        call_limits::{CallLimits, record_session},
        limits::{AUTH_MESSAGE_MAX, MESSAGE_MAX, PROBE_MESSAGE_MAX},
        state::AppState,
    },
};

macro_rules! limited {
    ($service:ident, $handler:expr, $max:expr) => {
        $service::new($handler).max_decoding_message_size($max)
    };
}

/// The services behind their layers, the outermost layer first.
pub(super) fn router(
    state: &AppState,
    options: &Options,
    probes: Routes,
) -> Result<
    impl Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future: Send>
    + Clone
    + Send
    + 'static,
> {
    let limits = CallLimits {
        budget: options.memory.clone(),
        limits: options.limits.clone(),
        tokens: Arc::clone(&state.tokens),
        shutdown: state.shutdown.clone(),
    };
    let mut routes = entities(
        state,
        accounts(state, probes, options.list_cache),
        options.list_cache,
    );
    if options.reflection {
        routes = reflection(routes)?;
    }
    Ok(ServiceBuilder::new()
        .layer(limits)
        .layer(TraceLayer)
        .layer(state.auth_layer())
        .map_request(record_session)
        .service(routes.prepare()))
}

/// Adds the description of all services, for tools such as grpcurl.
fn reflection(routes: Routes) -> Result<Routes> {
    let builder = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
    };
    let invalid = |error: tonic_reflection::server::Error| Error::Internal(error.to_string());
    let service = builder().build_v1().map_err(invalid)?;
    let alpha = builder().build_v1alpha().map_err(invalid)?;
    Ok(routes
        .add_service(service.max_decoding_message_size(PROBE_MESSAGE_MAX))
        .add_service(alpha.max_decoding_message_size(PROBE_MESSAGE_MAX)))
}

/// Adds the services of sessions, changes and collaborators.
fn accounts(state: &AppState, routes: Routes, list_cache: bool) -> Routes {
    let AppState {
        db,
        passwords,
        tokens,
        sessions,
        throttle,
        page_tokens,
        feed,
        shutdown,
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
        lists: ListCache::new(Arc::clone(db.record_epoch()), list_cache),
        db,
        page_tokens,
        passwords,
    };
    routes
        .add_service(limited!(AuthServiceServer, auth, AUTH_MESSAGE_MAX))
        .add_service(limited!(ChangeServiceServer, changes, MESSAGE_MAX))
        .add_service(limited!(
            CollaboratorServiceServer,
            collaborators,
            MESSAGE_MAX
        ))
}

/// Adds the services of clients, contracts and events.
fn entities(state: &AppState, routes: Routes, list_cache: bool) -> Routes {
    let (db, page_tokens) = (&state.db, &state.page_tokens);
    let epoch = || Arc::clone(db.record_epoch());
    let clients = ClientHandler {
        lists: ListCache::new(epoch(), list_cache),
        db: db.clone(),
        page_tokens: page_tokens.clone(),
    };
    let contracts = ContractHandler {
        lists: ListCache::new(epoch(), list_cache),
        db: db.clone(),
        page_tokens: page_tokens.clone(),
    };
    let events = EventHandler {
        lists: ListCache::new(epoch(), list_cache),
        db: db.clone(),
        page_tokens: page_tokens.clone(),
    };
    routes
        .add_service(limited!(ClientServiceServer, clients, MESSAGE_MAX))
        .add_service(limited!(ContractServiceServer, contracts, MESSAGE_MAX))
        .add_service(limited!(EventServiceServer, events, MESSAGE_MAX))
}
