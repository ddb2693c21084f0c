//! Opens files whose path the user or another program has chosen. A pipe would let the client wait for
//! ever, and a device may have no end.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _},
    path::Path,
};

use crate::messages::SystemError;

/// Opens an existing file.
///
/// # Errors
/// There is none, it cannot be opened, or the path is that of something else.
pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<File> {
    if fs::metadata(path)?.is_file() {
        options.open(path)
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ))
    }
}

/// Opens a file, or creates it.
///
/// # Errors
/// It cannot be opened or created, or the path is that of something else.
pub(crate) fn open_or_create(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    match open(path, options) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => options.create(true).open(path),
        result => result,
    }
}

/// Reads a file of at most `max` bytes.
///
/// # Errors
/// It cannot be read, or has more bytes.
pub(crate) fn read(path: &Path, max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = open(path, File::options().read(true))?;
    file.take(max + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= max) {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::FileTooLarge.into())
    }
}

impl From<&io::Error> for SystemError {
    fn from(error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        // Those of this file; the system has other errors of the same kinds.
        let is_own = error.raw_os_error().is_none();
        match error.kind() {
            Kind::NotFound => Self::NotFound,
            Kind::PermissionDenied => Self::Denied,
            Kind::IsADirectory => Self::Folder,
            Kind::NotADirectory => Self::NotAFolder,
            Kind::ReadOnlyFilesystem => Self::ReadOnly,
            Kind::StorageFull | Kind::QuotaExceeded => Self::DiskFull,
            Kind::AlreadyExists => Self::Exists,
            Kind::InvalidFilename => Self::LongName,
            Kind::InvalidData if is_own => Self::NotUtf8,
            Kind::InvalidInput if is_own => Self::NoFile,
            Kind::FileTooLarge if is_own => Self::TooLarge,
            _ => Self::Other(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_regular_files_of_the_expected_size_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        let kind = |path: &Path, max| read(path, max).unwrap_err().kind();
        assert_eq!(kind(&path, 4), io::ErrorKind::FileTooLarge);
        assert_eq!(kind(folder.path(), 5), io::ErrorKind::InvalidInput);
        assert_eq!(
            kind(&folder.path().join("none"), 5),
            io::ErrorKind::NotFound
        );
        let link = folder.path().join("link");
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        assert_eq!(kind(&link, 5), io::ErrorKind::InvalidInput);
        let mut append = File::options();
        let error = open_or_create(&link, append.append(true)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        open_or_create(&folder.path().join("new"), append.append(true)).unwrap();
    }
}
