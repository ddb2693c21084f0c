//! A session: who is calling, as the database has it now.

pub mod known;
pub mod lifetimes;
pub mod rows;

use epic_events::{policy::Actor, reason::Reason, strength::AccountOwner, v1::Me};
use tonic::{
    Request, Status,
    transport::server::{TcpConnectInfo, TlsConnectInfo},
};
use uuid::Uuid;

use crate::error::Error;

/// Who is calling. The layer puts it into every request that needs one.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session's number.
    pub id: Uuid,
    /// The collaborator and their role.
    pub actor: Actor,
    /// Full name.
    pub name: String,
    /// Email address.
    pub email: String,
    /// Whether the password is still the one that gestion handed out.
    pub must_change_password: bool,
}

impl Session {
    /// What a password of the caller's must not be guessed from.
    #[must_use]
    pub fn person(&self) -> AccountOwner<'_> {
        AccountOwner {
            name: &self.name,
            email: &self.email,
        }
    }

    /// What the caller is told about themselves.
    #[must_use]
    pub fn into_me(self) -> Me {
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

/// The session that the layer found for this request.
///
/// # Errors
/// When the call is one that the layer lets through without a session.
pub fn of<T>(request: &Request<T>) -> Result<Session, Status> {
    request
        .extensions()
        .get::<Session>()
        .cloned()
        .ok_or_else(|| Error::from(Reason::TokenMissing).into())
}

/// The IP address that a call came from; empty when it came over no network. The layer puts it into
/// every request.
#[derive(Clone, Debug, Default)]
pub struct Address(pub String);

impl Address {
    /// From what the transport knows of the connection.
    #[must_use]
    pub fn of_connection(extensions: &http::Extensions) -> Self {
        let plain = extensions.get::<TcpConnectInfo>();
        let tls = extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
        let address = plain
            .or_else(|| tls.map(TlsConnectInfo::get_ref))
            .and_then(TcpConnectInfo::remote_addr);
        Self(address.map_or_else(String::new, |address| {
            address.ip().to_canonical().to_string()
        }))
    }

    /// What the layer found for this request.
    #[must_use]
    pub fn of<T>(request: &Request<T>) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }
}
