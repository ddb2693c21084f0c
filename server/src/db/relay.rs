//! Stands between us and the built-in database, which ends for good when it writes to a connection
//! that is closed already: it is always heard out, and told when a connection is over.

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

/// Takes connections at one socket and passes them on to another, until dropped.
pub(super) struct Relay(JoinHandle<()>);

impl Relay {
    /// Listens from now on.
    pub(super) fn start(at: &Path, database: PathBuf) -> std::io::Result<Self> {
        let listener = UnixListener::bind(at)?;
        Ok(Self(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                match UnixStream::connect(&database).await {
                    // It goes on by itself, also when the relay is gone.
                    Ok(database) => drop(tokio::spawn(pass(client, database))),
                    Err(error) => tracing::warn!(%error, "the built-in database is gone"),
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

/// Passes one connection on, and hears the database out when the client is gone.
async fn pass(client: UnixStream, database: UnixStream) {
    let (questions, client) = client.into_split();
    let (answers, database) = database.into_split();
    tokio::join!(ask(questions, database), answer(answers, client));
}

async fn ask(mut questions: OwnedReadHalf, mut database: OwnedWriteHalf) {
    // However the client ended, the database is told in its own words.
    let _ = tokio::io::copy(&mut questions, &mut database).await;
    let _ = database.write_all(TERMINATE).await;
}

async fn answer(mut answers: OwnedReadHalf, mut client: OwnedWriteHalf) {
    let mut bytes = vec![0; 64 * 1024];
    let mut listening = true;
    while let Ok(count @ 1..) = answers.read(&mut bytes).await {
        listening = listening && client.write_all(&bytes[..count]).await.is_ok();
    }
}
