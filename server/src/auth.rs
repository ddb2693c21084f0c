//! Who is calling: passwords, tokens, sessions, and the layer that asks before every call.

pub mod layer;
pub mod password;
pub mod rows;
pub mod session;
pub mod throttle;
pub mod token;

use epic_events::{
    api_error::ApiError,
    auth::{Credentials, PasswordChange},
    field_error::{FieldErrorKind, Validator},
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
use futures_util::FutureExt as _;
use tonic::Request;
use uuid::Uuid;

use crate::{
    auth::{
        session::{
            Address, Session,
            rows::{Exchanged, SessionRow},
        },
        token::RefreshToken,
    },
    error::Result,
    handler::{Reply, answer},
    shared::Shared,
};

/// Answers `epic.v1.AuthService`.
pub struct Auth(pub Shared);

impl SessionRow {
    fn into_wire(self, current: Uuid) -> v1::Session {
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

impl Auth {
    /// Unknown emails and wrong passwords take the same way, down to the work of the hash.
    async fn log_in(&self, wire: LoginRequest, address: Address) -> Result<LoginResponse> {
        let Shared {
            db,
            passwords,
            tokens,
            sessions,
            throttle,
            ..
        } = &self.0;
        let Credentials {
            email,
            password,
            device,
        } = Credentials::try_from(wire)?;
        let Address(address) = address;
        let attempt = throttle.begin(&email, &address).await?;
        let account = db
            .read(|connection| rows::account(connection, email.clone()))
            .await?;
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let right = passwords.verify(password, hash).await?;
        let known = account.as_ref().map(|account| account.id);
        let (Some(account), true) = (account, right) else {
            tracing::warn!(collaborator = known, address, "somebody could not sign in");
            return Err(Reason::LoginFailed.into());
        };
        let refresh = RefreshToken::random();
        let place = (device.as_str(), address.as_str());
        let session =
            session::rows::open(db, &account, &refresh, place, sessions.lifetimes()).await?;
        attempt.succeeded().await?;
        tracing::info!(collaborator = account.id, session = %session.id, address, "signed in");
        Ok(LoginResponse {
            access_token: tokens.sign(&session)?,
            refresh_token: refresh.to_string(),
            me: Some(session.into_me()),
        })
    }

    async fn refresh(&self, wire: RefreshSessionRequest) -> Result<RefreshSessionResponse> {
        let Shared {
            db,
            tokens,
            sessions,
            ..
        } = &self.0;
        let used = wire.refresh_token.parse::<RefreshToken>();
        let used = used.map_err(|()| Reason::SessionEnded)?;
        let next = RefreshToken::random();
        let session = match session::rows::exchange(db, &used, &next, sessions.lifetimes()).await? {
            Exchanged::For(session) => session,
            Exchanged::Void => return Err(Reason::SessionEnded.into()),
            Exchanged::Stolen => {
                db.accounts().end();
                tracing::warn!("a refresh token was used twice; its session has ended");
                return Err(Reason::SessionEnded.into());
            }
        };
        Ok(RefreshSessionResponse {
            access_token: tokens.sign(&session)?,
            refresh_token: next.to_string(),
            me: Some(session.into_me()),
        })
    }

    async fn log_out(&self, session: Session) -> Result<LogoutResponse> {
        let ended = session::rows::end(&self.0.db, session.id).await;
        self.0.db.accounts().end();
        ended.map(|()| LogoutResponse {})
    }

    async fn list_sessions(
        &self,
        caller: Session,
        wire: ListSessionsRequest,
    ) -> Result<ListSessionsResponse> {
        let mut check = Validator::default();
        let asked = check.optional("collaborator_id", wire.collaborator_id, value::id);
        let asked = check.finish(|| asked)?;
        let holder = asked.unwrap_or(caller.actor.id);
        let _permit = policy::permit(caller.actor, policy::LIST_SESSIONS, Some(holder), &[])?;
        let rows = self
            .0
            .db
            .read(|connection| session::rows::list(connection, holder))
            .await?;
        Ok(ListSessionsResponse {
            sessions: rows
                .into_iter()
                .map(|row| row.into_wire(caller.id))
                .collect(),
        })
    }

    async fn revoke_session(
        &self,
        caller: Session,
        wire: RevokeSessionRequest,
    ) -> Result<RevokeSessionResponse> {
        let mut check = Validator::default();
        let id = check.field("id", value::uuid(&wire.id));
        let id = check.finish(|| id)?;
        let done = self
            .0
            .db
            .write(caller.id, policy::REVOKE_SESSION, move |tx| {
                async move {
                    let holder = session::rows::holder(tx, id).await?;
                    let permit = tx.permit(Some(holder), &[])?;
                    session::rows::revoke(tx, &permit, id).await
                }
                .boxed()
            });
        let done = done.await;
        self.0.db.accounts().end();
        done.map(|()| RevokeSessionResponse {})
    }

    async fn change_password(
        &self,
        session: Session,
        address: Address,
        wire: ChangePasswordRequest,
    ) -> Result<ChangePasswordResponse> {
        let Shared {
            db,
            passwords,
            throttle,
            ..
        } = &self.0;
        let person = session.clone();
        let checked = passwords.work(move || Ok(PasswordChange::parse(wire, person.person())?));
        let PasswordChange { current, new } = checked.await?;
        let id = session.actor.id;
        // Who has found somebody's screen unlocked guesses no faster than at the door.
        let attempt = throttle.begin(&session.email, &address.0).await?;
        let in_force = db
            .read(|connection| rows::password_hash(connection, id))
            .await?
            .ok_or(Reason::SessionEnded)?;
        if !passwords.verify(current, Some(in_force.clone())).await? {
            return Err(ApiError::new(Reason::InvalidField)
                .about("current_password", FieldErrorKind::WrongPassword)
                .into());
        }
        attempt.succeeded().await?;
        let hash = passwords.hash(new).await?;
        db.write_collaborators(session.id, policy::CHANGE_PASSWORD, move |tx| {
            let (in_force, hash) = (in_force.clone(), hash.clone());
            async move {
                let permit = tx.permit(Some(id), &[])?;
                rows::set_own_password(tx, &permit, in_force, hash).await
            }
            .boxed()
        })
        .await?;
        Ok(ChangePasswordResponse {
            me: Some(Me {
                must_change_password: false,
                ..session.into_me()
            }),
        })
    }
}

#[tonic::async_trait]
impl AuthService for Auth {
    async fn login(&self, request: Request<LoginRequest>) -> Reply<LoginResponse> {
        let address = Address::of(&request);
        answer(self.log_in(request.into_inner(), address).await)
    }

    async fn refresh_session(
        &self,
        request: Request<RefreshSessionRequest>,
    ) -> Reply<RefreshSessionResponse> {
        answer(self.refresh(request.into_inner()).await)
    }

    async fn logout(&self, request: Request<LogoutRequest>) -> Reply<LogoutResponse> {
        answer(self.log_out(session::of(&request)?).await)
    }

    async fn get_me(&self, request: Request<GetMeRequest>) -> Reply<GetMeResponse> {
        let session = session::of(&request)?;
        answer(Ok(GetMeResponse {
            me: Some(session.into_me()),
        }))
    }

    async fn change_password(
        &self,
        request: Request<ChangePasswordRequest>,
    ) -> Reply<ChangePasswordResponse> {
        let session = session::of(&request)?;
        let address = Address::of(&request);
        answer(Self::change_password(self, session, address, request.into_inner()).await)
    }

    async fn list_sessions(
        &self,
        request: Request<ListSessionsRequest>,
    ) -> Reply<ListSessionsResponse> {
        let caller = session::of(&request)?;
        answer(Self::list_sessions(self, caller, request.into_inner()).await)
    }

    async fn revoke_session(
        &self,
        request: Request<RevokeSessionRequest>,
    ) -> Reply<RevokeSessionResponse> {
        let caller = session::of(&request)?;
        answer(Self::revoke_session(self, caller, request.into_inner()).await)
    }
}
