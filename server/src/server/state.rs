//! The parts that the handlers share.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{
    auth::{
        layer::AuthLayer,
        password::Passwords,
        session::{cache::SessionCache, lifetimes::Lifetimes},
        throttle::LoginThrottle,
        token::AccessTokens,
    },
    change::feed::ChangeFeed,
    config::{Secret, key::Keys},
    db::{Db, page::token::PageTokens},
    error::Result,
};

/// The parts that the handlers share; the router passes to each handler the parts that it needs.
/// Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// Hashes and verifies passwords.
    pub passwords: Passwords,
    /// Signs and verifies access tokens.
    pub tokens: Arc<AccessTokens>,
    pub(crate) sessions: SessionCache,
    pub(crate) throttle: LoginThrottle,
    pub(crate) page_tokens: PageTokens,
    pub(crate) feed: ChangeFeed,
    /// Cancelled at shutdown, which ends streams.
    pub(crate) shutdown: CancellationToken,
}

impl AppState {
    /// Creates the parts. All servers of a database must have the same keys and lifetimes.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::error::Error::Internal) when Argon2 rejects its parameters.
    pub fn new(db: Db, keys: impl Into<Keys>, lifetimes: Lifetimes) -> Result<Self> {
        let keys = keys.into();
        let shutdown = CancellationToken::new();
        Ok(Self {
            passwords: Passwords::new(shutdown.clone())?,
            tokens: Arc::new(AccessTokens::new(&keys)),
            sessions: SessionCache::new(db.clone(), lifetimes),
            throttle: LoginThrottle::new(db.clone(), shutdown.clone()),
            page_tokens: PageTokens::new(keys.verifying().map(Secret::reveal))?,
            feed: ChangeFeed::default(),
            shutdown,
            db,
        })
    }

    pub(super) fn auth_layer(&self) -> AuthLayer {
        AuthLayer {
            tokens: Arc::clone(&self.tokens),
            sessions: self.sessions.clone(),
        }
    }
}
