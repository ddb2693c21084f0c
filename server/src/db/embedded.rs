//! The built-in PostgreSQL: version 17.5 as WebAssembly, in this process, for demos, tests and
//! single desks. It takes one connection at a time.

use std::path::{Path, PathBuf};

use pglite_oxide::{PgliteServer, extensions};

use crate::error::{Error, Result};

/// The built-in PostgreSQL takes exactly one connection; a second one would wait for ever.
pub const CONNECTIONS: usize = 1;

/// A built-in PostgreSQL that is running. [`Embedded::close`] stops it; one that is dropped stops
/// in the background.
pub struct Embedded {
    url: String,
    running: Option<Running>,
}

struct Running {
    // First: the socket's folder outlives the server.
    server: PgliteServer,
    socket: SocketFolder,
}

impl Running {
    /// Waits for its thread, which ends once its connection is closed. Never on a thread of the
    /// runtime: the task that closes the connection may be queued on that very thread.
    fn stop(self) {
        let Self { server, socket } = self;
        if let Err(error) = server.shutdown() {
            tracing::debug!(%error, "the built-in database did not end well");
        }
        drop(socket);
    }
}

/// A folder of our own for the socket: the built-in database asks for no password, so who reaches
/// its socket is decided by the folder's mode.
struct SocketFolder(tempfile::TempDir);

impl SocketFolder {
    fn new() -> Result<Self> {
        tempfile::Builder::new()
            .prefix("epic-")
            .tempdir()
            .map(Self)
            .map_err(|error| Error::Defect(format!("no folder for a socket: {error}")))
    }

    fn socket(&self) -> PathBuf {
        self.0.path().join(".s.PGSQL.5432")
    }
}

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
        let socket = SocketFolder::new()?;
        let path = socket.socket();
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
        Ok(Self {
            url: server.database_url(),
            running: Some(Running { server, socket }),
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
