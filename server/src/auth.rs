//! Who is calling: passwords, tokens, sessions, and the layer that asks before every call.

pub mod layer;
pub mod password;
pub mod rows;
pub mod session;
pub mod token;

use epic_events::{
    collaborator::{Credentials, PasswordChange},
    invalid::Problem,
    policy,
    reason::Reason,
    refusal::Refusal,
    v1::{
        ChangePasswordRequest, ChangePasswordResponse, GetMeRequest, GetMeResponse,
        ListSessionsRequest, ListSessionsResponse, LoginRequest, LoginResponse, LogoutRequest,
        LogoutResponse, Me, RefreshSessionRequest, RefreshSessionResponse, RevokeSessionRequest,
        RevokeSessionResponse, auth_service_server::AuthService,
    },
};
use futures_util::FutureExt as _;
use tonic::Request;

use crate::{
    auth::{session::Session, token::RefreshToken},
    error::Result,
    handler::{Reply, answer},
    shared::Shared,
};

/// Answers `epic.v1.AuthService`.
pub struct Auth(pub Shared);

impl Auth {
    /// Unknown emails and wrong passwords take the same way, down to the work of the hash.
    async fn log_in(&self, wire: LoginRequest) -> Result<LoginResponse> {
        let Shared {
            db,
            passwords,
            tokens,
            ..
        } = &self.0;
        let Credentials {
            email,
            password,
            device: _,
        } = Credentials::try_from(wire)?;
        let account = db
            .read(|connection| rows::account(connection, email.clone()))
            .await?;
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let right = passwords.verify(password, hash).await?;
        let (Some(account), true) = (account, right) else {
            return Err(Reason::LoginFailed.into());
        };
        let refresh = RefreshToken::random();
        let session = rows::open(db, &account, &refresh).await?;
        Ok(LoginResponse {
            access_token: tokens.sign(&session)?,
            refresh_token: refresh.to_string(),
            me: Some(session.into_me()),
        })
    }

    async fn refresh(&self, wire: RefreshSessionRequest) -> Result<RefreshSessionResponse> {
        let Shared { db, tokens, .. } = &self.0;
        let used = wire.refresh_token.parse::<RefreshToken>();
        let used = used.map_err(|()| Reason::SessionEnded)?;
        let next = RefreshToken::random();
        let session = rows::rotate(db, &used, &next)
            .await?
            .ok_or(Reason::SessionEnded)?;
        Ok(RefreshSessionResponse {
            access_token: tokens.sign(&session)?,
            refresh_token: next.to_string(),
            me: Some(session.into_me()),
        })
    }

    async fn change_password(
        &self,
        session: Session,
        wire: ChangePasswordRequest,
    ) -> Result<ChangePasswordResponse> {
        let Shared { db, passwords, .. } = &self.0;
        let person = session.clone();
        let checked = passwords.work(move || Ok(PasswordChange::parse(wire, person.person())?));
        let PasswordChange { current, new } = checked.await?;
        let id = session.actor.id;
        let in_force = db
            .read(|connection| rows::password_hash(connection, id))
            .await?
            .ok_or(Reason::SessionEnded)?;
        if !passwords.verify(current, Some(in_force.clone())).await? {
            return Err(Refusal::new(Reason::InvalidField)
                .about("current_password", Problem::WrongPassword)
                .into());
        }
        let hash = passwords.hash(new).await?;
        db.write_collaborators(session.id, move |tx| {
            let (in_force, hash) = (in_force.clone(), hash.clone());
            async move {
                let permit = policy::permit(tx.actor(), policy::CHANGE_PASSWORD, Some(id), &[])?;
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
        answer(self.log_in(request.into_inner()).await)
    }

    async fn refresh_session(
        &self,
        request: Request<RefreshSessionRequest>,
    ) -> Reply<RefreshSessionResponse> {
        answer(self.refresh(request.into_inner()).await)
    }

    async fn logout(&self, request: Request<LogoutRequest>) -> Reply<LogoutResponse> {
        let session = session::of(&request)?;
        let ended = rows::end(&self.0.db, session.id).await;
        answer(ended.map(|()| LogoutResponse {}))
    }

    async fn list_sessions(&self, _: Request<ListSessionsRequest>) -> Reply<ListSessionsResponse> {
        answer(Err(Reason::UnknownRpc.into()))
    }

    async fn revoke_session(
        &self,
        _: Request<RevokeSessionRequest>,
    ) -> Reply<RevokeSessionResponse> {
        answer(Err(Reason::UnknownRpc.into()))
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
        answer(Self::change_password(self, session, request.into_inner()).await)
    }
}
