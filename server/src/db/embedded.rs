//! The built-in PostgreSQL: version 17.5 as WebAssembly, in this process, for demos, tests and
//! single desks. It takes one connection at a time.

use std::path::{Path, PathBuf};

use pglite_oxide::{PgliteServer, extensions};

use crate::{
    db::relay::Relay,
    error::{Error, Result},
};

/// The built-in PostgreSQL takes exactly one connection; a second one would wait for ever.
pub const CONNECTIONS: usize = 1;

/// A built-in PostgreSQL that is running. [`Embedded::close`] stops it; one that is dropped stops
/// in the background.
pub struct Embedded {
    url: String,
    running: Option<Running>,
}

struct Running {
    server: PgliteServer,
    relay: Relay,
    sockets: Sockets,
}

impl Running {
    /// Waits for its thread, which ends once its connection is closed. Never on a thread of the
    /// runtime: the task that closes the connection may be queued on that very thread.
    fn stop(self) {
        let Self {
            server,
            relay,
            sockets,
        } = self;
        drop(relay);
        if let Err(error) = server.shutdown() {
            tracing::debug!(%error, "the built-in database did not end well");
        }
        drop(sockets);
    }
}

/// A folder of our own for the sockets: the built-in database asks for no password, so who reaches
/// it is decided by the folder's mode.
struct Sockets(tempfile::TempDir);

impl Sockets {
    fn new() -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("epic-").tempdir()?;
        for inner in [DATABASE, RELAY] {
            std::fs::create_dir(folder.path().join(inner))?;
        }
        Ok(Self(folder))
    }

    /// PostgreSQL's name for a socket in a folder of that name.
    fn socket(&self, folder: &str) -> PathBuf {
        self.0.path().join(folder).join(".s.PGSQL.5432")
    }
}

/// Where the database listens, and where the relay does.
const DATABASE: &str = "database";
const RELAY: &str = "relay";

impl Embedded {
    /// Starts on the data in that folder, which is made if need be.
    ///
    /// # Errors
    /// When the folder cannot be used, or another server uses it.
    pub async fn open(folder: &Path) -> Result<Self> {
        let folder = folder.to_owned();
        Self::start(move |builder| builder.path(folder)).await
    }

    /// Starts on an empty database that is removed at the end.
    ///
    /// # Errors
    /// When there is no room for one.
    pub async fn temporary() -> Result<Self> {
        Self::start(|builder| builder.temporary().relaxed_durability(true)).await
    }

    async fn start(
        place: impl FnOnce(pglite_oxide::PgliteServerBuilder) -> pglite_oxide::PgliteServerBuilder
        + Send
        + 'static,
    ) -> Result<Self> {
        let unusable = |error| Error::Defect(format!("no socket for the database: {error}"));
        let sockets = Sockets::new().map_err(unusable)?;
        let path = sockets.socket(DATABASE);
        let started = tokio::task::spawn_blocking(move || {
            place(PgliteServer::builder())
                .unix(path)
                .extension(extensions::PG_TRGM)
                .start()
        });
        let server = started
            .await
            .map_err(|error| Error::Defect(error.to_string()))?
            .map_err(|error| Error::Defect(format!("the built-in database: {error:#}")))?;
        let relay = Relay::start(&sockets.socket(RELAY), sockets.socket(DATABASE));
        let folder = sockets.0.path().join(RELAY);
        Ok(Self {
            // The built-in database has one role and one database.
            url: format!(
                "postgresql://postgres@/template1?host={}&port=5432&sslmode=disable",
                folder.display()
            ),
            running: Some(Running {
                server,
                relay: relay.map_err(unusable)?,
                sockets,
            }),
        })
    }

    /// Stops, and waits until what was temporary is removed. Close its connection first.
    pub async fn close(mut self) {
        if let Some(running) = self.running.take() {
            let _ = tokio::task::spawn_blocking(|| running.stop()).await;
        }
    }

    /// Where to connect to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            std::thread::spawn(|| running.stop());
        }
    }
}
