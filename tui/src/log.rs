//! Logs to a file in the state folder, never to the screen. Log fields contain calls and failures,
//! but no tokens, passwords or user input.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::Arc,
};

use tracing_subscriber::EnvFilter;

use crate::session_file::create_private_folder;

/// A larger file, in bytes, is rotated at the next start; one old file remains.
const ROTATION_SIZE: u64 = 1 << 20;
/// The default of `RUST_LOG`.
const DEFAULT_FILTER: &str = "warn,epic=info";

/// Starts logging to `epic.log` in this folder.
///
/// # Errors
/// The file cannot be written, or a global subscriber is set already.
pub fn start(folder: &Path) -> io::Result<()> {
    let file = open(folder)?;
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Arc::new(file))
        .try_init()
        .map_err(io::Error::other)
}

fn open(folder: &Path) -> io::Result<File> {
    create_private_folder(folder)?;
    let path = folder.join("epic.log");
    if fs::metadata(&path).is_ok_and(|file| file.len() > ROTATION_SIZE) {
        fs::rename(&path, folder.join("epic.log.old"))?;
    }
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::io::Write;

    use super::*;

    #[test]
    fn rotates_a_large_log() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("epic");
        let size = |name| fs::metadata(folder.join(name)).map(|file| file.len()).ok();
        open(&folder).unwrap().write_all(b"first\n").unwrap();
        open(&folder).unwrap().write_all(b"second\n").unwrap();
        assert_eq!(size("epic.log"), Some(13));
        open(&folder).unwrap().set_len(ROTATION_SIZE + 1).unwrap();
        open(&folder).unwrap();
        assert_eq!(size("epic.log"), Some(0));
        assert_eq!(size("epic.log.old"), Some(ROTATION_SIZE + 1));
    }
}
