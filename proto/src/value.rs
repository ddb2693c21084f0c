//! Values that cannot be wrong: made from what came over the wire or from the keyboard, once.
//! Lengths are counted in characters (Unicode scalar values), not bytes.

use jiff::{Timestamp, civil};
use uuid::Uuid;

use crate::{field_error::FieldErrorKind, google::r#type::Date, v1::Role};

/// The most characters an email address may have (RFC 3696, erratum 1690).
pub const EMAIL_MAX: usize = 254;
/// The most cents an amount may have: ten billion euros, far above any event.
pub const CENTS_MAX: i64 = 1_000_000_000_000;
/// The most people that an event may expect.
pub const ATTENDEES_MAX: i32 = 1_000_000;
/// The most characters that a client may call itself by.
pub const DEVICE_MAX: usize = 120;
/// The years a date or time may lie in: what a typing error leaves is refused.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// One line of text that is not empty, without spaces around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(String);

/// A person's full name.
pub type Name = Line<120>;
/// The name of a company.
pub type Company = Line<200>;
/// What an event is called.
pub type Title = Line<200>;
/// Where an event takes place.
pub type Location = Line<300>;

impl<const MAX: usize> Line<MAX> {
    /// Trims and checks.
    ///
    /// # Errors
    /// When it is empty, has more than `MAX` characters, or one that does not print.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        within(text, MAX)?;
        if text.chars().any(char::is_control) {
            return Err(FieldErrorKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Some lines of text, perhaps none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// The most characters of a note.
    pub const MAX: usize = 4_000;

    /// Checks; line breaks and tabs are welcome.
    ///
    /// # Errors
    /// When it has more than [`Self::MAX`] characters, or one that does not print.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim_end();
        within(text, Self::MAX)?;
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            return Err(FieldErrorKind::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// An email address, kept as it was typed; the database compares it without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Trims and checks the form; whether mail arrives is another matter.
    ///
    /// # Errors
    /// When it is empty, too long, or not an address with a full domain name.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        within(text, EMAIL_MAX)?;
        let options = email_address::Options::default()
            .with_required_tld()
            .without_domain_literal()
            .without_display_text();
        if text.chars().any(|c| c.is_control() || c.is_whitespace())
            || email_address::EmailAddress::parse_with_options(text, options).is_err()
        {
            return Err(FieldErrorKind::NotAnEmail);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// A phone number, kept as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// The most characters of a phone number, separators included.
    pub const MAX: usize = 32;

    /// Trims and checks: 4 to 15 digits (ITU-T E.164 allows 15), a `+` only in front, and the
    /// separators people use.
    ///
    /// # Errors
    /// When it is empty, too long, or has anything else in it.
    pub fn parse(text: &str) -> Result<Self, FieldErrorKind> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldErrorKind::Missing);
        }
        within(text, Self::MAX)?;
        let number = text.strip_prefix('+').unwrap_or(text);
        let digits = number.chars().filter(char::is_ascii_digit).count();
        let separators = |c: char| c.is_ascii_digit() || " .-()/\u{a0}".contains(c);
        if !(4..=15).contains(&digits) || !number.chars().all(separators) {
            return Err(FieldErrorKind::NotAPhone);
        }
        Ok(Self(text.to_owned()))
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// An amount of money in cents of a euro, from 0 to [`CENTS_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cents(i64);

impl Cents {
    /// Checks the bounds.
    ///
    /// # Errors
    /// When it is negative or above [`CENTS_MAX`].
    pub const fn parse(cents: i64) -> Result<Self, FieldErrorKind> {
        match cents {
            ..0 => Err(FieldErrorKind::Negative),
            0..=CENTS_MAX => Ok(Self(cents)),
            _ => Err(FieldErrorKind::TooLarge { max: CENTS_MAX }),
        }
    }

    /// The number of cents.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// How many people an event expects, from 0 to [`ATTENDEES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attendees(i32);

impl Attendees {
    /// Checks the bounds.
    ///
    /// # Errors
    /// When it is negative or above [`ATTENDEES_MAX`].
    pub fn parse(count: i32) -> Result<Self, FieldErrorKind> {
        match count {
            ..0 => Err(FieldErrorKind::Negative),
            0..=ATTENDEES_MAX => Ok(Self(count)),
            _ => Err(FieldErrorKind::TooLarge {
                max: ATTENDEES_MAX.into(),
            }),
        }
    }

    /// The number of people.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// A role that is one of the three.
///
/// # Errors
/// When it is unspecified or unknown.
pub fn role(wire: i32) -> Result<Role, FieldErrorKind> {
    match Role::try_from(wire) {
        Ok(Role::Unspecified) => Err(FieldErrorKind::Missing),
        Ok(role) => Ok(role),
        Err(_) => Err(FieldErrorKind::NotARole),
    }
}

/// What a client calls itself at login, perhaps nothing.
///
/// # Errors
/// When it has more than [`DEVICE_MAX`] characters, or one that does not print.
pub fn device(text: &str) -> Result<String, FieldErrorKind> {
    let text = text.trim();
    within(text, DEVICE_MAX)?;
    if text.chars().any(char::is_control) {
        return Err(FieldErrorKind::ControlCharacter);
    }
    Ok(text.to_owned())
}

/// A record's number, which is positive.
///
/// # Errors
/// When it is zero, as an absent field is, or negative.
pub const fn id(wire: i64) -> Result<i64, FieldErrorKind> {
    match wire {
        0 => Err(FieldErrorKind::Missing),
        ..0 => Err(FieldErrorKind::Negative),
        _ => Ok(wire),
    }
}

/// The UUID of a request that creates something.
///
/// # Errors
/// When it is empty, not a UUID, or the nil UUID, which cannot tell requests apart.
pub fn request_id(text: &str) -> Result<Uuid, FieldErrorKind> {
    match uuid(text)? {
        uuid if uuid.is_nil() => Err(FieldErrorKind::NotAUuid),
        uuid => Ok(uuid),
    }
}

/// A UUID.
///
/// # Errors
/// When it is empty or not a UUID.
pub fn uuid(text: &str) -> Result<Uuid, FieldErrorKind> {
    if text.is_empty() {
        return Err(FieldErrorKind::Missing);
    }
    Uuid::try_parse(text).map_err(|_| FieldErrorKind::NotAUuid)
}

/// A version of a record, as its etag names it.
///
/// # Errors
/// When it is empty or not the decimal number that [`format_etag`] writes.
pub fn etag(text: &str) -> Result<i64, FieldErrorKind> {
    if text.is_empty() {
        return Err(FieldErrorKind::Missing);
    }
    match text.parse() {
        Ok(version) if version > 0 && format_etag(version) == text => Ok(version),
        _ => Err(FieldErrorKind::NotAnEtag),
    }
}

/// The etag of a version of a record.
#[must_use]
pub fn format_etag(version: i64) -> String {
    version.to_string()
}

/// A calendar date from its wire form.
///
/// # Errors
/// When it is absent, not a day of the calendar, or outside the years 2000 to 2199.
pub fn date(wire: Option<&Date>) -> Result<civil::Date, FieldErrorKind> {
    let wire = wire.ok_or(FieldErrorKind::Missing)?;
    let part = |n: i32| i8::try_from(n).map_err(|_| FieldErrorKind::NotADate);
    let year = i16::try_from(wire.year).map_err(|_| FieldErrorKind::NotADate)?;
    let date = civil::Date::new(year, part(wire.month)?, part(wire.day)?);
    match date {
        Ok(date) if YEARS.contains(&year) => Ok(date),
        _ => Err(FieldErrorKind::NotADate),
    }
}

/// The wire form of a calendar date.
#[must_use]
pub fn wire_date(date: civil::Date) -> Date {
    Date {
        year: date.year().into(),
        month: date.month().into(),
        day: date.day().into(),
    }
}

/// A moment from its wire form, to the microsecond, which is what the database keeps.
///
/// # Errors
/// When it is absent, malformed, or outside the years 2000 to 2199.
pub fn time(wire: Option<&prost_types::Timestamp>) -> Result<Timestamp, FieldErrorKind> {
    let wire = wire.ok_or(FieldErrorKind::Missing)?;
    if !(0..1_000_000_000).contains(&wire.nanos) {
        return Err(FieldErrorKind::NotATime);
    }
    let whole = Timestamp::new(wire.seconds, wire.nanos / 1_000 * 1_000);
    match whole {
        Ok(time) if YEARS.contains(&time.to_zoned(jiff::tz::TimeZone::UTC).year()) => Ok(time),
        _ => Err(FieldErrorKind::NotATime),
    }
}

/// The wire form of a moment.
#[must_use]
pub fn wire_time(time: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: time.as_second(),
        nanos: time.subsec_nanosecond(),
    }
}

pub(crate) fn within(text: &str, max: usize) -> Result<(), FieldErrorKind> {
    // Bytes first: a long text is refused without counting it through.
    if text.len() > max * 4 || text.chars().count() > max {
        return Err(FieldErrorKind::TooLong { max });
    }
    Ok(())
}
