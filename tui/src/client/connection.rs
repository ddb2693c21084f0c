//! The connection to the server: made by the first call, shared by all calls, and replaced when it
//! breaks or when a call misses its deadline on it.

mod channel;
mod connect_error;
mod connector;
mod first_frame;
mod refused_certificate;
#[cfg(test)]
mod tests;
mod tls;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, FutureExt as _, Shared};

pub(super) use self::{
    channel::Channel,
    connect_error::ConnectError,
    connector::Connector,
    refused_certificate::{CertificateContent, RefusalReason, RefusedCertificate},
};
pub use self::{connector::ServerError, tls::TlsError};

type Connected = Result<Channel, Arc<ConnectError>>;

/// The connection of a client. At most one is being made at a time.
pub(super) struct Connection {
    connector: Arc<Connector>,
    state: Arc<Mutex<State>>,
}

struct State {
    /// How many connections were begun. The number identifies the latest one.
    begun: u64,
    phase: Phase,
}

enum Phase {
    Disconnected,
    /// The connection is being made, for every call that waits for it.
    Connecting(Shared<BoxFuture<'static, Connected>>),
    Connected(Channel),
}

impl Connection {
    pub(super) fn new(connector: Connector) -> Self {
        let state = State {
            begun: 0,
            phase: Phase::Disconnected,
        };
        Self {
            connector: Arc::new(connector),
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// The channel of the current connection; of a new one if there is none.
    pub(super) async fn channel(&self) -> Connected {
        let connecting = {
            let mut state = lock(&self.state);
            match &state.phase {
                Phase::Connected(channel) if channel.is_open() => return Ok(channel.clone()),
                // The task sets the phase when it completes, unless it panics.
                Phase::Connecting(connecting) if connecting.peek().is_none() => connecting.clone(),
                Phase::Connecting(_) | Phase::Connected(_) | Phase::Disconnected => {
                    self.begin(&mut state)
                }
            }
        };
        connecting.await
    }

    /// Replaces the connection of this channel, on which a call has missed its deadline: the next call
    /// makes a new one. Has no effect if it is replaced already.
    pub(super) fn replace(&self, channel: &Channel) {
        channel.abandon();
        let mut state = lock(&self.state);
        if matches!(&state.phase, Phase::Connected(current) if current.id() == channel.id()) {
            tracing::info!(
                connection = channel.id(),
                "a call missed its deadline: the connection is replaced"
            );
            state.phase = Phase::Disconnected;
        }
    }

    /// Begins a connection in a task of its own, so that it completes even if every call that waits
    /// for it is cancelled.
    fn begin(&self, state: &mut State) -> Shared<BoxFuture<'static, Connected>> {
        state.begun += 1;
        let id = state.begun;
        let (connector, shared) = (Arc::clone(&self.connector), Arc::clone(&self.state));
        let task = tokio::spawn(async move {
            let connected = connector.connect(id).await.map_err(Arc::new);
            lock(&shared).phase = match &connected {
                Ok(channel) => Phase::Connected(channel.clone()),
                Err(_) => Phase::Disconnected,
            };
            connected
        });
        let connecting = async move {
            task.await.unwrap_or_else(|error| {
                tracing::error!(%error, "connecting did not complete");
                Err(Arc::new(ConnectError::Broken))
            })
        };
        let connecting = connecting.boxed().shared();
        state.phase = Phase::Connecting(connecting.clone());
        connecting
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
