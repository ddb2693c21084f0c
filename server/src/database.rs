//! Which database: a PostgreSQL server, or the built-in one.

#[cfg(feature = "embedded")]
use crate::db::embedded::{self, Embedded};
use crate::{
    config::Settings,
    db::{Db, connect},
    error::{Error, Result},
};

/// Connections to a PostgreSQL server: more than cores, since a transaction also waits.
const CONNECTIONS: usize = 16;

/// The database that the settings name, and what keeps it running.
pub struct Database {
    url: String,
    connections: usize,
    #[cfg(feature = "embedded")]
    embedded: Option<Embedded>,
}

impl Database {
    /// The one at `DATABASE_URL`, or the built-in one.
    ///
    /// # Errors
    /// When there is neither.
    pub async fn open(settings: &Settings) -> Result<Self> {
        match &settings.database_url {
            Some(url) => {
                if connect::is_exposed(url.reveal()) {
                    tracing::warn!(
                        "what goes to the database can be read on the way; \
                         DATABASE_URL takes ?sslmode=verify-full"
                    );
                }
                Ok(Self::at(url.reveal()))
            }
            None => Self::built_in(settings).await,
        }
    }

    /// The PostgreSQL server at that URL.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            connections: CONNECTIONS,
            #[cfg(feature = "embedded")]
            embedded: None,
        }
    }

    #[cfg(feature = "embedded")]
    async fn built_in(settings: &Settings) -> Result<Self> {
        let folder = settings.data_dir()?;
        std::fs::create_dir_all(&folder)
            .map_err(|error| Error::Defect(format!("{}: {error}", folder.display())))?;
        let database = folder.join("postgresql");
        Ok(Embedded::open(&database).await?.into())
    }

    #[cfg(not(feature = "embedded"))]
    #[allow(clippy::unused_async)] // The other one waits.
    async fn built_in(_: &Settings) -> Result<Self> {
        Err(Error::Defect(
            "DATABASE_URL is not set, and this server was built without the built-in PostgreSQL."
                .to_owned(),
        ))
    }

    /// Whether it is the built-in one.
    #[must_use]
    pub const fn is_built_in(&self) -> bool {
        #[cfg(feature = "embedded")]
        return self.embedded.is_some();
        #[cfg(not(feature = "embedded"))]
        return false;
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the built-in one, and waits until it has stopped. Close the pool first.
    #[cfg_attr(not(feature = "embedded"), allow(clippy::unused_async))] // The built-in one waits.
    pub async fn close(self) {
        #[cfg(feature = "embedded")]
        if let Some(embedded) = self.embedded {
            embedded.close().await;
        }
    }

    /// A pool of as many connections as it takes. The history puts what is written outside of calls
    /// down to that command, such as `init`.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn pool(&self, command: &str) -> Result<Db> {
        Db::new(&self.url, self.connections, command)
    }
}

#[cfg(feature = "embedded")]
impl From<Embedded> for Database {
    fn from(embedded: Embedded) -> Self {
        Self {
            url: embedded.url().to_owned(),
            connections: embedded::CONNECTIONS,
            embedded: Some(embedded),
        }
    }
}
