//! The session between two starts, in a file that only its owner can read. It holds the refresh
//! token, never a password. A demo keeps none.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// How long to wait for another `epic` that renews the same session; one that was stopped in the
/// middle must not stop this one too.
const PATIENCE: Duration = Duration::from_secs(10);
const GLANCE: Duration = Duration::from_millis(20);

/// What is kept of a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The token that renews it.
    pub refresh_token: String,
    /// Whose session it is.
    pub collaborator: i64,
}

/// The file that keeps the session with one server.
#[derive(Clone, Debug)]
pub struct SessionFile {
    file: PathBuf,
}

/// Nobody else renews the session while this is held.
#[derive(Debug)]
pub struct RenewLock {
    _lock: File,
}

impl SessionFile {
    /// The file for the server of that address, in that folder.
    #[must_use]
    pub fn new(folder: &Path, server: &str) -> Self {
        // Percent-encoded, so that no two servers share a file.
        let name: String = server
            .bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).into(),
                _ => format!("%{byte:02x}"),
            })
            .collect();
        Self {
            file: folder.join(format!("session-{name}.toml")),
        }
    }

    /// The session that was kept; `None` when there is none that can be read.
    #[must_use]
    pub fn read(&self) -> Option<Kept> {
        let text = fs::read_to_string(&self.file).ok()?;
        toml::from_str(&text).ok()
    }

    /// Keeps the session. Where that fails, one has to sign in again next time: no reason to stop.
    pub fn write(&self, kept: &Kept) {
        if let Err(error) = self.try_write(kept) {
            tracing::warn!(%error, "the session cannot be kept");
        }
    }

    /// Forgets the session.
    pub fn remove(&self) {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::error!(%error, "the kept session cannot be removed");
            }
            _ => {}
        }
    }

    /// Waits until no other process renews the session; `None` when it cannot know, or waited long
    /// enough.
    pub async fn turn(&self) -> Option<RenewLock> {
        let lock = self.lock_file().ok()?;
        let end = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < end {
            match lock.try_lock() {
                Ok(()) => return Some(RenewLock { _lock: lock }),
                Err(fs::TryLockError::WouldBlock) => tokio::time::sleep(GLANCE).await,
                Err(fs::TryLockError::Error(_)) => return None,
            }
        }
        None
    }

    fn lock_file(&self) -> io::Result<File> {
        create_private_folder(self.folder())?;
        let file = self.file.with_extension("lock");
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(file)
    }

    fn try_write(&self, kept: &Kept) -> io::Result<()> {
        create_private_folder(self.folder())?;
        let text = toml::to_string(kept).map_err(io::Error::other)?;
        // Readable by its owner only from the start, and never half written.
        let mut file = tempfile::NamedTempFile::new_in(self.folder())?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.file)?;
        Ok(())
    }

    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }
}

/// Makes the folder, for its owner only, unless it is there.
///
/// # Errors
/// When it cannot be made.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn kept(token: &str) -> Kept {
        Kept {
            refresh_token: token.to_owned(),
            collaborator: 7,
        }
    }

    #[test]
    fn a_session_is_kept_per_server_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("state/epic");
        let here = SessionFile::new(&folder, "http://127.0.0.1:50051");
        let there = SessionFile::new(&folder, "https://crm.example.org");
        assert!(here.read().is_none());
        here.write(&kept("first"));
        here.write(&kept("\"second\"\n"));
        there.write(&kept("third"));
        assert!(here.read() == Some(kept("\"second\"\n")));
        here.remove();
        here.remove();
        assert!(here.read().is_none());
        assert!(there.read() == Some(kept("third")));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn a_broken_file_is_no_session() {
        let folder = tempfile::tempdir().unwrap();
        let keep = SessionFile::new(folder.path(), "http://a");
        for text in ["", "refresh_token = 1", "\u{0}", "refresh_token = \"a\""] {
            fs::write(&keep.file, text).unwrap();
            assert!(keep.read().is_none(), "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("epic");
        let keep = SessionFile::new(&folder, "http://a");
        keep.write(&kept("secret"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&keep.file), 0o600);
    }

    #[tokio::test]
    async fn one_process_renews_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let keep = SessionFile::new(folder.path(), "http://a");
        let turn = keep.turn().await.unwrap();
        assert!(keep.lock_file().unwrap().try_lock().is_err());
        drop(turn);
        assert!(keep.turn().await.is_some());
    }
}
