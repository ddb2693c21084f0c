//! The words people read, in their language. Every sentence lives in `i18n/<language>/*.ftl`; the
//! code knows only its name.

use std::{fmt, sync::Arc};

use epic_events::{
    api_error::{self, ApiError, WireFieldError},
    policy::Denied,
    role::role_from_name,
    v1::Role,
};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use jiff::{Timestamp, tz::TimeZone};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "i18n"]
struct Translations;

/// A language that the client speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// English.
    En,
    /// French.
    Fr,
}

impl Lang {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::En, Self::Fr];

    /// Its code, which is its folder under `i18n`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }

    /// The language of a code or locale name such as `fr`, `fr-CA` or `fr_FR.UTF-8`.
    #[must_use]
    pub fn of(locale: &str) -> Option<Self> {
        let code = locale.split(['-', '_', '.', '@']).next()?;
        Self::ALL
            .into_iter()
            .find(|lang| lang.code().eq_ignore_ascii_case(code))
    }

    /// The first language of the system's locale that the client speaks; else English.
    #[must_use]
    pub fn of_system() -> Self {
        sys_locale::get_locales()
            .find_map(|locale| Self::of(&locale))
            .unwrap_or(Self::En)
    }
}

/// What fills a blank in a sentence.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// A text, as it is.
    Text(&'a str),
    /// A count, which chooses between singular and plural and is written with the language's
    /// separators.
    Number(i64),
}

/// The words of one language. Cloning shares them.
#[derive(Clone)]
pub struct Messages {
    lang: Lang,
    zone: TimeZone,
    bundle: Arc<FluentBundle<FluentResource>>,
    /// Every day of a year in words, from 1 January on, 31 a month: lists are full of dates.
    days: Arc<[String]>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Messages").field(&self.lang).finish()
    }
}

impl Messages {
    /// The words of that language; moments inside sentences are told in the system's time zone.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        let locale = lang.code().parse().ok().into_iter().collect();
        let mut bundle = FluentBundle::new_concurrent(locale);
        // The marks that isolate right-to-left text show up as boxes in terminals.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::En => |value, _| grouped(Lang::En, value),
            Lang::Fr => |value, _| grouped(Lang::Fr, value),
        }));
        for (file, text) in sources(lang) {
            // What is sound in a file with a mistake is still used; a test refuses the mistake.
            let resource = FluentResource::try_new(text).unwrap_or_else(|(resource, mistakes)| {
                tracing::error!(%file, ?mistakes, "messages that cannot be read");
                resource
            });
            if let Err(mistakes) = bundle.add_resource(resource) {
                tracing::error!(%file, ?mistakes, "messages that exist twice");
            }
        }
        let mut messages = Self {
            lang,
            zone: TimeZone::system(),
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

    /// A day without its year: `12 Sep`, `1er juil.`.
    #[must_use]
    pub fn day(&self, month: i8, day: i8) -> &str {
        let index = usize::try_from((i32::from(month) - 1) * 31 + i32::from(day) - 1);
        let found = index.ok().and_then(|index| self.days.get(index));
        found.map_or("", String::as_str)
    }

    /// The same words, with moments inside sentences told in this time zone.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// Which language it is.
    #[must_use]
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The sentence of that name. A name without a sentence is shown itself: ugly, but told.
    #[must_use]
    pub fn get(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// The sentence of that name, its blanks filled.
    #[must_use]
    pub fn with(&self, id: &str, args: &[(&str, Arg<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(id).and_then(|m| m.value()) else {
            tracing::error!(id, "no such message");
            return id.to_owned();
        };
        let mut filled = FluentArgs::with_capacity(args.len());
        for &(name, arg) in args {
            match arg {
                Arg::Text(text) => filled.set(name, text),
                Arg::Number(number) => filled.set(name, number),
            }
        }
        let mut mistakes = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&filled), &mut mistakes);
        if !mistakes.is_empty() {
            tracing::error!(id, ?mistakes, "a message with blanks left");
        }
        text.into_owned()
    }

    /// One sentence that tells why the server refused, and what to do.
    #[must_use]
    pub fn refusal(&self, refusal: &ApiError) -> String {
        let detail = |key: &str| refusal.details.get(key).map_or("", String::as_str);
        let allowed = detail(api_error::ALLOWED).split(',');
        let allowed: Vec<_> = allowed.filter_map(role_from_name).collect();
        let allowed = self.departments(&allowed);
        let changed_at = detail(api_error::CHANGED_AT)
            .parse::<Timestamp>()
            .map(|at| self.moment(at, &self.zone))
            .unwrap_or_default();
        let problems: Vec<_> = refusal.fields.iter().map(|it| self.problem(it)).collect();
        self.with(
            &message_id("reason", refusal.reason.name()),
            &[
                ("allowed", told(&allowed)),
                ("record", told(detail(api_error::RECORD))),
                ("by", told(detail(api_error::CHANGED_BY))),
                ("trace", told(detail(api_error::TRACE))),
                ("at", told(&changed_at)),
                ("problems", told(&problems.join(", "))),
            ],
        )
    }

    /// What is wrong with a field, to stand under it: "ends before it starts". A problem that a
    /// newer server knows and this client does not comes in English.
    #[must_use]
    pub fn problem(&self, problem: &WireFieldError) -> String {
        let id = message_id("problem", &problem.code);
        if !self.bundle.has_message(&id) {
            return problem.sentence.clone();
        }
        let limit = problem.limit.as_deref().unwrap_or_default();
        // An amount's limit travels in cents, and people read euros.
        let limit = match limit.parse::<i64>() {
            Ok(cents) if problem.field.ends_with("_cents") => self.amount(cents),
            Ok(number) => grouped_number(self.lang, number),
            Err(_) => limit.to_owned(),
        };
        self.with(&id, &[("limit", Arg::Text(&limit))])
    }

    /// Why the rights table says no, for the status line: "only gestion can do this".
    #[must_use]
    pub fn denied(&self, denied: &Denied) -> String {
        let (id, allowed) = match denied {
            Denied::Unlisted => ("denied-unlisted", &[][..]),
            Denied::Role { allowed } => ("denied-role", &allowed[..]),
            Denied::NotYours => ("denied-not-yours", &[][..]),
            Denied::AlreadyAssigned => ("denied-already-assigned", &[][..]),
            Denied::Field { field: _, allowed } => ("denied-field", &allowed[..]),
        };
        let allowed = self.departments(allowed);
        self.with(id, &[("allowed", told(&allowed))])
    }

    /// What a client called itself at login: `epic 0.1 on desk-12`.
    #[must_use]
    pub fn device(&self, device: &str) -> String {
        if device.is_empty() {
            return self.get("session-unnamed");
        }
        device.to_owned()
    }

    /// The departments as people list them: "gestion or commercial".
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

/// A detail that a sentence can do without: `none` chooses the variant that does.
fn told(text: &str) -> Arg<'_> {
    Arg::Text(if text.is_empty() { "none" } else { text })
}

/// `TOO_LONG` is told by `problem-too-long`.
fn message_id(kind: &str, code: &str) -> String {
    format!("{kind}-{}", code.to_lowercase().replace('_', "-"))
}

fn grouped(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        // Counts come in as `i64` below 2^53, so nothing is cut off on the way back.
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

/// The same, below zero aside.
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

/// Every file of a language, by name.
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
