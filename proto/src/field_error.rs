//! Validation errors as data: the server sends a code, the client translates it.

use std::fmt;

/// An invalid field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field in the request message.
    pub field: &'static str,
    /// Why the value is invalid.
    pub kind: FieldErrorKind,
}

macro_rules! field_error_kinds {
    ($(
        $(#[$doc:meta])*
        $kind:ident $({ $(#[$limit_doc:meta])* $limit:ident: $type:ty = $sample:literal })?
        $code:literal $sentence:literal;
    )*) => {
        /// Why the value of a field is invalid. `Display` writes an English sentence without
        /// its subject, the field, for scripts and logs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FieldErrorKind {
            $($(#[$doc])* $kind $({ $(#[$limit_doc])* $limit: $type })?,)*
        }

        impl FieldErrorKind {
            /// Every kind, with sample limits. Tests of translations iterate over it.
            pub const ALL: [Self; [$($code),*].len()] =
                [$(Self::$kind $({ $limit: $sample })?,)*];

            /// The reason in `google.rpc.BadRequest.FieldViolation`, in `UPPER_SNAKE`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind { .. } => $code,)* }
            }

            /// The limit that the sentence contains, if any.
            #[must_use]
            pub fn limit(self) -> Option<String> {
                match self {
                    $(Self::$kind $({ $limit })? => {
                        field_error_kinds!(@limit $($limit)?)
                    })*
                }
            }
        }

        impl fmt::Display for FieldErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Self::$kind $({ $limit })? => write!(f, $sentence),)* }
            }
        }
    };
    (@limit) => { None };
    (@limit $limit:ident) => { Some($limit.to_string()) };
}

field_error_kinds! {
    /// The field is absent, empty or zero, and required.
    Missing "MISSING" "is required";
    /// The text is too long.
    TooLong {
        /// Maximum number of characters.
        max: usize = 2
    } "TOO_LONG" "has more than {max} characters";
    /// The text is too short.
    TooShort {
        /// Minimum number of characters.
        min: usize = 2
    } "TOO_SHORT" "has fewer than {min} characters";
    /// The text contains a control character, or another character that has no visible form: one for
    /// private use or one that Unicode does not define.
    ControlCharacter "CONTROL_CHARACTER" "contains a character that cannot be displayed: remove it";
    /// The text is not of the form `name@example.org`.
    NotAnEmail "NOT_AN_EMAIL" "is not an email address like name@example.org";
    /// The text is not a phone number.
    NotAPhone "NOT_A_PHONE" "is not a phone number: 2 to 15 digits, optionally with a leading +, \
        an extension, spaces, dots, dashes, slashes and parentheses";
    /// The number is not a role.
    NotARole "NOT_A_ROLE" "is not one of gestion, commercial and support";
    /// The number is not a kind of record.
    NotARecord "NOT_A_RECORD" "is not one of collaborator, client, contract and event";
    /// The text is not a UUID, or is the nil UUID where a unique one is required.
    NotAUuid "NOT_A_UUID" "is not a UUID";
    /// The date is not in the calendar or not in the years 2000 to 2199.
    NotADate "NOT_A_DATE" "is not a date between 2000 and 2199";
    /// The time is malformed or not in the years 2000 to 2199.
    NotATime "NOT_A_TIME" "is not a time between 2000 and 2199";
    /// The number is below zero.
    Negative "NEGATIVE" "is negative";
    /// The number is too large.
    TooLarge {
        /// Maximum, in the unit of the field.
        max: i64 = 2
    } "TOO_LARGE" "is more than {max}";
    /// The remaining amount is larger than the total.
    AboveTotal "ABOVE_TOTAL" "is more than the total";
    /// The end is not after the start.
    EndsBeforeStart "ENDS_BEFORE_START" "is not after the start";
    /// The text is not an etag in the form that the server writes.
    NotAnEtag "NOT_AN_ETAG" "is not an etag of this server";
    /// The server did not issue the page token to this caller for a list with these arguments.
    NotAPageToken "NOT_A_PAGE_TOKEN" "is not the token of the previous page with the same arguments";
    /// The list cannot be ordered by that column.
    UnknownOrder {
        /// The columns that the list can be ordered by, comma-separated.
        allowed: &'static str = "id"
    } "UNKNOWN_ORDER" "is not one of: {allowed}";
    /// The password can be guessed in too few attempts.
    TooGuessable "TOO_GUESSABLE" "is too easy to guess: use several unrelated words and no names";
    /// The new password is the current password.
    Unchanged "UNCHANGED" "is the current password";
    /// The successor is the collaborator itself or has another role.
    NotASuccessor "NOT_A_SUCCESSOR" "is not another collaborator of the same role";
    /// The collaborator does not have the role that the field requires.
    WrongRole "WRONG_ROLE" "is a collaborator of another role";
    /// No record has that number.
    NoSuchRecord "NO_SUCH_RECORD" "is the number of no record";
    /// The password is not the current password.
    WrongPassword "WRONG_PASSWORD" "is not the current password";
    /// Another record has the email address.
    EmailTaken "EMAIL_TAKEN" "is already in use";
    /// The contract already has an event.
    HasEvent "HAS_EVENT" "is the number of a contract that already has an event";
    /// The contract is not signed.
    NotSigned "NOT_SIGNED" "is the number of a contract that is not signed";
}

/// Collects the validation errors of a request, so that the reply names all of them at once.
#[derive(Debug, Default)]
pub struct Validator {
    errors: Vec<FieldError>,
}

impl Validator {
    /// Returns the parsed value of a field, or records its error.
    pub fn field<T>(
        &mut self,
        field: &'static str,
        parsed: Result<T, FieldErrorKind>,
    ) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(kind) => {
                self.add_error(field, kind);
                None
            }
        }
    }

    /// Parses a field that may be absent. Returns `Some(None)` for an absent field and `None` for
    /// an invalid one, whose error it records.
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

    /// Records an error, such as one that depends on several fields.
    pub fn add_error(&mut self, field: &'static str, kind: FieldErrorKind) {
        self.errors.push(FieldError { field, kind });
    }

    /// Returns the draft when no error was recorded. `draft` may return `None` only if an error was
    /// recorded for one of its fields.
    ///
    /// # Errors
    /// All recorded errors, in the order in which they were recorded.
    pub fn finish<T>(self, draft: impl FnOnce() -> Option<T>) -> Result<T, Vec<FieldError>> {
        match draft() {
            Some(draft) if self.errors.is_empty() => Ok(draft),
            _ => Err(self.errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_upper_snake() {
        let mut codes = HashSet::new();
        for kind in FieldErrorKind::ALL {
            let code = kind.code();
            assert!(codes.insert(code), "{code} is not unique");
            let upper_snake = |c: char| c.is_ascii_uppercase() || c == '_';
            assert!(code.chars().all(upper_snake), "{code}");
        }
    }

    #[test]
    fn sentences_are_unique_and_contain_the_limit() {
        let mut sentences = HashSet::new();
        for kind in FieldErrorKind::ALL {
            let sentence = kind.to_string();
            if let Some(limit) = kind.limit() {
                assert!(sentence.contains(&limit), "{sentence}");
            }
            assert!(sentence.len() > 8, "{sentence}");
            assert!(
                !sentence.ends_with('.') && !sentence.contains("  "),
                "{sentence}"
            );
            assert!(sentences.insert(sentence), "{kind:?}");
        }
    }

    #[test]
    fn only_kinds_with_a_limit_have_one() {
        let cases = [
            (FieldErrorKind::TooLong { max: 120 }, Some("120")),
            (FieldErrorKind::TooShort { min: 12 }, Some("12")),
            (FieldErrorKind::TooLarge { max: 1_000_000 }, Some("1000000")),
            (
                FieldErrorKind::UnknownOrder {
                    allowed: "id, name",
                },
                Some("id, name"),
            ),
            (FieldErrorKind::Missing, None),
            (FieldErrorKind::NotAPhone, None),
        ];
        for (kind, limit) in cases {
            assert_eq!(kind.limit().as_deref(), limit);
        }
        assert_eq!(
            FieldErrorKind::TooLong { max: 120 }.to_string(),
            "has more than 120 characters"
        );
    }

    #[test]
    fn a_validator_returns_the_draft_of_valid_fields() {
        let mut check = Validator::default();
        assert_eq!(check.field("name", Ok(1)), Some(1));
        assert_eq!(check.optional("note", Some(2), Ok), Some(Some(2)));
        assert_eq!(check.optional("date", None::<i32>, Ok), Some(None));
        assert_eq!(check.finish(|| Some("draft")), Ok("draft"));
    }

    #[test]
    fn a_validator_collects_errors_in_order() {
        let mut check = Validator::default();
        let name = check.field::<i32>("name", Err(FieldErrorKind::Missing));
        let note = check.optional("note", Some(0), |_| {
            Err::<i32, _>(FieldErrorKind::TooLong { max: 3 })
        });
        check.add_error("end_time", FieldErrorKind::EndsBeforeStart);
        assert_eq!((name, note), (None, None));
        let expected = [
            ("name", FieldErrorKind::Missing),
            ("note", FieldErrorKind::TooLong { max: 3 }),
            ("end_time", FieldErrorKind::EndsBeforeStart),
        ];
        let expected = expected.map(|(field, kind)| FieldError { field, kind });
        assert_eq!(check.finish(|| Some("draft")), Err(expected.to_vec()));
    }
}
