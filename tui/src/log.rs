//! Logs to a file in the state folder, never to the screen. Log fields contain calls and failures,
//! but no tokens, passwords or user input.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

use tracing_subscriber::EnvFilter;

use crate::{regular_file, session_file::create_private_folder};

/// Maximum size of the file in bytes. A full file is renamed, so that one old file remains.
const SIZE_MAX: u64 = 1 << 20;
/// The default of `RUST_LOG`.
const DEFAULT_FILTER: &str = "warn,epic=info";

/// Starts logging to `epic.log` in this folder. If a later write fails, its lines are lost: they
/// cannot be printed, because the screen is in use.
///
/// # Errors
/// The file cannot be written, or a global subscriber is set already.
pub fn start(folder: &Path) -> io::Result<()> {
    let file = LogFile::open(folder)?;
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .log_internal_errors(false)
        .with_writer(Mutex::new(file))
        .try_init()
        .map_err(io::Error::other)
}

/// A file that is renamed and created again when it is full.
struct LogFile {
    path: PathBuf,
    file: File,
    size: u64,
}

impl LogFile {
    fn open(folder: &Path) -> io::Result<Self> {
        create_private_folder(folder)?;
        let path = folder.join("epic.log");
        let file = append_to(&path)?;
        let size = file.metadata()?.len();
        Ok(Self { path, file, size })
    }

    fn truncate(&mut self) -> io::Result<()> {
        fs::rename(&self.path, self.path.with_extension("log.old"))?;
        self.file = append_to(&self.path)?;
        self.size = 0;
        Ok(())
    }
}

impl Write for LogFile {
    /// Writes a line, which `tracing` passes as a whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.size > 0 && self.size.saturating_add(length) > SIZE_MAX {
            self.truncate()?;
        }
        let written = self.file.write(line)?;
        self.size += u64::try_from(written).unwrap_or(u64::MAX);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    regular_file::open_or_create(path, &mut options)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_full_log_begins_anew_also_while_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("epic");
        let size = |name| fs::metadata(folder.join(name)).map(|file| file.len()).ok();
        let line = vec![b'x'; 1_000];
        let lines = SIZE_MAX / 1_000;
        LogFile::open(&folder).unwrap().write_all(&line).unwrap();
        let mut log = LogFile::open(&folder).unwrap();
        for _ in 1..lines {
            log.write_all(&line).unwrap();
        }
        assert_eq!(size("epic.log"), Some(lines * 1_000));
        assert_eq!(size("epic.log.old"), None);
        for _ in 0..=(2 * lines) {
            log.write_all(&line).unwrap();
        }
        assert_eq!(size("epic.log"), Some(1_000));
        assert_eq!(size("epic.log.old"), Some(lines * 1_000));
    }
}
