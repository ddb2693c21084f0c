//! The authentication layer: verifies the access token, finds the session, and checks whether the
//! role may call the RPC at all. RPCs that the policy does not list are refused.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use epic_events::{
    api_error::ApiError,
    policy::{self, Access, Rpc},
    reason::Reason,
};
use http::{Request, Response};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use crate::{
    auth::{
        session::{PeerAddress, Session, cache::SessionCache},
        token::{AccessClaims, AccessTokens},
    },
    db::fair_share::CallShare,
    error::Result,
    telemetry::trace,
};

/// Response header: the compressions of messages that the server accepts.
const ACCEPT_ENCODING: &str = "grpc-accept-encoding";

/// Wraps the services in [`Authenticated`].
#[derive(Clone)]
pub(crate) struct AuthLayer {
    pub(crate) tokens: Arc<AccessTokens>,
    pub(crate) sessions: SessionCache,
}

impl<S> Layer<S> for AuthLayer {
    type Service = Authenticated<S>;

    fn layer(&self, inner: S) -> Authenticated<S> {
        Authenticated {
            inner,
            auth: self.clone(),
        }
    }
}

/// Forwards only the calls that are authenticated and permitted.
#[derive(Clone)]
pub(crate) struct Authenticated<S> {
    inner: S,
    auth: AuthLayer,
}

impl<S> Service<Request<Body>> for Authenticated<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<std::result::Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // Only the original is ready, so it serves this call and the clone replaces it (tower's
        // documentation of `Service`, "Be careful when cloning inner services").
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let auth = self.auth.clone();
        Box::pin(async move {
            let address = PeerAddress::of_connection(request.extensions());
            let call = match auth.verify(&request) {
                Ok(call) => call,
                Err(error) => return Ok(Status::from(error).into_http()),
            };
            let share = call.share.clone();
            let serving = async move {
                let session = auth.authenticate(&call, &address);
                match call.share.for_session().scope(session).await {
                    Ok(None) => {}
                    Ok(Some(session)) => {
                        request.extensions_mut().insert(session);
                    }
                    Err(error) => return Ok(Status::from(error).into_http()),
                }
                request.extensions_mut().insert(address);
                inner.call(request).await.map(with_reason)
            };
            share.scope(serving).await
        })
    }
}

/// A call of a public RPC, or with a valid token. Its session may have ended.
struct VerifiedCall {
    rpc: Rpc,
    access: Access,
    /// `None` for public RPCs.
    claims: Option<AccessClaims>,
    share: CallShare,
}

impl AuthLayer {
    /// Verifies the token, without a query.
    fn verify(&self, request: &Request<Body>) -> Result<VerifiedCall> {
        let (rpc, access) = policy::access(request.uri().path()).ok_or(Reason::UnknownRpc)?;
        let shares = self.sessions.db().fair_share();
        let (claims, share) = if access == Access::Public {
            (None, shares.public_share(rpc))
        } else {
            let claims = match request.extensions().get::<AccessClaims>() {
                Some(claims) => *claims,
                // `CallLimits` has found no valid token, so this fails with the reason.
                None => self.tokens.verify_in(request.headers())?,
            };
            let share = shares.call_share(claims.collaborator, claims.session, rpc);
            (Some(claims), share)
        };
        Ok(VerifiedCall {
            rpc,
            access,
            claims,
            share,
        })
    }

    /// The session of the caller; `None` for public RPCs.
    async fn authenticate(
        &self,
        call: &VerifiedCall,
        PeerAddress(address): &PeerAddress,
    ) -> Result<Option<Session>> {
        let VerifiedCall {
            rpc,
            access,
            claims,
            share: _,
        } = call;
        let Some(claims) = claims else {
            return Ok(None);
        };
        let session = self
            .sessions
            .find_and_touch(claims.session, address)
            .await?;
        let session = session
            .filter(|session| session.actor.id == claims.collaborator)
            .ok_or(Reason::SessionEnded)?;
        trace::set_actor(session.actor.id);
        if session.must_change_password && *access != Access::Session {
            return Err(Reason::PasswordChangeRequired.into());
        }
        policy::may_call(session.actor.role, *rpc)?;
        Ok(Some(session))
    }
}

/// Adds a reason to tonic's own errors about requests that it cannot decode. The errors of handlers
/// have details already.
fn with_reason(response: Response<Body>) -> Response<Body> {
    let Some(status) = Status::from_header_map(response.headers()) else {
        return response;
    };
    // A compressed message is refused with the encodings that the server accepts.
    let names_encodings = response.headers().contains_key(ACCEPT_ENCODING);
    if status.code() == Code::Ok || !status.details().is_empty() || names_encodings {
        return response;
    }
    let reason = match status.code() {
        Code::OutOfRange | Code::ResourceExhausted => Reason::MessageTooLarge,
        Code::Internal | Code::InvalidArgument => Reason::MalformedRequest,
        Code::Unimplemented => Reason::UnknownRpc,
        _ => return response,
    };
    Status::from(ApiError::new(reason)).into_http()
}
