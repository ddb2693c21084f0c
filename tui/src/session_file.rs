//! Stores the session between two starts, in a file that only its owner can read. The file contains
//! the tokens, never a password. The demo stores no session.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::regular_file;

/// Size of the file in bytes, more than a session needs. A new file has this size from the start.
const SIZE: usize = 1_024;
/// Maximum number of bytes that are read.
const SIZE_MAX: u64 = 64 * 1_024;
/// Maximum wait for another process that renews the same session, because it may be suspended.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
const LOCK_INTERVAL: Duration = Duration::from_millis(20);

/// The stored part of a session.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredSession {
    /// The token for the next renewal.
    pub(crate) refresh_token: String,
    /// Identifier of the account.
    pub(crate) collaborator: i64,
    /// The token of calls, so that a command that runs soon after another one needs no renewal.
    #[serde(default)]
    pub(crate) access_token: Option<String>,
}

/// Where the session is stored between two starts.
#[derive(Clone, Debug)]
pub enum SessionStorage {
    /// In a file.
    File(SessionFile),
    /// Nowhere: the user has no home folder, and is told so after a login.
    NoHome,
    /// Nowhere, because the session ends with the process.
    Memory,
}

impl SessionStorage {
    /// The file; `None` if the session is stored nowhere.
    #[must_use]
    pub const fn file(&self) -> Option<&SessionFile> {
        match self {
            Self::File(file) => Some(file),
            Self::NoHome | Self::Memory => None,
        }
    }
}

/// The file with the session of one server.
#[derive(Clone, Debug)]
pub struct SessionFile {
    path: PathBuf,
}

/// The file for a new session. It is created before the client requests new tokens: afterwards the
/// server no longer accepts the previous tokens, so the new ones must be storable.
pub(crate) enum PreparedFile {
    /// A new file, which will replace the previous one.
    New(NamedTempFile),
    /// The previous file, on a disk without space for a new one.
    Previous(File),
}

/// Prevents other processes from renewing the session while it is held.
#[derive(Debug)]
pub(crate) struct RenewLock {
    _lock: File,
}

impl SessionFile {
    /// The file in this folder for the server at this address.
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
            path: folder.join(format!("session-{name}.toml")),
        }
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The stored session; `None` if the file is missing or invalid.
    pub(crate) fn read(&self) -> Option<StoredSession> {
        let mut text = String::new();
        let file = regular_file::open(&self.path, File::options().read(true)).ok()?;
        file.take(SIZE_MAX).read_to_string(&mut text).ok()?;
        toml::from_str(&text).ok()
    }

    /// Takes the rights to the file from everybody but its owner. Returns whether others had any.
    ///
    /// # Errors
    /// The rights cannot be changed.
    #[cfg(unix)]
    pub fn make_private(&self) -> io::Result<bool> {
        use std::os::unix::fs::PermissionsExt as _;
        let Ok(file) = regular_file::open(&self.path, File::options().read(true)) else {
            return Ok(false);
        };
        let is_shared = file.metadata()?.permissions().mode() & 0o077 != 0;
        if is_shared {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
        Ok(is_shared)
    }

    /// Does nothing: the rights are those of the folder.
    ///
    /// # Errors
    /// None.
    #[cfg(not(unix))]
    pub fn make_private(&self) -> io::Result<bool> {
        Ok(false)
    }

    /// Creates the file for a new session.
    ///
    /// # Errors
    /// A new file cannot be written, and the previous one cannot be overwritten.
    pub(crate) fn prepare(&self) -> io::Result<PreparedFile> {
        match self.new_file() {
            Ok(file) => Ok(PreparedFile::New(file)),
            Err(error) => match self.previous_file() {
                Ok(file) => Ok(PreparedFile::Previous(file)),
                Err(_) => Err(error),
            },
        }
    }

    /// Writes the session to `prepared`.
    ///
    /// # Errors
    /// The session cannot be written; the file is then removed, because the session in it is no
    /// longer valid.
    pub(crate) fn write(&self, prepared: PreparedFile, session: &StoredSession) -> io::Result<()> {
        let written = self.try_write(prepared, session);
        if written.is_err() {
            self.remove();
        }
        written
    }

    /// Removes the stored session.
    pub(crate) fn remove(&self) {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::error!(%error, "the stored session cannot be removed");
            }
            _ => {}
        }
    }

    /// Waits until no other process renews the session. Returns `None` if the file cannot be
    /// locked, or not within 10 seconds; the caller then renews without the lock.
    pub(crate) async fn lock_renewal(&self) -> Option<RenewLock> {
        let lock = self.lock_file().ok()?;
        let end = tokio::time::Instant::now() + LOCK_TIMEOUT;
        while tokio::time::Instant::now() < end {
            match lock.try_lock() {
                Ok(()) => return Some(RenewLock { _lock: lock }),
                Err(fs::TryLockError::WouldBlock) => tokio::time::sleep(LOCK_INTERVAL).await,
                Err(fs::TryLockError::Error(_)) => return None,
            }
        }
        None
    }

    fn lock_file(&self) -> io::Result<File> {
        create_private_folder(self.folder())?;
        let file = self.path.with_extension("lock");
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(file)
    }

    /// Creates a file of full size with private permissions, so that a later write needs no further
    /// space.
    fn new_file(&self) -> io::Result<NamedTempFile> {
        create_private_folder(self.folder())?;
        let mut file = NamedTempFile::new_in(self.folder())?;
        file.write_all(&[b'\n'; SIZE])?;
        file.as_file().sync_all()?;
        Ok(file)
    }

    fn previous_file(&self) -> io::Result<File> {
        let file = regular_file::open(&self.path, File::options().write(true))?;
        if file.metadata()?.len() < SIZE as u64 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(file)
    }

    fn try_write(&self, prepared: PreparedFile, session: &StoredSession) -> io::Result<()> {
        let mut text = toml::to_string(session).map_err(io::Error::other)?;
        text.extend(std::iter::repeat_n('\n', SIZE.saturating_sub(text.len())));
        match prepared {
            PreparedFile::New(mut file) => {
                overwrite(file.as_file_mut(), &text)?;
                // The rename is atomic.
                file.persist(&self.path)?;
            }
            PreparedFile::Previous(mut file) => overwrite(&mut file, &text)?,
        }
        Ok(())
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }
}

/// Overwrites the file with a text that is not longer than its contents.
fn overwrite(file: &mut File, text: &str) -> io::Result<()> {
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Creates the folder and its parents with permissions for the owner only, unless it exists.
///
/// # Errors
/// The folder cannot be created.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
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

    fn session(token: &str) -> StoredSession {
        StoredSession {
            refresh_token: token.to_owned(),
            collaborator: 7,
            access_token: Some("access".to_owned()),
        }
    }

    fn write(file: &SessionFile, session: &StoredSession) {
        file.write(file.prepare().unwrap(), session).unwrap();
    }

    #[test]
    fn stores_a_session_per_server_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("state/epic");
        let first = SessionFile::new(&folder, "http://127.0.0.1:50051");
        let second = SessionFile::new(&folder, "https://crm.example.org");
        assert!(first.read().is_none());
        write(&first, &session("first"));
        write(&first, &session("\"second\"\n"));
        write(&second, &session("third"));
        assert!(first.read() == Some(session("\"second\"\n")));
        first.remove();
        first.remove();
        assert!(first.read().is_none());
        assert!(second.read() == Some(session("third")));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn ignores_an_invalid_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::new(folder.path(), "http://a");
        for text in ["", "refresh_token = 1", "\u{0}", "refresh_token = \"a\""] {
            fs::write(&file.path, text).unwrap();
            assert!(file.read().is_none(), "{text:?}");
        }
    }

    #[test]
    fn the_previous_file_is_written_over_without_a_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::new(folder.path(), "http://a");
        write(&file, &session(&"long".repeat(100)));
        let prepared = PreparedFile::Previous(file.previous_file().unwrap());
        file.write(prepared, &session("short")).unwrap();
        assert!(file.read() == Some(session("short")));
    }

    #[test]
    fn a_file_without_room_for_the_next_session_is_no_place() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::new(folder.path(), "http://a");
        fs::write(&file.path, "refresh_token = \"a\"\ncollaborator = 7\n").unwrap();
        let expected = StoredSession {
            access_token: None,
            ..session("a")
        };
        assert!(file.read() == Some(expected));
        assert!(file.previous_file().is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_a_file_is_read_or_overwritten() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::new(folder.path(), "http://a");
        for target in ["/dev/zero", "/dev", "/dev/ptmx"] {
            symlink(target, &file.path).unwrap();
            assert!(file.read().is_none(), "{target}");
            assert!(file.previous_file().is_err(), "{target}");
            fs::remove_file(&file.path).unwrap();
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("epic");
        let file = SessionFile::new(&folder, "http://a");
        write(&file, &session("secret"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&file.path), 0o600);
        assert!(!file.make_private().unwrap());
        fs::set_permissions(&file.path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(file.make_private().unwrap());
        assert_eq!(mode(&file.path), 0o600);
    }

    #[tokio::test]
    async fn lock_renewal_is_exclusive() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::new(folder.path(), "http://a");
        let lock = file.lock_renewal().await.unwrap();
        assert!(file.lock_file().unwrap().try_lock().is_err());
        drop(lock);
        assert!(file.lock_renewal().await.is_some());
    }
}
