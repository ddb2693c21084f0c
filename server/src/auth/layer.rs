//! Asks before every call: is the path one of ours, is the token good, does the session go on, may
//! the role make this call at all. What the policy does not list is refused.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use epic_events::{
    api_error::ApiError,
    policy::{self, Access},
    reason::Reason,
};
use http::{HeaderMap, Request, Response, header::AUTHORIZATION};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use crate::{
    auth::session::{Address, Session},
    error::{Error, Result},
    shared::Shared,
    trace,
};

/// Puts [`Guard`] in front of the services.
#[derive(Clone)]
pub struct GuardLayer(pub Shared);

impl<S> Layer<S> for GuardLayer {
    type Service = Guard<S>;

    fn layer(&self, services: S) -> Guard<S> {
        Guard {
            services,
            shared: self.0.clone(),
        }
    }
}

/// Lets through who may call.
#[derive(Clone)]
pub struct Guard<S> {
    services: S,
    shared: Shared,
}

impl<S> Service<Request<Body>> for Guard<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<std::result::Result<(), S::Error>> {
        self.services.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        // The clone is not ready yet, the original is: it takes the call (tower's documentation of
        // `Service`, "Be careful when cloning inner services").
        let clone = self.services.clone();
        let mut services = std::mem::replace(&mut self.services, clone);
        let shared = self.shared.clone();
        Box::pin(async move {
            let address = Address::of_connection(request.extensions());
            let (path, headers) = (request.uri().path(), request.headers());
            match admit(&shared, path, headers, &address).await {
                Ok(None) => {}
                Ok(Some(session)) => {
                    request.extensions_mut().insert(session);
                }
                Err(error) => return Ok(Status::from(error).into_http()),
            }
            request.extensions_mut().insert(address);
            services.call(request).await.map(explain)
        })
    }
}

async fn admit(
    shared: &Shared,
    path: &str,
    headers: &HeaderMap,
    Address(address): &Address,
) -> Result<Option<Session>> {
    let (rpc, needs) = policy::access(path).ok_or(Reason::UnknownRpc)?;
    if needs == Access::Public {
        return Ok(None);
    }
    let token = bearer(headers)?;
    let access = shared.tokens.read(token)?;
    let session = shared.sessions.find(access.session, address).await?;
    let session = session
        .filter(|session| session.actor.id == access.collaborator)
        .ok_or(Reason::SessionEnded)?;
    trace::is_by(session.actor.id);
    if session.must_change_password && needs != Access::Session {
        return Err(Reason::PasswordChangeRequired.into());
    }
    policy::may_call(session.actor.role, rpc)?;
    Ok(Some(session))
}

fn bearer(headers: &HeaderMap) -> Result<&str> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let value = values.next().ok_or(Reason::TokenMissing)?;
    if values.next().is_some() {
        // Which of the two somebody in between has looked at, nobody knows.
        return Err(Reason::TokenInvalid.into());
    }
    let text = value.to_str().map_err(|_| Reason::TokenInvalid)?;
    let (scheme, token) = text.split_once(' ').ok_or(Reason::TokenInvalid)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(token)
    } else {
        Err(Error::from(Reason::TokenInvalid))
    }
}

/// Our own errors carry details. One without them is tonic's, about bytes that it could not read
/// or would not take, and gets a reason like any other.
fn explain(response: Response<Body>) -> Response<Body> {
    let Some(status) = Status::from_header_map(response.headers()) else {
        return response;
    };
    if status.code() == Code::Ok || !status.details().is_empty() {
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
