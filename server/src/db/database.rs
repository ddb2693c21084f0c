//! A PostgreSQL server, or the built-in one.

use std::time::Duration;

#[cfg(feature = "embedded")]
use crate::db::embedded::{self, Embedded};
use crate::{
    db::{
        fair_share::ShareLimits,
        pool::{Db, PoolSettings},
    },
    error::Result,
};

/// Number of connections to a PostgreSQL server: more than cores, because transactions also wait.
const CONNECTIONS: usize = 16;
/// How long PostgreSQL may be silent while it executes a statement: a little longer than
/// `statement_timeout`.
const SILENCE_MAX: Duration = Duration::from_secs(17);

/// A database. The built-in PostgreSQL runs while this exists.
pub struct Database {
    url: String,
    connections: usize,
    is_built_in: bool,
    silence: Option<Duration>,
    share_limits: ShareLimits,
    #[cfg(feature = "embedded")]
    embedded: Option<Embedded>,
}

impl Database {
    /// The database of a PostgreSQL server.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            connections: CONNECTIONS,
            is_built_in: false,
            silence: Some(SILENCE_MAX),
            share_limits: ShareLimits::DEFAULT,
            #[cfg(feature = "embedded")]
            embedded: None,
        }
    }

    /// The same database with at most `connections` connections.
    #[must_use]
    pub fn with_connections(self, connections: u16) -> Self {
        Self {
            connections: connections.into(),
            ..self
        }
    }

    /// The same database, where PostgreSQL may be silent for the time `silence` while it executes a
    /// statement.
    #[must_use]
    pub fn with_silence(self, silence: Duration) -> Self {
        Self {
            silence: Some(silence),
            ..self
        }
    }

    /// The same database with these limits for each account.
    #[must_use]
    pub fn with_share_limits(self, share_limits: ShareLimits) -> Self {
        Self {
            share_limits,
            ..self
        }
    }

    /// Whether this is the built-in PostgreSQL.
    #[must_use]
    pub(crate) const fn is_built_in(&self) -> bool {
        self.is_built_in
    }

    /// The URL for connections.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the built-in PostgreSQL. Close the pool first.
    #[cfg_attr(not(feature = "embedded"), allow(clippy::unused_async))]
    pub async fn close(self) {
        #[cfg(feature = "embedded")]
        if let Some(embedded) = self.embedded {
            embedded.close().await;
        }
    }

    /// A connection pool. The history attributes writes outside of calls to `command`, such as
    /// `init`.
    ///
    /// # Errors
    /// [`Error::Internal`](crate::error::Error::Internal) when the pool cannot be built.
    pub fn pool(&self, command: &str) -> Result<Db> {
        let pool = PoolSettings {
            connections: self.connections,
            is_built_in: self.is_built_in,
            silence: self.silence,
            share_limits: self.share_limits,
        };
        Db::new(&self.url, pool, command)
    }
}

#[cfg(feature = "embedded")]
impl From<Embedded> for Database {
    fn from(embedded: Embedded) -> Self {
        Self {
            url: embedded.url().to_owned(),
            connections: embedded::CONNECTIONS,
            is_built_in: true,
            silence: None,
            share_limits: ShareLimits::DEFAULT,
            embedded: Some(embedded),
        }
    }
}
