//! The gRPC client: a method per RPC. It adds tokens and deadlines, renews the session, and maps
//! every failure to one of three [`RequestError`]s.

mod calls;
mod certificate_text;
mod connection;
mod device;
mod request_error;
mod session;
#[cfg(test)]
mod tests;
mod watch;

use std::{io, sync::Arc, time::Duration};

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{
        GetMeRequest, LoginRequest, LoginResponse, LogoutRequest, LogoutResponse,
        RefreshSessionRequest, auth_service_client::AuthServiceClient,
    },
};
use jiff::Timestamp;
use tokio::time::{Instant, timeout_at};
use tonic::{Request, Response, Status, metadata::AsciiMetadataValue};

use self::{
    connection::{Channel, ConnectError, Connection, Connector},
    session::Session,
};
pub use self::{
    connection::{ServerError, TlsError},
    watch::CHANNEL_CAPACITY,
};
use crate::{
    api::RequestError,
    messages::{Arg, Messages},
    session_file::SessionStorage,
};

/// How long the client waits for the server.
#[derive(Clone, Copy, Debug)]
struct Deadlines {
    /// For a connection: TCP, TLS, the first frame and the first answer of the server.
    connect: Duration,
    /// For a call, connecting included. Sent to the server.
    call: Duration,
}

const DEADLINES: Deadlines = Deadlines {
    connect: Duration::from_secs(5),
    call: Duration::from_secs(10),
};

/// The address of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// `http://host:port` or `https://host:port`.
    pub url: String,
    /// A certificate authority to trust in addition to the platform's, in PEM form.
    pub ca: Option<Vec<u8>>,
}

/// The client of a server. Clones share the connection and the session.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

struct Shared {
    connection: Connection,
    server: String,
    messages: Messages,
    session: Session,
    deadlines: Deadlines,
}

impl Api {
    /// A client of this server, which connects at the first call. A session stored in the file is
    /// resumed. `messages` formats the causes in [`RequestError`].
    ///
    /// # Errors
    /// The address or the certificate is invalid.
    pub fn new(
        server: &Server,
        messages: Messages,
        storage: SessionStorage,
    ) -> Result<Self, ServerError> {
        Self::with_deadlines(server, messages, storage, DEADLINES)
    }

    fn with_deadlines(
        server: &Server,
        messages: Messages,
        storage: SessionStorage,
        deadlines: Deadlines,
    ) -> Result<Self, ServerError> {
        Ok(Self {
            shared: Arc::new(Shared {
                connection: Connection::new(Connector::new(server, deadlines)?),
                server: server.url.clone(),
                messages,
                session: Session::new(storage),
                deadlines,
            }),
        })
    }

    /// A sentence for the user, once: this machine cannot keep the session.
    pub(crate) fn take_warning(&self) -> Option<String> {
        let error = self.shared.session.take_failure()?;
        let messages = &self.shared.messages;
        let cause = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                messages.get("cause-disk-full")
            }
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => {
                messages.get("cause-not-writable")
            }
            // A folder that is missing is created, unless there is no home to create it in.
            io::ErrorKind::NotFound => messages.get("cause-no-home"),
            io::ErrorKind::NotADirectory => messages.get("cause-no-folder"),
            _ => error.to_string(),
        };
        Some(messages.with("session-not-kept", &[("cause", Arg::Text(&cause))]))
    }

    /// Connects to the server, which then answers a call of its health service.
    ///
    /// # Errors
    /// [`RequestError::Unavailable`].
    pub(crate) async fn probe(&self) -> Result<(), RequestError> {
        let probed = self.shared.within_deadline(|_| async { Ok(()) }).await;
        probed.map_err(|status| self.shared.request_error(&status, ""))
    }

    /// The time by the clock of the server, to the second; `None` if it does not answer, or a proxy removes the
    /// time. A call needs no session for it.
    pub(crate) async fn server_time(&self) -> Option<Timestamp> {
        let token = self.shared.session.tokens().and_then(|it| it.access);
        let request = authorized(GetMeRequest {}, token.as_deref()).ok()?;
        let call = |channel| async move { AuthServiceClient::new(channel).get_me(request).await };
        let answered = self.shared.within_deadline(call).await;
        let headers = match &answered {
            Ok(response) => response.metadata(),
            Err(status) => status.metadata(),
        };
        let date = headers.get("date")?.to_str().ok()?;
        jiff::fmt::rfc2822::parse(date)
            .ok()
            .map(|it| it.timestamp())
    }

    /// Whether the client has a session, stored or opened. Only a call shows whether the server
    /// still accepts it.
    #[must_use]
    pub fn has_session(&self) -> bool {
        self.shared.session.tokens().is_some()
    }

    /// Opens a session and stores it. An empty `device` is set to the name of this machine.
    ///
    /// # Errors
    /// [`RequestError::Api`], as for a wrong password, or [`RequestError::Unavailable`].
    pub async fn login(&self, mut request: LoginRequest) -> Result<LoginResponse, RequestError> {
        if request.device.is_empty() {
            request.device = device::name();
        }
        self.in_own_task(|shared| async move {
            let store = shared.session.prepare_store();
            let response = shared
                .send(request, None, |channel, request| async move {
                    AuthServiceClient::new(channel).login(request).await
                })
                .await
                .map_err(|status| shared.request_error(&status, ""))?;
            shared.session.begin(store, &response);
            Ok(response)
        })
        .await
    }

    /// Ends the session. The tokens are discarded even if the call fails.
    ///
    /// # Errors
    /// Every [`RequestError`]. After [`RequestError::Unavailable`] the session stays open on the
    /// server until it expires.
    pub(crate) async fn logout(
        &self,
        request: LogoutRequest,
    ) -> Result<LogoutResponse, RequestError> {
        let session = self.shared.session.tokens();
        let result = self
            .call(request, |channel, request| async move {
                AuthServiceClient::new(channel).logout(request).await
            })
            .await;
        // The user may have signed in again before the response.
        if let Some(session) = session {
            self.shared.session.end(session.login);
        }
        result
    }

    /// Makes a call with an access token.
    async fn call<Req, Res, Fut>(
        &self,
        request: Req,
        send: impl Fn(Channel, Request<Req>) -> Fut,
    ) -> Result<Res, RequestError>
    where
        Req: Clone,
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        let send = &send;
        self.with_token(|token| {
            let request = request.clone();
            async move { self.shared.send(request, Some(&token), send).await }
        })
        .await
    }

    /// Runs an operation with an access token. If the server rejects the token as outdated, renews
    /// the session and runs the operation once more. A token that another process has stored may be outdated
    /// too.
    async fn with_token<T, Fut>(&self, operation: impl Fn(String) -> Fut) -> Result<T, RequestError>
    where
        Fut: Future<Output = Result<T, Status>>,
    {
        let tokens = self
            .shared
            .session
            .tokens()
            .ok_or(RequestError::SessionEnded)?;
        let mut token = match tokens.access {
            Some(token) => token,
            None => self.renew(None).await?.token,
        };
        let mut may_renew = true;
        loop {
            match operation(token.clone()).await {
                Err(status) if may_renew && is_token_outdated(&status) => {}
                result => {
                    return result.map_err(|status| self.shared.request_error(&status, &token));
                }
            }
            let renewed = self.renew(Some(token)).await?;
            token = renewed.token;
            may_renew = !renewed.is_new;
        }
    }

    /// Returns an access token other than the outdated one.
    async fn renew(&self, outdated: Option<String>) -> Result<Renewed, RequestError> {
        self.in_own_task(|shared| async move { shared.renew(outdated.as_deref()).await })
            .await
    }

    /// Runs the work in a task of its own, so that it completes even if the caller is cancelled.
    /// New tokens must not be lost, because the server accepts the previous ones no longer.
    async fn in_own_task<T, Fut>(
        &self,
        work: impl FnOnce(Arc<Shared>) -> Fut,
    ) -> Result<T, RequestError>
    where
        T: Send + 'static,
        Fut: Future<Output = Result<T, RequestError>> + Send + 'static,
    {
        let result = tokio::spawn(work(Arc::clone(&self.shared))).await;
        result.unwrap_or_else(|error| {
            tracing::error!(%error, "a call did not complete");
            Err(self.shared.unavailable("offline-broken"))
        })
    }
}

impl Shared {
    /// Makes a single call within the deadline. The connection on which a call misses its deadline is
    /// replaced: it may be dead.
    async fn send<Req, Res, Fut>(
        &self,
        message: Req,
        token: Option<&str>,
        send: impl Fn(Channel, Request<Req>) -> Fut,
    ) -> Result<Res, Status>
    where
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        let mut request = authorized(message, token)?;
        request.set_timeout(self.deadlines.call);
        let response = self.within_deadline(|channel| send(channel, request)).await;
        response.map(Response::into_inner)
    }

    /// Runs an operation on the connection within the deadline.
    async fn within_deadline<T, Fut>(
        &self,
        operation: impl FnOnce(Channel) -> Fut,
    ) -> Result<T, Status>
    where
        Fut: Future<Output = Result<T, Status>>,
    {
        let deadline = Instant::now() + self.deadlines.call;
        let channel = timeout_at(deadline, self.connection.channel()).await;
        let channel = channel
            .map_err(|_| missed_deadline())?
            .map_err(|error| Status::from_error(Box::new(error)))?;
        let result = timeout_at(deadline, operation(channel.clone())).await;
        result.unwrap_or_else(|_| {
            self.connection.replace(&channel);
            Err(missed_deadline())
        })
    }

    /// Exchanges the refresh token, unless another task or process has done so since. Exchanges are
    /// serialized within this process and among all processes with the same session file.
    async fn renew(&self, outdated: Option<&str>) -> Result<Renewed, RequestError> {
        let _lock = self.session.lock_renewal().await;
        let tokens = self.session.latest().ok_or(RequestError::SessionEnded)?;
        if let Some(access) = &tokens.access
            && outdated != Some(access.as_str())
        {
            return Ok(Renewed {
                token: access.clone(),
                is_new: false,
            });
        }
        let store = self.session.prepare_store_of(&tokens);
        let store = store.ok_or(RequestError::SessionEnded)?;
        let request = RefreshSessionRequest {
            refresh_token: tokens.refresh.clone(),
        };
        let result = self
            .send(request, None, |channel, request| async move {
                AuthServiceClient::new(channel)
                    .refresh_session(request)
                    .await
            })
            .await;
        match result {
            Ok(response) => {
                let token = response.access_token.clone();
                self.session.renew(store, tokens.login, response);
                Ok(Renewed {
                    token,
                    is_new: true,
                })
            }
            Err(status) => Err(self.request_error(&status, &tokens.refresh)),
        }
    }
}

/// The access token after a renewal.
struct Renewed {
    token: String,
    /// Whether it comes from the server, and not from another task or process that has renewed before.
    is_new: bool,
}

/// A request with the access token in its metadata.
fn authorized<Req>(message: Req, token: Option<&str>) -> Result<Request<Req>, Status> {
    let mut request = Request::new(message);
    if let Some(token) = token {
        let mut bearer = AsciiMetadataValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Status::internal("the access token is not valid metadata"))?;
        bearer.set_sensitive(true);
        request.metadata_mut().insert("authorization", bearer);
    }
    Ok(request)
}

fn missed_deadline() -> Status {
    Status::deadline_exceeded("no response within the deadline")
}

/// Whether the server may accept a new access token. `TOKEN_INVALID` counts, because the server's
/// secret may have changed, which a refresh token outlives.
fn is_token_outdated(status: &Status) -> bool {
    let reason = ApiError::from_status(status).map(|error| error.reason);
    matches!(reason, Some(Reason::TokenExpired | Reason::TokenInvalid))
}
