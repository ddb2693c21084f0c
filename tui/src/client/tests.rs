//! Sessions and errors, against a server with only the `AuthService`.
#![allow(clippy::unwrap_used)]

mod certificates;
mod failures;
pub(super) mod links;
mod replacement;
mod trust;

use std::{
    net::SocketAddr,
    sync::{Mutex, atomic::AtomicUsize, atomic::Ordering},
};

use epic_events::v1::{
    ChangePasswordRequest, ChangePasswordResponse, GetMeRequest, GetMeResponse, ListClientsRequest,
    ListSessionsRequest, ListSessionsResponse, Me, RefreshSessionResponse, RevokeSessionRequest,
    RevokeSessionResponse,
    auth_service_server::{AuthService, AuthServiceServer},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_stream::wrappers::TcpListenerStream;

use super::*;
use crate::{messages::Lang, session_file::SessionFile};

/// The state of a server that accepts one pair of tokens, `access-<n>` and `refresh-<n>`.
pub(super) struct FakeAuth {
    generation: AtomicUsize,
    renewals: AtomicUsize,
    calls: AtomicUsize,
    /// The error of every call with a token, while it is set.
    pub(super) error: Mutex<Option<Reason>>,
    /// The same for a status without a reason, such as a proxy's.
    refusal: Mutex<Option<Status>>,
    /// Renewals and logouts wait for a permit.
    permits: Semaphore,
}

impl Default for FakeAuth {
    fn default() -> Self {
        Self {
            generation: AtomicUsize::new(1),
            renewals: AtomicUsize::default(),
            calls: AtomicUsize::default(),
            error: Mutex::default(),
            refusal: Mutex::default(),
            permits: Semaphore::new(1_000),
        }
    }
}

impl FakeAuth {
    /// Expires the access token.
    pub(super) fn expire(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    fn check_call<T>(&self, request: &Request<T>) -> Result<(), Status> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        assert!(request.metadata().get("grpc-timeout").is_some());
        self.check_token(request)
    }

    /// Checks that the request carries the current access token.
    pub(super) fn check_token<T>(&self, request: &Request<T>) -> Result<(), Status> {
        if let Some(reason) = *self.error.lock().unwrap() {
            return Err(ApiError::new(reason).into());
        }
        if let Some(status) = self.refusal.lock().unwrap().clone() {
            return Err(status);
        }
        let current = format!("Bearer access-{}", self.generation.load(Ordering::SeqCst));
        let token = request.metadata().get("authorization");
        match token.map(|it| it.to_str().unwrap()) {
            Some(token) if token == current => Ok(()),
            Some(_) => Err(ApiError::new(Reason::TokenExpired).into()),
            None => Err(ApiError::new(Reason::TokenMissing).into()),
        }
    }
}

fn me() -> Me {
    Me {
        id: 7,
        ..Me::default()
    }
}

/// The service; the test shares its state.
#[derive(Clone)]
pub(super) struct FakeAuthService(pub(super) Arc<FakeAuth>);

#[tonic::async_trait]
impl AuthService for FakeAuthService {
    async fn login(
        &self,
        request: Request<LoginRequest>,
    ) -> Result<Response<LoginResponse>, Status> {
        assert_eq!(request.get_ref().device, device::name());
        if request.get_ref().password != "right" {
            return Err(ApiError::new(Reason::LoginFailed).into());
        }
        let generation = self.0.generation.load(Ordering::SeqCst);
        Ok(Response::new(LoginResponse {
            access_token: format!("access-{generation}"),
            refresh_token: format!("refresh-{generation}"),
            me: Some(me()),
        }))
    }

    /// Accepts the refresh token of the previous generation, and returns the current tokens.
    async fn refresh_session(
        &self,
        request: Request<RefreshSessionRequest>,
    ) -> Result<Response<RefreshSessionResponse>, Status> {
        let fake = &self.0;
        fake.permits.acquire().await.unwrap().forget();
        fake.renewals.fetch_add(1, Ordering::SeqCst);
        let generation = fake.generation.load(Ordering::SeqCst);
        if request.get_ref().refresh_token != format!("refresh-{}", generation - 1) {
            return Err(ApiError::new(Reason::SessionEnded).into());
        }
        Ok(Response::new(RefreshSessionResponse {
            access_token: format!("access-{generation}"),
            refresh_token: format!("refresh-{generation}"),
            me: Some(me()),
        }))
    }

    async fn logout(
        &self,
        request: Request<LogoutRequest>,
    ) -> Result<Response<LogoutResponse>, Status> {
        self.0.check_call(&request)?;
        let _permit = self.0.permits.acquire().await.unwrap();
        Ok(Response::new(LogoutResponse {}))
    }

    async fn get_me(
        &self,
        request: Request<GetMeRequest>,
    ) -> Result<Response<GetMeResponse>, Status> {
        self.0.check_call(&request)?;
        Ok(Response::new(GetMeResponse { me: Some(me()) }))
    }

    async fn change_password(
        &self,
        _: Request<ChangePasswordRequest>,
    ) -> Result<Response<ChangePasswordResponse>, Status> {
        Err(Status::unimplemented("not needed here"))
    }

    async fn list_sessions(
        &self,
        _: Request<ListSessionsRequest>,
    ) -> Result<Response<ListSessionsResponse>, Status> {
        Err(Status::unimplemented("not needed here"))
    }

    async fn revoke_session(
        &self,
        _: Request<RevokeSessionRequest>,
    ) -> Result<Response<RevokeSessionResponse>, Status> {
        Err(Status::unimplemented("not needed here"))
    }
}

pub(super) async fn serve(at: SocketAddr) -> (Arc<FakeAuth>, SocketAddr) {
    let fake = Arc::new(FakeAuth::default());
    let listener = TcpListener::bind(at).await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = AuthServiceServer::new(FakeAuthService(Arc::clone(&fake)));
    let server = tonic::transport::Server::builder().add_service(service);
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    (fake, address)
}

/// Deadlines that a test can wait for.
const SHORT: Deadlines = Deadlines {
    connect: Duration::from_secs(1),
    call: Duration::from_secs(2),
};

pub(super) fn free_port() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

pub(super) fn api(at: SocketAddr, folder: Option<&TempDir>) -> Api {
    let url = format!("http://{at}");
    let storage = folder.map_or(SessionStorage::Memory, |folder| {
        SessionStorage::File(SessionFile::new(folder.path(), &url))
    });
    let server = Server { url, ca: None };
    Api::with_deadlines(&server, Messages::new(Lang::En), storage, SHORT).unwrap()
}

fn credentials(password: &str) -> LoginRequest {
    LoginRequest {
        email: "a@example.org".into(),
        password: password.into(),
        device: String::new(),
    }
}

async fn signed_in(folder: Option<&TempDir>) -> (Arc<FakeAuth>, SocketAddr, Api) {
    let (fake, at) = serve(free_port()).await;
    let api = api(at, folder);
    api.login(credentials("right")).await.unwrap();
    (fake, at, api)
}

fn unavailable(message: &str) -> RequestError {
    RequestError::Unavailable(message.to_owned().into())
}

#[tokio::test]
async fn a_session_is_stored_resumed_and_ended() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, at) = serve(free_port()).await;
    let first = api(at, Some(&folder));
    assert!(!first.has_session());
    assert_eq!(
        first.get_me(GetMeRequest {}).await,
        Err(RequestError::SessionEnded)
    );
    let wrong = first.login(credentials("wrong")).await;
    assert_eq!(
        wrong,
        Err(RequestError::Api(ApiError::new(Reason::LoginFailed)))
    );
    assert!(!first.has_session());
    first.login(credentials("right")).await.unwrap();
    assert_eq!(first.get_me(GetMeRequest {}).await.unwrap().me, Some(me()));
    drop(first);

    fake.expire();
    let second = api(at, Some(&folder));
    assert!(second.has_session());
    assert_eq!(second.get_me(GetMeRequest {}).await.unwrap().me, Some(me()));
    assert_eq!(fake.renewals.load(Ordering::SeqCst), 1);

    second.logout(LogoutRequest {}).await.unwrap();
    assert!(!second.has_session());
    assert!(!api(at, Some(&folder)).has_session());
}

#[tokio::test]
async fn concurrent_calls_renew_the_session_once() {
    let (fake, _, api) = signed_in(None).await;
    fake.expire();
    let calls = (0..20).map(|_| {
        let api = api.clone();
        tokio::spawn(async move { api.get_me(GetMeRequest {}).await })
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap().unwrap().me, Some(me()));
    }
    assert_eq!(fake.renewals.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_cancelled_call_keeps_the_new_tokens() {
    let (fake, _, api) = signed_in(None).await;
    fake.expire();
    fake.permits.forget_permits(1_000);
    let cancelled = tokio::time::timeout(Duration::from_millis(300), api.get_me(GetMeRequest {}));
    assert!(cancelled.await.is_err());
    fake.permits.add_permits(1_000);
    assert_eq!(api.get_me(GetMeRequest {}).await.unwrap().me, Some(me()));
    assert_eq!(fake.renewals.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_late_response_to_a_logout_does_not_end_the_next_session() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, at, api_) = signed_in(Some(&folder)).await;
    fake.permits.forget_permits(1_000);
    let logout = api_.clone();
    let logout = tokio::spawn(async move { logout.logout(LogoutRequest {}).await });
    while fake.calls.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    api_.login(credentials("right")).await.unwrap();
    fake.permits.add_permits(1_000);
    logout.await.unwrap().unwrap();
    assert!(api_.has_session());
    assert!(api(at, Some(&folder)).has_session());
}

#[tokio::test]
async fn two_clients_with_one_file_share_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, at, first) = signed_in(Some(&folder)).await;
    let second = api(at, Some(&folder));
    for _ in 0..3 {
        // Each client adopts the token that the other one stored.
        fake.expire();
        assert_eq!(first.get_me(GetMeRequest {}).await.unwrap().me, Some(me()));
        fake.expire();
        assert_eq!(second.get_me(GetMeRequest {}).await.unwrap().me, Some(me()));
    }
    second.logout(LogoutRequest {}).await.unwrap();
    assert!(!api(at, Some(&folder)).has_session());
}

#[tokio::test]
async fn a_session_that_the_server_ended_is_discarded() {
    let folder = tempfile::tempdir().unwrap();
    let (fake, at, api_) = signed_in(Some(&folder)).await;
    // After two generations the refresh token is invalid too.
    fake.expire();
    fake.expire();
    assert_eq!(
        api_.get_me(GetMeRequest {}).await,
        Err(RequestError::SessionEnded)
    );
    assert!(!api_.has_session());
    assert!(!api(at, Some(&folder)).has_session());
    let calls = fake.calls.load(Ordering::SeqCst);
    assert_eq!(
        api_.get_me(GetMeRequest {}).await,
        Err(RequestError::SessionEnded)
    );
    assert_eq!(fake.calls.load(Ordering::SeqCst), calls);
}

#[tokio::test]
async fn reconnects_when_the_server_is_available_again() {
    let at = {
        let listener = TcpListener::bind(free_port()).await.unwrap();
        listener.local_addr().unwrap()
    };
    let api_ = api(at, None);
    let refused = unavailable(&format!("http://{at} refuses the connection."));
    for _ in 0..2 {
        assert_eq!(api_.login(credentials("right")).await, Err(refused.clone()));
    }
    serve(at).await;
    api_.login(credentials("right")).await.unwrap();
}

#[tokio::test]
async fn a_call_without_response_times_out() {
    let listener = TcpListener::bind(free_port()).await.unwrap();
    let at = listener.local_addr().unwrap();
    let silent = unavailable(&format!("http://{at} does not answer in time."));
    assert_eq!(api(at, None).login(credentials("right")).await, Err(silent));
}
