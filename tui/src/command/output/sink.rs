//! Where an output goes: standard output, or a file that appears when it is complete.

use std::{
    io::{self, BufWriter, IsTerminal as _, Stdout, Write, stdout},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

/// The destination of an output.
pub(crate) enum Sink {
    /// Standard output.
    Standard(BufWriter<Stdout>),
    /// A file beside its destination, which it replaces at the end. An interrupted command removes it.
    File(BufWriter<NamedTempFile>, PathBuf),
}

impl Sink {
    /// Standard output, or a file.
    ///
    /// # Errors
    /// The folder of the file cannot be written to.
    pub(crate) fn open(file: Option<&Path>) -> io::Result<Self> {
        let Some(path) = file else {
            return Ok(Self::Standard(BufWriter::new(stdout())));
        };
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        let new = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        Ok(Self::File(BufWriter::new(new), path.to_owned()))
    }

    /// Whether people read it as it is written.
    pub(crate) fn is_terminal(&self) -> bool {
        match self {
            Self::Standard(_) => stdout().is_terminal(),
            Self::File(..) => false,
        }
    }

    /// Completes the output.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Standard(mut out) => out.flush(),
            Self::File(out, path) => {
                let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                file.persist(path)?;
                Ok(())
            }
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard(out) => out.write(bytes),
            Self::File(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard(out) => out.flush(),
            Self::File(out, _) => out.flush(),
        }
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
}
