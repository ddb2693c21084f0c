//! Why the server refuses a call, as data: the server sends the reason in `google.rpc.ErrorInfo`, the
//! client translates it.

use tonic::Code;

/// `google.rpc.ErrorInfo.domain` of every error.
pub const DOMAIN: &str = "epic";

macro_rules! reasons {
    ($($(#[doc = $doc:literal])* $variant:ident $name:literal $code:ident $sentence:literal;)*) => {
        /// Why a call was refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// `google.rpc.ErrorInfo.reason`, in `UPPER_SNAKE`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The gRPC status code.
            #[must_use]
            pub const fn code(self) -> Code {
                match self { $(Self::$variant => Code::$code,)* }
            }

            /// The gRPC status message: an English sentence for scripts and logs.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// The inverse of [`Self::name`].
            #[must_use]
            pub(crate) fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.name() == name)
            }
        }
    };
}

reasons! {
    /// The call carries no access token.
    TokenMissing "TOKEN_MISSING" Unauthenticated "The call carries no access token. Sign in first.";
    /// The access token is malformed or signed with another key.
    TokenInvalid "TOKEN_INVALID" Unauthenticated "The access token is not valid on this server. Sign in again.";
    /// The access token is older than ten minutes.
    TokenExpired "TOKEN_EXPIRED" Unauthenticated "The access token has expired. Refresh the session.";
    /// The session has expired or was ended, or its collaborator was deleted.
    SessionEnded "SESSION_ENDED" Unauthenticated "The session has ended. Sign in again.";
    /// The rights of the account are being changed; the caller can retry shortly.
    AccountChanging "ACCOUNT_CHANGING" Unavailable "The account is being changed. Try again in a moment.";
    /// The email is unknown or the password is wrong; the reply does not distinguish the two.
    LoginFailed "LOGIN_FAILED" Unauthenticated "The email or the password is wrong.";
    /// Too many wrong passwords for this account or from this address; `google.rpc.RetryInfo` has
    /// the delay until the next attempt.
    TooManyAttempts "TOO_MANY_ATTEMPTS" ResourceExhausted "Too many wrong passwords. Wait before the next attempt.";
    /// The password is still the one-time password.
    PasswordChangeRequired "PASSWORD_CHANGE_REQUIRED" FailedPrecondition "Change the one-time password first.";
    /// The caller's role may not call the RPC.
    RoleNotAllowed "ROLE_NOT_ALLOWED" PermissionDenied "Your role may not make this call.";
    /// The record is assigned to another collaborator, or unassigned.
    NotYours "NOT_YOURS" PermissionDenied "The record is not assigned to you.";
    /// The client already has a commercial.
    AlreadyAssigned "ALREADY_ASSIGNED" FailedPrecondition "The client already has a commercial.";
    /// The caller may change the record, but not this field.
    FieldNotAllowed "FIELD_NOT_ALLOWED" PermissionDenied "Your role may not change this field.";
    /// The path is not that of an RPC of this server.
    UnknownRpc "UNKNOWN_RPC" Unimplemented "This server has no such RPC.";
    /// No record has that number.
    NoSuchRecord "NO_SUCH_RECORD" NotFound "There is no such record; it may have been deleted.";
    /// Another record has the email address.
    EmailTaken "EMAIL_TAKEN" AlreadyExists "The email address is already in use.";
    /// The contract already has an event; it can have only one.
    EventExists "EVENT_EXISTS" AlreadyExists "The contract already has an event.";
    /// Another caller, or a request with other contents, has used the same `request_id`.
    RequestIdReused "REQUEST_ID_REUSED" AlreadyExists "Another request has used this request_id.";
    /// At least one field is invalid; `google.rpc.BadRequest` lists them.
    InvalidField "INVALID_FIELD" InvalidArgument "The request has invalid fields.";
    /// The bytes do not decode as the request message of the RPC.
    MalformedRequest "MALFORMED_REQUEST" InvalidArgument "The request is not a valid message of this RPC.";
    /// The request message exceeds the server's limit.
    MessageTooLarge "MESSAGE_TOO_LARGE" InvalidArgument "The request is larger than 256 KiB.";
    /// The record was changed after the caller read it.
    EtagOutdated "ETAG_OUTDATED" Aborted "The record has changed since it was read. Read it again.";
    /// The write could not be serialized with concurrent writes.
    Conflict "CONFLICT" Aborted "The write conflicts with concurrent writes. Try again.";
    /// Only a signed contract can have an event.
    ContractNotSigned "CONTRACT_NOT_SIGNED" FailedPrecondition "The contract is not signed; an event requires a signed contract.";
    /// A contract that has an event stays signed.
    ContractHasEvent "CONTRACT_HAS_EVENT" FailedPrecondition "The contract has an event, so it stays signed.";
    /// A role change requires a successor for the collaborator's clients or events.
    StillInCharge "STILL_IN_CHARGE" FailedPrecondition "The collaborator still has clients or events; name a successor of the same role.";
    /// At least one gestion account must exist.
    LastGestion "LAST_GESTION" FailedPrecondition "This is the last gestion account; it cannot be deleted or change its role.";
    /// A client requires a commercial, an event a support.
    WrongRole "WRONG_ROLE" FailedPrecondition "The collaborator has another role.";
    /// The successor is the collaborator itself or has another role.
    NotASuccessor "NOT_A_SUCCESSOR" FailedPrecondition "The successor is not another collaborator of the same role.";
    /// The server has reached a limit on concurrent work or on the time of a query.
    Busy "BUSY" ResourceExhausted "The server is overloaded. Try again in a moment.";
    /// The account has the maximum number of calls in progress.
    TooManyCalls "TOO_MANY_CALLS" ResourceExhausted "The account has too many calls in progress. Wait for one of them.";
    /// The session has the maximum number of open change streams.
    TooManyStreams "TOO_MANY_STREAMS" ResourceExhausted "The session has too many change streams. Close another stream.";
    /// The database does not respond.
    DatabaseUnavailable "DATABASE_UNAVAILABLE" Unavailable "The database does not respond. Try again in a moment.";
    /// The server is shutting down.
    ShuttingDown "SHUTTING_DOWN" Unavailable "The server is shutting down. Try again in a moment.";
    /// A defect of the server; its log has the details.
    Internal "INTERNAL" Internal "Internal server error. The server has logged it.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_and_upper_snake() {
        let mut names = HashSet::new();
        for reason in Reason::ALL {
            let name = reason.name();
            assert!(names.insert(name), "{name} is not unique");
            let upper_snake = |c: char| c.is_ascii_uppercase() || c == '_';
            assert!(name.chars().all(upper_snake), "{name}");
        }
    }

    #[test]
    fn from_name_is_the_inverse_of_name() {
        for &reason in Reason::ALL {
            assert_eq!(Reason::from_name(reason.name()), Some(reason));
        }
        for unknown in ["", "login_failed", "LOGIN_FAILED ", "NOT_AN_EMAIL"] {
            assert_eq!(Reason::from_name(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn sentences_are_unique_and_complete() {
        let mut sentences = HashSet::new();
        for reason in Reason::ALL {
            let sentence = reason.sentence();
            assert!(sentences.insert(sentence), "{sentence}");
            assert!(sentence.starts_with(char::is_uppercase), "{sentence}");
            assert!(sentence.ends_with('.'), "{sentence}");
        }
    }

    #[test]
    fn no_reason_has_a_code_that_grpc_libraries_set_themselves() {
        let reserved = [
            Code::Ok,
            Code::Unknown,
            Code::Cancelled,
            Code::DeadlineExceeded,
        ];
        for reason in Reason::ALL {
            assert!(!reserved.contains(&reason.code()), "{reason:?}");
        }
    }
}
