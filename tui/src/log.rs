//! Logs to a file in the state folder, never to the screen. Log fields contain calls and failures,
//! but no tokens, passwords or user input.

use std::{
    fs::{self, File, Metadata, TryLockError},
    io::{self, Write},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
    time::Duration,
};

use tracing_subscriber::EnvFilter;

use crate::{regular_file, session_file::create_private_folder};

/// Maximum size of the file in bytes. A full file is renamed, so that one old file remains.
const SIZE_MAX: u64 = 1 << 20;
/// How often the lock of the file is tried, and the time between. Another process holds it while it writes a
/// line, unless it is stopped.
const LOCK_ATTEMPTS: usize = 20;
const LOCK_INTERVAL: Duration = Duration::from_millis(1);
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

/// A file that is renamed and created again when it is full. Several processes may write to it: each line
/// is written to the file that has the name, and the size is that of the file.
struct LogFile {
    path: PathBuf,
    file: File,
}

impl LogFile {
    fn open(folder: &Path) -> io::Result<Self> {
        create_private_folder(folder)?;
        let path = folder.join("epic.log");
        let file = append_to(&path)?;
        Ok(Self { path, file })
    }

    /// Locks the file that has the name, which another process may have renamed or deleted. Without the lock,
    /// such as on a file system without any, only the renaming is left out.
    fn lock(&mut self) -> io::Result<bool> {
        for _ in 0..LOCK_ATTEMPTS {
            if !self.has_name() {
                self.file = append_to(&self.path)?;
            }
            match self.file.try_lock() {
                // It may have been renamed before the lock.
                Ok(()) if self.has_name() => return Ok(true),
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_INTERVAL),
                Err(TryLockError::Error(_)) => return Ok(false),
            }
        }
        Ok(false)
    }

    fn has_name(&self) -> bool {
        let identity = |file: Metadata| (file.dev(), file.ino());
        let named = fs::metadata(&self.path).map(identity).ok();
        named.is_some() && named == self.file.metadata().map(identity).ok()
    }

    /// Renames the file, which is locked, and locks a new one.
    fn begin_anew(&mut self) -> io::Result<()> {
        fs::rename(&self.path, self.path.with_extension("log.old"))?;
        self.file = append_to(&self.path)?;
        // Another process may write to it already, and does not rename it yet.
        let _ = self.file.try_lock();
        Ok(())
    }
}

impl Write for LogFile {
    /// Writes a line, which `tracing` passes as a whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let is_locked = self.lock()?;
        let size = self.file.metadata()?.len();
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if is_locked && size > 0 && size.saturating_add(length) > SIZE_MAX {
            self.begin_anew()?;
        }
        let written = self.file.write(line);
        // Closing the file unlocks it as well.
        let _ = self.file.unlock();
        written
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

    /// The lines of both files, in their order.
    fn lines(folder: &Path) -> Vec<String> {
        let read = |name| fs::read_to_string(folder.join(name)).unwrap_or_default();
        let text = read("epic.log.old") + &read("epic.log");
        text.lines().map(str::to_owned).collect()
    }

    /// Asserts that the last lines of a writer, of those until this number, are there, whole and in their order.
    fn assert_kept(lines: &[String], writer: char, written: usize) {
        let of_writer = lines.iter().filter(|line| line.starts_with(writer));
        let kept: Vec<_> = of_writer.map(String::as_str).collect();
        let first = written - kept.len();
        let expected: Vec<_> = (first..written).map(|at| line(writer, at)).collect();
        assert_eq!(kept.len(), expected.len());
        for (line, expected) in kept.iter().zip(&expected) {
            assert_eq!(*line, expected.trim_end());
        }
    }

    fn line(writer: char, number: usize) -> String {
        format!("{writer}{number:09}{}\n", "x".repeat(489))
    }

    #[test]
    fn two_programs_with_one_log_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = LogFile::open(folder.path()).unwrap();
        let mut second = LogFile::open(folder.path()).unwrap();
        let (mut of_first, mut of_second) = (0, 0);
        for step in 0..12_000 {
            // The first one writes twice as many.
            let (log, writer, number) = if step % 3 < 2 {
                (&mut first, 'a', &mut of_first)
            } else {
                (&mut second, 'b', &mut of_second)
            };
            log.write_all(line(writer, *number).as_bytes()).unwrap();
            *number += 1;
            if step % 100 == 0 {
                let lines = lines(folder.path());
                // At least one file of them, unless fewer were written.
                assert!(
                    lines.len() >= (step + 1).min(2_000),
                    "{} after {step}",
                    lines.len()
                );
                assert_kept(&lines, 'a', of_first);
                assert_kept(&lines, 'b', of_second);
            }
        }
        for name in ["epic.log", "epic.log.old"] {
            assert!(fs::metadata(folder.path().join(name)).unwrap().len() <= SIZE_MAX);
        }
    }

    #[test]
    fn programs_that_write_at_once_lose_nothing() {
        const LINES: usize = 3_000;
        let folder = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for writer in ['a', 'b'] {
                let mut log = LogFile::open(folder.path()).unwrap();
                scope.spawn(move || {
                    for number in 0..LINES {
                        log.write_all(line(writer, number).as_bytes()).unwrap();
                    }
                });
            }
        });
        let lines = lines(folder.path());
        assert!(lines.len() >= 2_000, "{}", lines.len());
        assert_kept(&lines, 'a', LINES);
        assert_kept(&lines, 'b', LINES);
    }

    #[test]
    fn a_deleted_log_is_created_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = LogFile::open(folder.path()).unwrap();
        log.write_all(b"lost\n").unwrap();
        fs::remove_file(folder.path().join("epic.log")).unwrap();
        log.write_all(b"kept\n").unwrap();
        assert_eq!(lines(folder.path()), ["kept"]);
    }
}
