//! An error of the system, with the file that the user has named.

use std::{
    error::Error,
    fmt, io,
    path::{Path, PathBuf},
};

/// An error of the system about a file.
#[derive(Debug)]
pub(crate) struct FileError {
    /// The file, as the user has named it.
    pub(crate) file: PathBuf,
    /// The error.
    pub(crate) error: io::Error,
}

impl FileError {
    /// The error with the name of a file. It has the same kind, so that a broken pipe stays one.
    pub(crate) fn wrap(file: &Path, error: io::Error) -> io::Error {
        let error = Self {
            file: file.to_owned(),
            error: without_file(error),
        };
        io::Error::new(error.error.kind(), error)
    }
}

/// The error without the name of the temporary file that `tempfile` adds.
fn without_file(error: io::Error) -> io::Error {
    let source = error.get_ref().and_then(Error::source);
    let inner = source.and_then(|it| it.downcast_ref::<io::Error>());
    match inner.and_then(io::Error::raw_os_error) {
        Some(code) => io::Error::from_raw_os_error(code),
        None => error,
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.error)
    }
}

impl Error for FileError {}
