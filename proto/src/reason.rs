//! Why a call can be refused, as data: the server sends the reason in `google.rpc.ErrorInfo`, the
//! client says it in the user's language.

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
            /// Every reason there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// `google.rpc.ErrorInfo.reason`, in `UPPER_SNAKE`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The gRPC code that goes with it.
            #[must_use]
            pub const fn code(self) -> Code {
                match self { $(Self::$variant => Code::$code,)* }
            }

            /// The status message: one English sentence for scripts and logs.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }

            /// The reason of that name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.name() == name)
            }
        }
    };
}

reasons! {
    /// The call carries no access token.
    TokenMissing "TOKEN_MISSING" Unauthenticated "Sign in first: the call carries no access token.";
    /// The access token is malformed, or somebody else's.
    TokenInvalid "TOKEN_INVALID" Unauthenticated "The access token is not one of this server's. Sign in again.";
    /// The access token is older than its ten minutes.
    TokenExpired "TOKEN_EXPIRED" Unauthenticated "The access token has expired. Refresh the session.";
    /// The session was ended, or its collaborator deleted.
    SessionEnded "SESSION_ENDED" Unauthenticated "The session has ended. Sign in again.";
    /// Unknown email or wrong password; which of the two is not told.
    LoginFailed "LOGIN_FAILED" Unauthenticated "The email or the password is wrong.";
    /// Too many wrong passwords, for this account or from this address; `google.rpc.RetryInfo` says
    /// how long to wait.
    TooManyAttempts "TOO_MANY_ATTEMPTS" ResourceExhausted "Too many wrong passwords. Wait before the next try.";
    /// The password is still the one that gestion handed out.
    PasswordChangeRequired "PASSWORD_CHANGE_REQUIRED" FailedPrecondition "Change the password first.";
    /// The caller's department may not make this call.
    RoleNotAllowed "ROLE_NOT_ALLOWED" PermissionDenied "Another department does this.";
    /// The record belongs to a colleague, or to nobody.
    NotYours "NOT_YOURS" PermissionDenied "The record is not yours.";
    /// The client has a commercial already.
    AlreadyAssigned "ALREADY_ASSIGNED" FailedPrecondition "The client has a commercial already.";
    /// The caller may change the record, but not this field.
    FieldNotAllowed "FIELD_NOT_ALLOWED" PermissionDenied "Another department changes this field.";
    /// The path names no call that may be made.
    UnknownRpc "UNKNOWN_RPC" PermissionDenied "This server has no such call.";
    /// There is no record of that number.
    NoSuchRecord "NO_SUCH_RECORD" NotFound "There is no such record; somebody may have deleted it.";
    /// Somebody else has the email address.
    EmailTaken "EMAIL_TAKEN" AlreadyExists "The email address belongs to somebody else already.";
    /// The contract has an event, and can have only one.
    EventExists "EVENT_EXISTS" AlreadyExists "The contract has an event already.";
    /// At least one field is wrong; `google.rpc.BadRequest` says which.
    InvalidField "INVALID_FIELD" InvalidArgument "The request has fields that are wrong.";
    /// The bytes are not a message of this call.
    MalformedRequest "MALFORMED_REQUEST" InvalidArgument "The request cannot be read as a message of this call.";
    /// The message is larger than the server takes.
    MessageTooLarge "MESSAGE_TOO_LARGE" InvalidArgument "The request is larger than 256 KiB.";
    /// Somebody saved the record since it was read.
    EtagOutdated "ETAG_OUTDATED" Aborted "Somebody changed the record meanwhile. Read it again.";
    /// The write met others that it could not be put in a row with.
    Conflict "CONFLICT" Aborted "Others are writing the same records. Try again.";
    /// Only a signed contract can have an event.
    ContractNotSigned "CONTRACT_NOT_SIGNED" FailedPrecondition "The contract is not signed; an event needs a signed one.";
    /// A contract that has an event stays signed.
    ContractHasEvent "CONTRACT_HAS_EVENT" FailedPrecondition "The contract has an event, so it stays signed.";
    /// A role change needs a successor for clients or events.
    StillInCharge "STILL_IN_CHARGE" FailedPrecondition "The collaborator still has clients or events; name a successor of the same role.";
    /// There must always be a gestion account.
    LastGestion "LAST_GESTION" FailedPrecondition "This is the last gestion account; it can be neither deleted nor moved.";
    /// A client's commercial is a commercial, an event's support a support.
    WrongRole "WRONG_ROLE" FailedPrecondition "The collaborator is of another department.";
    /// A successor is another collaborator of the same role.
    NotASuccessor "NOT_A_SUCCESSOR" FailedPrecondition "The successor is not another collaborator of the same role.";
    /// The server has as much to do as it takes on.
    Busy "BUSY" ResourceExhausted "The server has too much to do. Try again in a moment.";
    /// A session watches changes a few times at most.
    TooManyStreams "TOO_MANY_STREAMS" ResourceExhausted "The session watches changes often enough already. End another stream.";
    /// The database does not answer.
    DatabaseUnavailable "DATABASE_UNAVAILABLE" Unavailable "The database does not answer. Try again in a moment.";
    /// The server is about to stop.
    ShuttingDown "SHUTTING_DOWN" Unavailable "The server is stopping. Try again in a moment.";
    /// A defect of the server; its log has more.
    Internal "INTERNAL" Internal "Something went wrong on the server; it has been noted.";
}
