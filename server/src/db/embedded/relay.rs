//! A relay in front of the built-in PostgreSQL, which stops permanently when it writes to a closed
//! connection. The relay reads all replies, and ends each connection with `Terminate`.

use std::path::{Path, PathBuf};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
    task::JoinHandle,
};

/// The message `Terminate` of PostgreSQL's protocol (PostgreSQL 17, section 53.7).
const TERMINATE: &[u8] = b"X\0\0\0\x04";

/// Accepts connections until it is dropped.
pub(super) struct Relay(JoinHandle<()>);

impl Relay {
    /// Listens at `socket` and relays connections to the socket `database`.
    pub(super) fn start(socket: &Path, database: PathBuf) -> std::io::Result<Self> {
        let listener = UnixListener::bind(socket)?;
        Ok(Self(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                match UnixStream::connect(&database).await {
                    // Detached: the connection outlives the relay.
                    Ok(database) => drop(tokio::spawn(relay(client, database))),
                    Err(error) => tracing::warn!(%error, "the built-in database has stopped"),
                }
            }
        })))
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn relay(client: UnixStream, database: UnixStream) {
    let (from_client, to_client) = client.into_split();
    let (from_database, to_database) = database.into_split();
    tokio::join!(
        relay_requests(from_client, to_database),
        relay_replies(from_database, to_client)
    );
}

/// Relays requests until the client closes the connection, then sends `Terminate`.
async fn relay_requests(mut client: OwnedReadHalf, mut database: OwnedWriteHalf) {
    let _ = tokio::io::copy(&mut client, &mut database).await;
    let _ = database.write_all(TERMINATE).await;
}

/// Relays replies, and continues to read them after the client has closed the connection.
async fn relay_replies(mut database: OwnedReadHalf, mut client: OwnedWriteHalf) {
    let mut buffer = vec![0; 64 * 1024];
    let mut is_open = true;
    while let Ok(count @ 1..) = database.read(&mut buffer).await {
        is_open = is_open && client.write_all(&buffer[..count]).await.is_ok();
    }
}
