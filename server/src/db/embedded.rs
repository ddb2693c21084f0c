//! The built-in PostgreSQL: version 17.5 as WebAssembly in this process, for demos, tests and small
//! installations. It accepts one connection at a time.

mod relay;

use std::path::{Path, PathBuf};

use pglite_oxide::{PgliteServer, extensions};

use self::relay::Relay;
use crate::error::{Error, StartError, StartResult};

/// Connections of the pool: a second connection would wait indefinitely.
pub(super) const CONNECTIONS: usize = 1;

/// A running built-in PostgreSQL. [`Embedded::close`] stops it; dropping it stops it in the
/// background.
pub struct Embedded {
    url: String,
    running: Option<Running>,
}

struct Running {
    server: PgliteServer,
    relay: Relay,
    sockets: SocketFolder,
}

impl Running {
    /// Waits for the thread of PostgreSQL, which ends when its connection is closed. Blocks, so it
    /// must not run on a thread of the runtime, where the task that closes the connection may be
    /// queued.
    fn stop(self) {
        let Self {
            server,
            relay,
            sockets,
        } = self;
        drop(relay);
        if let Err(error) = server.shutdown() {
            tracing::debug!(%error, "the built-in database did not stop cleanly");
        }
        drop(sockets);
    }
}

/// A private folder for the sockets: the built-in PostgreSQL requires no password, so the mode of the
/// folder controls access.
struct SocketFolder(tempfile::TempDir);

impl SocketFolder {
    fn new() -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("epic-").tempdir()?;
        for inner in [DATABASE, RELAY] {
            std::fs::create_dir(folder.path().join(inner))?;
        }
        Ok(Self(folder))
    }

    /// The socket in the subfolder `folder`, with PostgreSQL's name for port 5432.
    fn socket(&self, folder: &str) -> PathBuf {
        self.0.path().join(folder).join(".s.PGSQL.5432")
    }
}

/// Subfolder of PostgreSQL's socket.
const DATABASE: &str = "database";
/// Subfolder of the relay's socket.
const RELAY: &str = "relay";

impl Embedded {
    /// Starts with the data in `folder`, which is created when it does not exist.
    ///
    /// # Errors
    /// [`StartError::SetUp`] when the folder cannot be used, or another server uses it.
    pub async fn open(folder: &Path) -> StartResult<Self> {
        let folder = folder.to_owned();
        Self::start(move |builder| builder.path(folder)).await
    }

    /// Starts with an empty database, which is removed at the end.
    ///
    /// # Errors
    /// [`StartError::SetUp`] when its folder cannot be created.
    pub async fn temporary() -> StartResult<Self> {
        Self::start(|builder| builder.temporary().relaxed_durability(true)).await
    }

    async fn start(
        configure: impl FnOnce(pglite_oxide::PgliteServerBuilder) -> pglite_oxide::PgliteServerBuilder
        + Send
        + 'static,
    ) -> StartResult<Self> {
        let no_socket = |error| {
            StartError::SetUp(format!(
                "The socket of the built-in PostgreSQL cannot be created: {error}. Set TMPDIR to a \
                 folder that this user may write to."
            ))
        };
        let sockets = SocketFolder::new().map_err(no_socket)?;
        let path = sockets.socket(DATABASE);
        let started = tokio::task::spawn_blocking(move || {
            configure(PgliteServer::builder())
                .unix(path)
                .extension(extensions::PG_TRGM)
                .start()
        });
        let server = started.await.map_err(Error::from)?.map_err(|error| {
            StartError::SetUp(format!(
                "The built-in PostgreSQL cannot start: {error:#}. This user must be able to write \
                     to its folder, and no other server may use it."
            ))
        })?;
        let relay = Relay::start(&sockets.socket(RELAY), sockets.socket(DATABASE));
        let folder = sockets.0.path().join(RELAY);
        Ok(Self {
            // There is one role and one database.
            url: format!(
                "postgresql://postgres@/template1?host={}&port=5432&sslmode=disable",
                folder.display()
            ),
            running: Some(Running {
                server,
                relay: relay.map_err(no_socket)?,
                sockets,
            }),
        })
    }

    /// Stops, and removes temporary data. Close the connection first.
    pub async fn close(mut self) {
        if let Some(running) = self.running.take() {
            let _ = tokio::task::spawn_blocking(|| running.stop()).await;
        }
    }

    /// The URL for connections.
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
