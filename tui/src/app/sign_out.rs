//! Why a user is signed out.

/// Why a user is signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignOutReason {
    /// The user asked for it.
    Requested,
    /// The user has deleted their own account.
    AccountDeleted,
    /// The user has reset their own password.
    PasswordReplaced,
}

impl SignOutReason {
    /// Fluent message: the text that the login screen displays immediately.
    pub(super) const fn message(self) -> &'static str {
        match self {
            Self::Requested => "signed-out",
            Self::AccountDeleted => "account-deleted",
            Self::PasswordReplaced => "password-replaced",
        }
    }

    /// Whether the session stays open until the server ends it. Otherwise it has already ended, with
    /// the account or with the old password.
    pub(super) const fn leaves_session(self) -> bool {
        match self {
            Self::Requested => true,
            Self::AccountDeleted | Self::PasswordReplaced => false,
        }
    }
}
