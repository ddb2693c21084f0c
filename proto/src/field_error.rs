//! What can be wrong with a field, as data: the server sends it, the client says it in the user's
//! language, and both sides find it with the same code.

use std::fmt;

/// One field of a request, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the request message.
    pub field: &'static str,
    /// What is wrong with it.
    pub kind: FieldErrorKind,
}

/// What can be wrong with a field. `Display` is the English sentence that scripts and logs see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldErrorKind {
    /// Nothing was given.
    Missing,
    /// More characters than fit.
    TooLong {
        /// The most characters that fit.
        max: usize,
    },
    /// Fewer characters than needed.
    TooShort {
        /// The fewest characters needed.
        min: usize,
    },
    /// A line break or another character that does not print.
    ControlCharacter,
    /// Not of the form `name@example.org`.
    NotAnEmail,
    /// Not a phone number.
    NotAPhone,
    /// Not one of the departments.
    NotARole,
    /// Not one of the kinds of record.
    NotARecord,
    /// Not a UUID.
    NotAUuid,
    /// Not a day of the calendar, or not one between the years 2000 and 2199.
    NotADate,
    /// Not a moment, or not one between the years 2000 and 2199.
    NotATime,
    /// Below zero.
    Negative,
    /// Above the most that is allowed.
    TooLarge {
        /// The most that is allowed, in the field's own unit.
        max: i64,
    },
    /// More is left to pay than the price.
    AboveTotal,
    /// The end is not after the start.
    EndsBeforeStart,
    /// Not an etag of this record.
    NotAnEtag,
    /// Not a page token of this list with these arguments.
    NotAPageToken,
    /// Not a column that this list can be ordered by.
    UnknownOrder {
        /// The columns that it can be ordered by, as one would type them.
        allowed: &'static str,
    },
    /// A password that is found with too few guesses.
    TooGuessable,
    /// The same as the password in force.
    Unchanged,
    /// The successor is not another collaborator of the same role.
    NotASuccessor,
    /// The collaborator does not have the role that this field asks for.
    WrongRole,
    /// There is no such record.
    NoSuchRecord,
    /// Not the password in force.
    WrongPassword,
    /// Somebody else has this email address.
    EmailTaken,
    /// The contract already has an event.
    HasEvent,
    /// The contract is not signed.
    NotSigned,
}

impl FieldErrorKind {
    /// Every problem, with sample arguments: what translations are checked against.
    pub const ALL: [Self; 27] = [
        Self::Missing,
        Self::TooLong { max: 2 },
        Self::TooShort { min: 2 },
        Self::ControlCharacter,
        Self::NotAnEmail,
        Self::NotAPhone,
        Self::NotARole,
        Self::NotARecord,
        Self::NotAUuid,
        Self::NotADate,
        Self::NotATime,
        Self::Negative,
        Self::TooLarge { max: 2 },
        Self::AboveTotal,
        Self::EndsBeforeStart,
        Self::NotAnEtag,
        Self::NotAPageToken,
        Self::UnknownOrder { allowed: "id" },
        Self::TooGuessable,
        Self::Unchanged,
        Self::NotASuccessor,
        Self::WrongRole,
        Self::NoSuchRecord,
        Self::WrongPassword,
        Self::EmailTaken,
        Self::HasEvent,
        Self::NotSigned,
    ];

    /// The name that travels in `google.rpc.ErrorInfo.metadata`, in `UPPER_SNAKE`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "MISSING",
            Self::TooLong { .. } => "TOO_LONG",
            Self::TooShort { .. } => "TOO_SHORT",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::NotAnEmail => "NOT_AN_EMAIL",
            Self::NotAPhone => "NOT_A_PHONE",
            Self::NotARole => "NOT_A_ROLE",
            Self::NotARecord => "NOT_A_RECORD",
            Self::NotAUuid => "NOT_A_UUID",
            Self::NotADate => "NOT_A_DATE",
            Self::NotATime => "NOT_A_TIME",
            Self::Negative => "NEGATIVE",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::AboveTotal => "ABOVE_TOTAL",
            Self::EndsBeforeStart => "ENDS_BEFORE_START",
            Self::NotAnEtag => "NOT_AN_ETAG",
            Self::NotAPageToken => "NOT_A_PAGE_TOKEN",
            Self::UnknownOrder { .. } => "UNKNOWN_ORDER",
            Self::TooGuessable => "TOO_GUESSABLE",
            Self::Unchanged => "UNCHANGED",
            Self::NotASuccessor => "NOT_A_SUCCESSOR",
            Self::WrongRole => "WRONG_ROLE",
            Self::NoSuchRecord => "NO_SUCH_RECORD",
            Self::WrongPassword => "WRONG_PASSWORD",
            Self::EmailTaken => "EMAIL_TAKEN",
            Self::HasEvent => "HAS_EVENT",
            Self::NotSigned => "NOT_SIGNED",
        }
    }

    /// The limit that the sentence names, if it names one.
    #[must_use]
    pub fn limit(self) -> Option<String> {
        match self {
            Self::TooLong { max } => Some(max.to_string()),
            Self::TooShort { min } => Some(min.to_string()),
            Self::TooLarge { max } => Some(max.to_string()),
            Self::UnknownOrder { allowed } => Some(allowed.to_owned()),
            _ => None,
        }
    }
}

impl fmt::Display for FieldErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is required"),
            Self::TooLong { max } => write!(f, "has more than {max} characters"),
            Self::TooShort { min } => write!(f, "has fewer than {min} characters"),
            Self::ControlCharacter => f.write_str("contains a character that does not print"),
            Self::NotAnEmail => f.write_str("is not an email address like name@example.org"),
            Self::NotAPhone => f.write_str(
                "is not a phone number: 4 to 15 digits, with spaces, dots, dashes, parentheses \
                 and a leading + if you like",
            ),
            Self::NotARole => f.write_str("is not one of gestion, commercial and support"),
            Self::NotARecord => {
                f.write_str("is not one of collaborator, client, contract and event")
            }
            Self::NotAUuid => f.write_str("is not a UUID"),
            Self::NotADate => f.write_str("is not a date between 2000 and 2199"),
            Self::NotATime => f.write_str("is not a time between 2000 and 2199"),
            Self::Negative => f.write_str("is negative"),
            Self::TooLarge { max } => write!(f, "is more than {max}"),
            Self::AboveTotal => f.write_str("is more than the total"),
            Self::EndsBeforeStart => f.write_str("is not after the start"),
            Self::NotAnEtag => f.write_str("is not an etag that this server gave"),
            Self::NotAPageToken => {
                f.write_str("is not the token of the page before, for the same arguments")
            }
            Self::UnknownOrder { allowed } => write!(f, "is not one of: {allowed}"),
            Self::TooGuessable => f.write_str(
                "is too easy to guess: take a few words that do not belong together, and no names",
            ),
            Self::Unchanged => f.write_str("is the password in force"),
            Self::NotASuccessor => f.write_str("is not another collaborator of the same role"),
            Self::WrongRole => f.write_str("is a collaborator of another role"),
            Self::NoSuchRecord => f.write_str("names a record that does not exist"),
            Self::WrongPassword => f.write_str("is not the password in force"),
            Self::EmailTaken => f.write_str("belongs to somebody else already"),
            Self::HasEvent => f.write_str("names a contract that has an event already"),
            Self::NotSigned => f.write_str("names a contract that is not signed"),
        }
    }
}

/// Gathers what is wrong with the fields of one request, so that people see all of it at once.
#[derive(Debug, Default)]
pub struct Validator {
    found: Vec<FieldError>,
}

impl Validator {
    /// Takes a parsed field, or notes what is wrong with it.
    pub fn field<T>(
        &mut self,
        field: &'static str,
        parsed: Result<T, FieldErrorKind>,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(kind) => {
                self.found.push(FieldError { field, kind });
                None
            }
        }
    }

    /// Takes a field that may be left out; absent and sound are both `Some`.
    pub fn optional<W, T>(
        &mut self,
        field: &'static str,
        wire: Option<W>,
        parse: impl FnOnce(W) -> Result<T, FieldErrorKind>,
    ) -> Option<Option<T>> {
        match wire {
            None => Some(None),
            Some(value) => self.field(field, parse(value)).map(Some),
        }
    }

    /// Notes a problem that shows only between fields.
    pub fn refuse(&mut self, field: &'static str, kind: FieldErrorKind) {
        self.found.push(FieldError { field, kind });
    }

    /// The draft, when every field was sound.
    ///
    /// # Errors
    /// Everything that was noted. `draft` answers `None` only for a field that was.
    pub fn finish<T>(self, draft: impl FnOnce() -> Option<T>) -> Result<T, Vec<FieldError>> {
        match draft() {
            Some(draft) if self.found.is_empty() => Ok(draft),
            _ => Err(self.found),
        }
    }
}
