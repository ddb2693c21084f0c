//! The session of a call: who calls, and from where.

pub(crate) mod cache;
pub mod lifetimes;
pub(crate) mod rows;

use epic_events::{policy::Actor, reason::Reason, strength::AccountOwner, v1::Me};
use http::Extensions;
use tonic::{
    Request, Response,
    transport::server::{TcpConnectInfo, TlsConnectInfo},
};
use uuid::Uuid;

use crate::error::Result;

/// A session with its collaborator, as read from the database or the cache.
#[derive(Clone, Debug)]
pub struct Session {
    /// The id of the session.
    pub id: Uuid,
    /// The collaborator.
    pub actor: Actor,
    /// Full name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Whether the password is a one-time password.
    pub must_change_password: bool,
}

impl Session {
    /// Personal data that a new password of the collaborator must not contain.
    #[must_use]
    pub(crate) fn account_owner(&self) -> AccountOwner<'_> {
        AccountOwner {
            name: &self.name,
            email: &self.email,
        }
    }

    /// The `Me` message of the collaborator.
    #[must_use]
    pub(crate) fn into_me(self) -> Me {
        let Self {
            id: _,
            actor: Actor { id, role },
            name,
            email,
            must_change_password,
        } = self;
        Me {
            id,
            name,
            email,
            role: role.into(),
            must_change_password,
        }
    }
}

/// The session that the authentication layer has found for a request.
///
/// # Errors
/// `TOKEN_MISSING` for RPCs without authentication.
pub(crate) fn caller<T>(request: &Request<T>) -> Result<Session> {
    let session = request.extensions().get::<Session>().cloned();
    session.ok_or_else(|| Reason::TokenMissing.into())
}

/// Marks the reply to a call without a token that has opened or renewed a session of the collaborator.
#[derive(Clone, Copy)]
pub(crate) struct OpenedSession {
    pub(crate) collaborator: i64,
}

/// The reply to a call that has opened or renewed a session.
pub(crate) fn opened<T>(collaborator: i64, message: T) -> Response<T> {
    let mut response = Response::new(message);
    let opened = OpenedSession { collaborator };
    response.extensions_mut().insert(opened);
    response
}

/// The IP address of a caller; empty for in-memory connections. The authentication layer adds it to
/// every request.
#[derive(Clone, Debug, Default)]
pub(crate) struct PeerAddress(pub(crate) String);

impl PeerAddress {
    /// The address of the connection that a request came in on.
    #[must_use]
    pub(crate) fn of_connection(extensions: &Extensions) -> Self {
        let plain = extensions.get::<TcpConnectInfo>();
        let tls = extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
        let address = plain
            .or_else(|| tls.map(TlsConnectInfo::get_ref))
            .and_then(TcpConnectInfo::remote_addr);
        Self(address.map_or_else(String::new, |address| {
            address.ip().to_canonical().to_string()
        }))
    }

    /// The address that the authentication layer has added to a request.
    #[must_use]
    pub(crate) fn of_request<T>(request: &Request<T>) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }
}
