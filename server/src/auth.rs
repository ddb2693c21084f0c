//! `epic.v1.AuthService`, and authentication: passwords, tokens, sessions, the layer before all
//! handlers.

mod fair_queue;
pub(crate) mod layer;
pub mod password;
mod password_change;
pub(crate) mod rows;
pub mod session;
pub(crate) mod throttle;
pub mod token;

use std::sync::Arc;

use epic_events::{
    api_error::ApiError,
    auth::Credentials,
    field_error::Validator,
    policy,
    reason::Reason,
    v1::{
        self, ChangePasswordRequest, ChangePasswordResponse, GetMeRequest, GetMeResponse,
        ListSessionsRequest, ListSessionsResponse, LoginRequest, LoginResponse, LogoutRequest,
        LogoutResponse, Me, RefreshSessionRequest, RefreshSessionResponse, RevokeSessionRequest,
        RevokeSessionResponse, auth_service_server::AuthService,
    },
    value,
};
use tonic::{Request, Response};
use uuid::Uuid;

use crate::{
    api::handler::{self, Reply},
    auth::{
        password::Passwords,
        session::{
            PeerAddress,
            cache::SessionCache,
            rows::{Rotation, SessionRow},
        },
        throttle::LoginThrottle,
        token::{AccessTokens, RefreshToken},
    },
    db::Db,
    error::Error,
    telemetry::sampler::log_sampled_from,
};

/// The handler of `epic.v1.AuthService`.
pub(crate) struct AuthHandler {
    pub(crate) db: Db,
    pub(crate) passwords: Passwords,
    pub(crate) tokens: Arc<AccessTokens>,
    pub(crate) sessions: SessionCache,
    pub(crate) throttle: LoginThrottle,
}

impl SessionRow {
    fn into_message(self, current: Uuid) -> v1::Session {
        let Self {
            id,
            device,
            address,
            create_time,
            last_use_time,
            end_time,
        } = self;
        v1::Session {
            id: id.to_string(),
            device,
            address,
            create_time: Some(value::wire_time(create_time)),
            last_use_time: Some(value::wire_time(last_use_time)),
            expire_time: Some(value::wire_time(end_time)),
            current: id == current,
        }
    }
}

#[tonic::async_trait]
impl AuthService for AuthHandler {
    /// An unknown email address causes the same work as a wrong password, including the hash.
    async fn login(&self, request: Request<LoginRequest>) -> Reply<LoginResponse> {
        let PeerAddress(address) = PeerAddress::of_request(&request);
        let Credentials {
            emails,
            password,
            device,
        } = handler::validated(request)?;
        let [canonical, ..] = &emails;
        let attempt = self.throttle.begin_login(canonical, &address).await?;
        let account = self
            .db
            .read(|connection| rows::find(connection, &emails))
            .await?;
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let matches = self
            .passwords
            .verify(&attempt.permit, password, hash)
            .await?;
        let known = account.as_ref().map(|account| account.id);
        let (Some(account), true) = (account, matches) else {
            log_sampled_from!(address, warn, "login failed", collaborator = known, address);
            return Err(Error::from(Reason::LoginFailed).into());
        };
        // Releases the permit: opening a session may wait for a write to the account, during which other
        // logins need the permit.
        attempt.succeed().await?;
        let refresh_token = RefreshToken::random();
        let origin = (device.as_str(), address.as_str());
        let session = self.sessions.open(&account, &refresh_token, origin).await?;
        tracing::info!(collaborator = account.id, session = %session.id, address, "login");
        let access_token = self.tokens.sign(&session)?;
        Ok(session::opened(
            session.actor.id,
            LoginResponse {
                access_token,
                refresh_token: refresh_token.to_string(),
                me: Some(session.into_me()),
            },
        ))
    }

    async fn refresh_session(
        &self,
        request: Request<RefreshSessionRequest>,
    ) -> Reply<RefreshSessionResponse> {
        let token = request.get_ref().refresh_token.parse::<RefreshToken>();
        let token = token.map_err(|()| Error::from(Reason::SessionEnded))?;
        let next = RefreshToken::random();
        let lifetimes = self.sessions.lifetimes();
        let rotation = session::rows::rotate(&self.db, &token, &next, lifetimes).await?;
        let session = match rotation {
            Rotation::TooMany(delay) => {
                let error = ApiError::new(Reason::Busy).with_retry_delay(delay);
                return Err(Error::from(error).into());
            }
            Rotation::Renewed(session) => session,
            Rotation::Invalid => return Err(Error::from(Reason::SessionEnded).into()),
            Rotation::Reused => {
                self.db.auth_epoch().invalidate();
                tracing::warn!("a refresh token was used twice; its session has ended");
                return Err(Error::from(Reason::SessionEnded).into());
            }
        };
        let access_token = self.tokens.sign(&session)?;
        Ok(session::opened(
            session.actor.id,
            RefreshSessionResponse {
                access_token,
                refresh_token: next.to_string(),
                me: Some(session.into_me()),
            },
        ))
    }

    async fn logout(&self, request: Request<LogoutRequest>) -> Reply<LogoutResponse> {
        let caller = session::caller(&request)?;
        let ended = session::rows::end(&self.db, caller.id).await;
        self.db.auth_epoch().invalidate();
        ended?;
        Ok(Response::new(LogoutResponse {}))
    }

    async fn get_me(&self, request: Request<GetMeRequest>) -> Reply<GetMeResponse> {
        let caller = session::caller(&request)?;
        Ok(Response::new(GetMeResponse {
            me: Some(caller.into_me()),
        }))
    }

    async fn change_password(
        &self,
        request: Request<ChangePasswordRequest>,
    ) -> Reply<ChangePasswordResponse> {
        let caller = session::caller(&request)?;
        let change = handler::validated(request)?;
        self.change_own_password(&caller, change).await?;
        Ok(Response::new(ChangePasswordResponse {
            me: Some(Me {
                must_change_password: false,
                ..caller.into_me()
            }),
        }))
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Reply<ListSessionsResponse> {
        let caller = session::caller(&request)?;
        let mut check = Validator::default();
        let owner = request.get_ref().collaborator_id;
        let owner = check.optional("collaborator_id", owner, value::id);
        let owner = check.finish(|| owner).map_err(Error::from)?;
        let owner = owner.unwrap_or(caller.actor.id);
        let _permit = policy::permit(caller.actor, policy::LIST_SESSIONS, Some(owner), &[])
            .map_err(Error::from)?;
        let rows = self
            .db
            .read(|connection| session::rows::list(connection, owner))
            .await?;
        let sessions = rows.into_iter().map(|row| row.into_message(caller.id));
        Ok(Response::new(ListSessionsResponse {
            sessions: sessions.collect(),
        }))
    }

    async fn revoke_session(
        &self,
        request: Request<RevokeSessionRequest>,
    ) -> Reply<RevokeSessionResponse> {
        let caller = session::caller(&request)?;
        let mut check = Validator::default();
        let id = check.field("id", value::uuid(&request.get_ref().id));
        let id = check.finish(|| id).map_err(Error::from)?;
        let owner = self
            .db
            .read(async |mut connection| session::rows::owner(&mut connection, id).await)
            .await?;
        // Checked before the write blocks the owner's writes: other callers must not delay them.
        let _permit = policy::permit(caller.actor, policy::REVOKE_SESSION, Some(owner), &[])
            .map_err(Error::from)?;
        self.db
            .write_exclusively(
                caller.id,
                policy::REVOKE_SESSION,
                owner,
                id,
                async |tx, &id| {
                    let owner = session::rows::owner(tx.connection(), id).await?;
                    let permit = tx.permit(Some(owner), &[])?;
                    session::rows::revoke(tx, &permit, id).await
                },
            )
            .await?;
        Ok(Response::new(RevokeSessionResponse {}))
    }
}
