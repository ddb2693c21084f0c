//! Where an output goes: standard output, or a file that appears when it is complete.

use std::{
    fs::{self, File, Permissions},
    io::{self, BufWriter, IsTerminal as _, Stdout, Write, stdout},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::file_error::FileError;

/// The mode of a new file, from which the system takes the user's mask.
const MODE: u32 = 0o666;

/// The destination of an output.
pub(crate) enum Sink {
    /// Standard output.
    Standard(BufWriter<Stdout>),
    /// A file beside its destination, which it replaces at the end. An interrupted command removes it.
    File(BufWriter<NamedTempFile>, PathBuf),
    /// What is no file, such as a pipe or a device: it is written to and stays.
    Other(BufWriter<File>, PathBuf),
}

impl Sink {
    /// Writes to standard output.
    pub(crate) fn print(bytes: &[u8]) -> io::Result<()> {
        let mut sink = Self::open(None)?;
        sink.write_all(bytes)?;
        sink.finish()
    }

    /// Standard output, or a file.
    ///
    /// # Errors
    /// The folder of the file cannot be written to.
    pub(crate) fn open(file: Option<&Path>) -> io::Result<Self> {
        let Some(path) = file.filter(|it| *it != Path::new("-")) else {
            return Ok(Self::Standard(BufWriter::new(stdout())));
        };
        Self::of_file(path).map_err(|error| FileError::wrap(path, error))
    }

    fn of_file(path: &Path) -> io::Result<Self> {
        let Ok(existing) = fs::metadata(path) else {
            return Self::beside(path, Permissions::from_mode(MODE));
        };
        if existing.is_file() {
            // The file behind a symbolic link.
            return Self::beside(&path.canonicalize()?, existing.permissions());
        }
        let other = File::options().write(true).open(path)?;
        Ok(Self::Other(BufWriter::new(other), path.to_owned()))
    }

    /// A new file beside the destination, with these permissions.
    fn beside(path: &Path, permissions: Permissions) -> io::Result<Self> {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let mut builder = Builder::new();
        builder.permissions(permissions);
        let new = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        Ok(Self::File(BufWriter::new(new), path.to_owned()))
    }

    /// Whether people read it as it is written.
    pub(crate) fn is_terminal(&self) -> bool {
        match self {
            Self::Standard(_) => stdout().is_terminal(),
            Self::File(..) | Self::Other(..) => false,
        }
    }

    /// Completes the output.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        match self {
            Self::Standard(_) | Self::Other(..) => Ok(()),
            Self::File(out, path) => {
                let named = |error| FileError::wrap(&path, error);
                let file = out
                    .into_inner()
                    .map_err(|error| named(error.into_error()))?;
                file.as_file().sync_all().map_err(named)?;
                file.persist(&path).map_err(|error| named(error.error))?;
                Ok(())
            }
        }
    }

    fn parts(&mut self) -> (&mut dyn Write, Option<&Path>) {
        match self {
            Self::Standard(out) => (out, None),
            Self::File(out, path) => (out, Some(path)),
            Self::Other(out, path) => (out, Some(path)),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (out, path) = self.parts();
        out.write(bytes).map_err(|error| named(path, error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let (out, path) = self.parts();
        out.flush().map_err(|error| named(path, error))
    }
}

fn named(path: Option<&Path>, error: io::Error) -> io::Error {
    match path {
        Some(path) => FileError::wrap(path, error),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_appears_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clients.csv");
        std::fs::write(&path, "old").unwrap();
        let mut half = Sink::open(Some(&path)).unwrap();
        half.write_all(b"half").unwrap();
        half.flush().unwrap();
        drop(half);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        let mut whole = Sink::open(Some(&path)).unwrap();
        whole.write_all(b"whole").unwrap();
        whole.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "whole");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_is_there_keeps_its_kind_and_its_permissions() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a.csv"), folder.path().join("link.csv"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        let mut out = Sink::open(Some(&link)).unwrap();
        out.write_all(b"new").unwrap();
        out.finish().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );
        let device = folder.path().join("null");
        symlink("/dev/null", &device).unwrap();
        let mut out = Sink::open(Some(&device)).unwrap();
        out.write_all(b"new").unwrap();
        out.finish().unwrap();
        assert!(!fs::metadata(&device).unwrap().is_file());
        assert!(Sink::open(Some(folder.path())).is_err());
    }
}
