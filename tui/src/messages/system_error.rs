//! Errors of the system, in the user's language.

use super::Messages;

/// Why a file cannot be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SystemError {
    /// There is no such file, or no folder for it.
    NotFound,
    /// The user has no right to it.
    Denied,
    /// It is a folder.
    Folder,
    /// A part of its path is no folder.
    NotAFolder,
    /// The disk accepts no writes.
    ReadOnly,
    /// The disk is full.
    DiskFull,
    /// Something is there already.
    Exists,
    /// Its name is too long.
    LongName,
    /// A text in it is not UTF-8.
    NotUtf8,
    /// It is something else than a file.
    NoFile,
    /// It has more bytes than are read.
    TooLarge,
    /// Another cause, in the words of the system.
    Other(String),
}

impl Messages {
    /// Why a file cannot be read or written: “the disk is full”.
    #[must_use]
    pub(crate) fn system_error(&self, error: &SystemError) -> String {
        let id = match error {
            SystemError::NotFound => "cause-not-found",
            SystemError::Denied => "cause-denied",
            SystemError::Folder => "cause-folder",
            SystemError::NotAFolder => "cause-not-a-folder",
            SystemError::ReadOnly => "cause-read-only",
            SystemError::DiskFull => "cause-disk-full",
            SystemError::Exists => "cause-exists",
            SystemError::LongName => "cause-long-name",
            SystemError::NotUtf8 => "cause-not-utf-8",
            SystemError::NoFile => "cause-no-file",
            SystemError::TooLarge => "cause-too-large",
            SystemError::Other(text) => return text.clone(),
        };
        self.get(id)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};

    use super::*;
    use crate::messages::Lang;

    #[test]
    fn known_kinds_are_in_the_language_of_the_user() {
        let french = Messages::new(Lang::Fr);
        let text = |error: io::Error| french.system_error(&SystemError::from(&error));
        assert_eq!(text(ErrorKind::StorageFull.into()), "le disque est plein");
        assert_eq!(
            text(ErrorKind::NotFound.into()),
            "le fichier ou son dossier n’existe pas"
        );
        assert_eq!(text(io::Error::other("unheard of")), "unheard of");
    }
}
