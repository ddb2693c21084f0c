//! Errors of the system, in the user's language.

use std::io::{self, ErrorKind};

use super::Messages;

/// An error of the system about a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemError {
    kind: ErrorKind,
    /// Whether the system has reported it, rather than this program.
    is_of_system: bool,
    text: String,
}

impl From<&io::Error> for SystemError {
    fn from(error: &io::Error) -> Self {
        Self {
            kind: error.kind(),
            is_of_system: error.raw_os_error().is_some(),
            text: error.to_string(),
        }
    }
}

impl Messages {
    /// Why a file cannot be read or written: “the disk is full”. A kind without a message has the system's own
    /// text.
    #[must_use]
    pub(crate) fn system_error(&self, error: &SystemError) -> String {
        let id = match error.kind {
            ErrorKind::NotFound => "cause-not-found",
            ErrorKind::PermissionDenied => "cause-denied",
            ErrorKind::IsADirectory => "cause-folder",
            ErrorKind::NotADirectory => "cause-not-a-folder",
            ErrorKind::ReadOnlyFilesystem => "cause-read-only",
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "cause-disk-full",
            ErrorKind::InvalidInput if !error.is_of_system => "cause-no-file",
            ErrorKind::FileTooLarge if !error.is_of_system => "cause-too-large",
            _ => return error.text.clone(),
        };
        self.get(id)
    }
}

#[cfg(test)]
mod tests {
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
