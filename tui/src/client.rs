//! The server, as the client sees it: one method per call. Tokens, deadlines and what a failure
//! means are settled here; who calls knows only three ways to fail.

mod away;
mod calls;
mod device;
mod session;
#[cfg(test)]
mod tests;
mod watch;

use std::{sync::Arc, time::Duration};

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{
        LoginRequest, LoginResponse, LogoutRequest, LogoutResponse, RefreshSessionRequest,
        auth_service_client::AuthServiceClient,
    },
};
use tonic::{
    Request, Response, Status,
    metadata::AsciiMetadataValue,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Error},
};

use self::session::Session;
pub use self::watch::{CHANNEL_CAPACITY, Change, ChangeEvent};
use crate::{messages::Messages, session_file::SessionFile};

/// How long a call may take, as the server is told and as the client waits.
const DEADLINE: Duration = Duration::from_secs(10);
/// How long a connection may take to be made; the call that needs it waits for it.
const CONNECT: Duration = Duration::from_secs(5);
/// A dead connection is noticed after these two, also while nobody types.
const PING_EVERY: Duration = Duration::from_secs(30);
const PING_ANSWER: Duration = Duration::from_secs(10);

/// Why a call gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// The server refused, and said why; sending the same again will not help.
    Api(ApiError),
    /// The server cannot be reached or cannot work now; trying again later may help.
    Unavailable {
        /// What is wrong, in the user's language.
        message: String,
    },
    /// There is no session, or no longer: sign in. The tokens are forgotten already.
    SessionEnded,
}

/// Where the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// `http://host:port` or `https://host:port`.
    pub url: String,
    /// A certificate authority to trust besides the platform's, in PEM form.
    pub ca: Option<Vec<u8>>,
}

/// The server's calls. Clones share the connection and the session.
#[derive(Clone)]
pub struct Api {
    shared: Arc<Shared>,
}

struct Shared {
    channel: Channel,
    server: String,
    messages: Messages,
    session: Session,
    deadline: Duration,
}

impl Api {
    /// A client of that server. It connects at the first call, and again whenever it must; faults
    /// are told in these words. A session that was kept for this server goes on.
    ///
    /// # Errors
    /// When the address or the certificate cannot be used.
    pub fn new(
        server: &Server,
        messages: Messages,
        keep: Option<SessionFile>,
    ) -> Result<Self, Error> {
        Self::with_deadline(server, messages, keep, DEADLINE)
    }

    fn with_deadline(
        server: &Server,
        messages: Messages,
        keep: Option<SessionFile>,
        deadline: Duration,
    ) -> Result<Self, Error> {
        let mut endpoint = Endpoint::from_shared(server.url.clone())?
            .connect_timeout(CONNECT)
            .http2_keep_alive_interval(PING_EVERY)
            .keep_alive_timeout(PING_ANSWER)
            .keep_alive_while_idle(true)
            .user_agent(concat!("epic/", env!("CARGO_PKG_VERSION")))?;
        if endpoint.uri().scheme_str() == Some("https") {
            endpoint = trusting(&endpoint, server.ca.as_deref())?;
        }
        Ok(Self {
            shared: Arc::new(Shared {
                channel: endpoint.connect_lazy(),
                server: server.url.clone(),
                messages,
                session: Session::new(keep),
                deadline,
            }),
        })
    }

    /// Whether there is a session to go on with, kept or begun. Only a call tells whether the
    /// server still takes it.
    #[must_use]
    pub fn has_session(&self) -> bool {
        self.shared.session.tokens().is_some()
    }

    /// Opens a session, and keeps it. A request that does not say which device it comes from is
    /// told apart by this machine's name.
    ///
    /// # Errors
    /// When the email or the password is wrong, or the server away.
    pub async fn login(&self, mut request: LoginRequest) -> Result<LoginResponse, RequestError> {
        if request.device.is_empty() {
            request.device = device::name();
        }
        self.in_own_task(|shared| async move {
            let response = shared
                .send(request, None, |channel, request| async move {
                    AuthServiceClient::new(channel).login(request).await
                })
                .await
                .map_err(|status| shared.fault(&status, ""))?;
            shared.session.begin(&response);
            Ok(response)
        })
        .await
    }

    /// Ends the session. The tokens are forgotten whatever the server answers.
    ///
    /// # Errors
    /// When the server is away: there, the session ends only when it expires.
    pub async fn logout(&self, request: LogoutRequest) -> Result<LogoutResponse, RequestError> {
        let session = self.shared.session.tokens();
        let answer = self
            .call(request, |channel, request| async move {
                AuthServiceClient::new(channel).logout(request).await
            })
            .await;
        // The user may have signed in again before the reply.
        if let Some(session) = session {
            self.shared.session.end(session.login);
        }
        answer
    }

    /// Makes a call with the access token.
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

    /// Does what needs the access token. When the server takes that no longer, renews it and does
    /// the same again, once.
    async fn with_token<T, Fut>(&self, once: impl Fn(String) -> Fut) -> Result<T, RequestError>
    where
        Fut: Future<Output = Result<T, Status>>,
    {
        let tokens = self
            .shared
            .session
            .tokens()
            .ok_or(RequestError::SessionEnded)?;
        let token = match tokens.access {
            Some(token) => token,
            None => self.renewed(None).await?,
        };
        match once(token.clone()).await {
            Err(status) if is_stale(&status) => {}
            answer => return answer.map_err(|status| self.shared.fault(&status, &token)),
        }
        let token = self.renewed(Some(token)).await?;
        let answer = once(token.clone()).await;
        answer.map_err(|status| self.shared.fault(&status, &token))
    }

    /// A newer access token than this one.
    async fn renewed(&self, stale: Option<String>) -> Result<String, RequestError> {
        self.in_own_task(|shared| async move { shared.renew(stale.as_deref()).await })
            .await
    }

    /// Runs to the end even if whoever waits gives up: tokens that the server has handed out must
    /// not get lost, since it takes the old ones no longer.
    async fn in_own_task<T, Fut>(
        &self,
        work: impl FnOnce(Arc<Shared>) -> Fut,
    ) -> Result<T, RequestError>
    where
        T: Send + 'static,
        Fut: Future<Output = Result<T, RequestError>> + Send + 'static,
    {
        let done = tokio::spawn(work(Arc::clone(&self.shared))).await;
        done.unwrap_or_else(|broken| {
            tracing::error!(%broken, "a call did not end");
            Err(self.shared.away("away-other"))
        })
    }
}

impl Shared {
    /// Makes a call, once, with the deadline told to the server and kept here.
    async fn send<Req, Res, Fut>(
        &self,
        message: Req,
        token: Option<&str>,
        send: impl Fn(Channel, Request<Req>) -> Fut,
    ) -> Result<Res, Status>
    where
        Fut: Future<Output = Result<Response<Res>, Status>>,
    {
        let mut request = bearing(message, token)?;
        request.set_timeout(self.deadline);
        // tonic's own clock starts only when the request goes out, not while it connects.
        match tokio::time::timeout(self.deadline, send(self.channel.clone(), request)).await {
            Ok(answer) => answer.map(Response::into_inner),
            Err(_) => Err(Status::deadline_exceeded("the client waited long enough")),
        }
    }

    /// Exchanges the refresh token, unless somebody has just done so: one exchange at a time, in
    /// this process and among all that keep the session in the same file.
    async fn renew(&self, stale: Option<&str>) -> Result<String, RequestError> {
        let _turn = self.session.turn().await;
        let tokens = self.session.freshest().ok_or(RequestError::SessionEnded)?;
        if let Some(access) = tokens.access
            && stale != Some(access.as_str())
        {
            return Ok(access);
        }
        let request = RefreshSessionRequest {
            refresh_token: tokens.refresh.clone(),
        };
        let answer = self
            .send(request, None, |channel, request| async move {
                AuthServiceClient::new(channel)
                    .refresh_session(request)
                    .await
            })
            .await;
        match answer {
            Ok(response) => {
                let access = response.access_token.clone();
                self.session.renew(tokens.login, response);
                Ok(access)
            }
            Err(status) => Err(self.fault(&status, &tokens.refresh)),
        }
    }
}

/// A request that carries the access token.
fn bearing<Req>(message: Req, token: Option<&str>) -> Result<Request<Req>, Status> {
    let mut request = Request::new(message);
    if let Some(token) = token {
        let mut bearer = AsciiMetadataValue::try_from(format!("Bearer {token}"))
            .map_err(|_| Status::internal("an access token that is no header"))?;
        bearer.set_sensitive(true);
        request.metadata_mut().insert("authorization", bearer);
    }
    Ok(request)
}

/// The endpoint over TLS: the server must prove who it is, to one of the platform's authorities or
/// this one.
fn trusting(endpoint: &Endpoint, ca: Option<&[u8]>) -> Result<Endpoint, Error> {
    let mut tls = ClientTlsConfig::new();
    if let Some(pem) = ca {
        tls = tls.ca_certificate(Certificate::from_pem(pem));
    }
    let both = endpoint.clone().tls_config(tls.clone().with_native_roots());
    match ca {
        // A platform without authorities of its own is an error, but this one is enough.
        Some(_) => both.or_else(|_| endpoint.clone().tls_config(tls)),
        None => both,
    }
}

/// Whether a new access token may help. One that the server cannot read may be from before its
/// secret was changed; the refresh token outlives that.
fn is_stale(status: &Status) -> bool {
    let reason = ApiError::from_status(status).map(|refusal| refusal.reason);
    matches!(reason, Some(Reason::TokenExpired | Reason::TokenInvalid))
}
