//! Logs go to a file in the state folder, never onto the screen. They name calls and failures;
//! tokens, passwords and what people type are in no field of any of them.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::Arc,
};

use tracing_subscriber::EnvFilter;

use crate::session_file::create_private_folder;

/// A file above so many bytes gives way to a new one at the next start; one old one is left.
const FULL: u64 = 1 << 20;
/// Unless `RUST_LOG` says otherwise.
const FILTER: &str = "warn,epic=info";

/// Logs into `epic.log` of that folder from now on.
///
/// # Errors
/// When the file cannot be written, or logs go somewhere already.
pub fn start(folder: &Path) -> io::Result<()> {
    let file = open(folder)?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER));
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
    if fs::metadata(&path).is_ok_and(|file| file.len() > FULL) {
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
    fn a_full_log_gives_way() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("epic");
        let size = |name| fs::metadata(folder.join(name)).map(|file| file.len()).ok();
        open(&folder).unwrap().write_all(b"first\n").unwrap();
        open(&folder).unwrap().write_all(b"second\n").unwrap();
        assert_eq!(size("epic.log"), Some(13));
        open(&folder).unwrap().set_len(FULL + 1).unwrap();
        open(&folder).unwrap();
        assert_eq!(size("epic.log"), Some(0));
        assert_eq!(size("epic.log.old"), Some(FULL + 1));
    }
}
