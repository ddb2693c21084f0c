//! The texts of the user interface, in the user's language. They are in `i18n/<language>/*.ftl`;
//! the code contains only their identifiers.

mod system_error;
mod typography;

use std::{fmt, sync::Arc};

use epic_events::{
    api_error::{self, ApiError, WireFieldError},
    character,
    policy::Denied,
    role::role_from_name,
    v1::Role,
};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::{Timestamp, Zoned, tz::TimeZone};
use rust_embed::RustEmbed;

pub use self::system_error::SystemError;

#[derive(RustEmbed)]
#[folder = "i18n"]
struct Translations;

/// A language of the user interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
}

impl Lang {
    /// All languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// The language code, which is also the name of the folder under `i18n`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language of a code or locale name such as `fr`, `fr-CA` or `fr_FR.UTF-8`.
    #[must_use]
    pub(crate) fn from_locale(locale: &str) -> Option<Self> {
        let code = locale.split(['-', '_', '.', '@']).next()?;
        Self::ALL
            .into_iter()
            .find(|lang| lang.code().eq_ignore_ascii_case(code))
    }
}

/// An argument of a message.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A text.
    Text(&'a str),
    /// A number, which selects between singular and plural and is formatted with the language's
    /// thousands separator.
    Number(i64),
}

/// The messages of a language. All clones share them.
#[derive(Clone)]
pub struct Messages {
    lang: Lang,
    zone: TimeZone,
    bundle: Arc<FluentBundle<FluentResource>>,
    /// The day and month of every date, 31 per month from 1 January on. Formatting them once makes
    /// lists, which contain many dates, cheap to draw.
    days: Arc<[String]>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Messages").field(&self.lang).finish()
    }
}

/// A text as a sentence, with a capital letter and a full stop.
#[must_use]
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let end = if text.ends_with('.') { "" } else { "." };
    first.chain(letters).chain(end.chars()).collect()
}

impl Messages {
    /// The messages of a language. Times in messages are in UTC; see [`Self::in_zone`].
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        let locale = lang.code().parse().ok().into_iter().collect();
        let mut bundle = FluentBundle::new_concurrent(locale);
        // Terminals display the Unicode isolation marks as boxes.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::En => |value, _| grouped(Lang::En, value),
            Lang::Fr => |value, _| grouped(Lang::Fr, value),
        }));
        if lang == Lang::Fr {
            bundle.set_transform(Some(typography::french));
        }
        for (file, text) in sources(lang) {
            // The valid part of a file is used; a test rejects files with errors.
            let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, errors)| {
                tracing::error!(%file, ?errors, "messages that do not parse");
                resource
            });
            if let Err(errors) = bundle.add_resource(resource) {
                tracing::error!(%file, ?errors, "duplicate messages");
            }
        }
        let mut messages = Self {
            lang,
            zone: TimeZone::UTC,
            bundle: Arc::new(bundle),
            days: Arc::default(),
        };
        messages.days = messages.days_of_a_year();
        messages
    }

    fn days_of_a_year(&self) -> Arc<[String]> {
        let months = (1..=12).map(|month| self.get(&format!("month-{month}")));
        months
            .flat_map(|month| (1..=31).map(move |day| (day, month.clone())))
            .map(|(day, month)| {
                let args = [("day", Arg::Number(day)), ("month", Arg::Text(&month))];
                self.with("day-of-month", &args)
            })
            .collect()
    }

    /// A date without its year: `12 Sep`, `1er juil.`; empty if there is no such month or day.
    #[must_use]
    pub(crate) fn day(&self, month: i8, day: i8) -> &str {
        let index = usize::try_from((i32::from(month) - 1) * 31 + i32::from(day) - 1);
        let found = index.ok().and_then(|index| self.days.get(index));
        found.map_or("", String::as_str)
    }

    /// Sets the time zone of times in messages.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// The time zone of times in messages.
    #[must_use]
    pub(crate) const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The language.
    #[must_use]
    pub(crate) const fn lang(&self) -> Lang {
        self.lang
    }

    /// The message with this identifier; the identifier itself if there is none.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// The message with this identifier and these arguments. Invisible characters in the arguments
    /// become signs.
    #[must_use]
    pub fn with(&self, id: &str, args: &[(&str, Arg<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|m| m.value()) else {
            tracing::error!(id, "no such message");
            return id.to_owned();
        };
        let mut fluent_args = FluentArgs::with_capacity(args.len());
        for &(name, arg) in args {
            match arg {
                Arg::Text(text) => fluent_args.set(name, character::visible(text)),
                Arg::Number(number) => fluent_args.set(name, number),
            }
        }
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&fluent_args), &mut errors);
        if !errors.is_empty() {
            tracing::error!(id, ?errors, "a message cannot be formatted");
        }
        text.into_owned()
    }

    /// The message with this identifier and these arguments; `None` if there is none.
    #[must_use]
    pub(crate) fn find(&self, id: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        self.bundle.has_message(id).then(|| self.with(id, args))
    }

    /// The sentence for an error of the server: the reason, and what to do. Without `now`, times in it have
    /// their date in full.
    #[must_use]
    pub(crate) fn api_error(&self, error: &ApiError, now: Option<&Zoned>) -> String {
        if error.details.contains_key(api_error::STATUS) {
            return self.error_message("refused-without-reason", error, "", now);
        }
        let id = message_id("reason", error.reason.name());
        self.error_message(&id, error, "", now)
    }

    /// The sentence for an error of the server on a line of a shell, where there is no list to refresh and no
    /// form to close.
    #[must_use]
    pub(crate) fn command_error(&self, error: &ApiError) -> String {
        let id = message_id("command-reason", error.reason.name());
        if self.bundle.has_message(&id) {
            return self.error_message(&id, error, "", None);
        }
        self.api_error(error, None)
    }

    /// The sentence for a form whose record another collaborator has saved, with the key that changes to the
    /// other value of a field; empty without such a field.
    #[must_use]
    pub(crate) fn form_outdated(&self, error: &ApiError, key: &str, now: &Zoned) -> String {
        self.error_message("form-outdated", error, key, Some(now))
    }

    fn error_message(&self, id: &str, error: &ApiError, key: &str, now: Option<&Zoned>) -> String {
        let detail = |key: &str| error.details.get(key).map_or("", String::as_str);
        let allowed = detail(api_error::ALLOWED).split(',');
        let allowed: Vec<_> = allowed.filter_map(role_from_name).collect();
        let allowed = self.departments(&allowed);
        let changed_at = detail(api_error::CHANGED_AT)
            .parse::<Timestamp>()
            .map(|at| self.past_time(at, now))
            .unwrap_or_default();
        let errors: Vec<_> = error.fields.iter().map(|it| self.field_error(it)).collect();
        self.with(
            id,
            &[
                ("allowed", optional(&allowed)),
                ("record", optional(detail(api_error::RECORD))),
                ("by", optional(detail(api_error::CHANGED_BY))),
                ("trace", optional(detail(api_error::TRACE))),
                ("status", optional(detail(api_error::STATUS))),
                ("at", optional(&changed_at)),
                ("key", optional(key)),
                ("errors", optional(&errors.join(", "))),
            ],
        )
    }

    /// A field error as a predicate, displayed under the field: "ends before it starts". For a code
    /// that only a newer server has, it is the server's English sentence.
    #[must_use]
    pub(crate) fn field_error(&self, error: &WireFieldError) -> String {
        let id = message_id("field-error", &error.code);
        if !self.bundle.has_message(&id) {
            return error.sentence.clone();
        }
        let limit = error.limit.as_deref().unwrap_or_default();
        // The limit of an amount is in cents on the wire.
        let limit = match limit.parse::<i64>() {
            Ok(cents) if error.field.ends_with("_cents") => self.amount(cents),
            Ok(number) => grouped_number(self.lang, number),
            Err(_) => limit.to_owned(),
        };
        self.with(&id, &[("limit", Arg::Text(&limit))])
    }

    /// The sentence that the status line displays for a denied action: "Only gestion can do this."
    #[must_use]
    pub(crate) fn denial(&self, denied: &Denied) -> String {
        sentence(&self.denied(denied))
    }

    /// Why an action is denied, beside what is denied: "only gestion can do this".
    #[must_use]
    pub(crate) fn denied(&self, denied: &Denied) -> String {
        let (id, allowed) = match denied {
            Denied::Unlisted => ("denied-unlisted", &[][..]),
            Denied::Role { allowed } => ("denied-role", &allowed[..]),
            Denied::NotYours => ("denied-not-yours", &[][..]),
            Denied::AlreadyAssigned => ("denied-already-assigned", &[][..]),
            Denied::Field { field: _, allowed } => ("denied-field", &allowed[..]),
        };
        let allowed = self.departments(allowed);
        self.with(id, &[("allowed", optional(&allowed))])
    }

    /// The device of a session, as the client named it at login: `epic 0.1 on desk-12`.
    #[must_use]
    pub(crate) fn device(&self, device: &str) -> String {
        if device.is_empty() {
            return self.get("session-unnamed");
        }
        device.to_owned()
    }

    /// The departments as a list in a sentence: "gestion or commercial".
    #[must_use]
    pub fn departments(&self, roles: &[Role]) -> String {
        let names: Vec<_> = roles.iter().map(|&role| self.role(role)).collect();
        match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => {
                let others = others.join(", ");
                self.with(
                    "either",
                    &[("others", Arg::Text(&others)), ("last", Arg::Text(last))],
                )
            }
            None => String::new(),
        }
    }
}

/// An optional argument: `none` selects the variant of the message without it.
fn optional(text: &str) -> Arg<'_> {
    Arg::Text(if text.is_empty() { "none" } else { text })
}

/// The message of a code: `field-error` and `TOO_LONG` give `field-error-too-long`.
fn message_id(kind: &str, code: &str) -> String {
    format!("{kind}-{}", code.to_lowercase().replace('_', "-"))
}

fn grouped(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        // Numbers are set from `i64` values below 2^53, so the conversion is exact.
        #[allow(clippy::cast_possible_truncation)]
        FluentValue::Number(number) => Some(grouped_number(lang, number.value as i64)),
        _ => None,
    }
}

/// A whole number with the language's thousands separator.
fn grouped_number(lang: Lang, number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped_digits(lang, number.unsigned_abs()))
}

/// An unsigned number with the language's thousands separator.
pub(crate) fn grouped_digits(lang: Lang, number: u64) -> String {
    let separator = match lang {
        Lang::En => ',',
        Lang::Fr => '\u{202f}',
    };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// Name and text of every file of a language.
fn sources(lang: Lang) -> impl Iterator<Item = (String, String)> {
    Translations::iter()
        .filter(move |file| file.split('/').next() == Some(lang.code()))
        .filter_map(|file| {
            let text = Translations::get(&file)?.data.into_owned();
            Some((file.into_owned(), String::from_utf8(text).ok()?))
        })
}

#[cfg(test)]
mod tests;
