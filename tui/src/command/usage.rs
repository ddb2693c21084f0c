//! The sentences for command lines that do not parse, in the user's language.

use std::ffi::OsString;

use clap::{
    Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::messages::{Arg, Messages};

/// Why a command line does not parse, without clap's paragraphs on usage.
pub(crate) fn sentence(error: &Error, line: &[OsString], messages: &Messages) -> String {
    if let Some(option) = option_before_option(error, line) {
        return messages.with("usage-no-value", &[("option", Arg::Text(&option))]);
    }
    let described = if lacks_value(error) {
        Some(NO_VALUE)
    } else {
        described(error)
    };
    let Some((id, parts)) = described else {
        return text_of(error);
    };
    let values: Option<Vec<_>> = parts
        .iter()
        .map(|(name, kind)| Some((*name, shown(error, *kind)?)))
        .collect();
    let Some(values) = values else {
        return text_of(error);
    };
    let args: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, Arg::Text(value)))
        .collect();
    let sentence = messages.with(id, &args);
    let suggestions = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    let meant = suggestions.into_iter().find_map(|kind| value(error, kind));
    match meant {
        Some(meant) => {
            let args = [
                ("sentence", Arg::Text(&sentence)),
                ("meant", Arg::Text(&meant)),
            ];
            messages.with("usage-meant", &args)
        }
        None => sentence,
    }
}

/// An argument of a Fluent message, and where clap has its value.
type Part = (&'static str, ContextKind);

/// The option that has taken the next option as its value, so that the value of that one is not expected:
/// `--company --phone 0102030405`.
fn option_before_option(error: &Error, line: &[OsString]) -> Option<String> {
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    let unexpected = value(error, ContextKind::InvalidArg)?;
    let at = line.iter().position(|word| **word == *unexpected)?;
    let before = |back| line.get(at.checked_sub(back)?)?.to_str();
    let is_option = |word: &&str| word.starts_with("--") && !word.contains('=');
    before(1).filter(is_option)?;
    before(2).filter(is_option).map(str::to_owned)
}

/// The mistake of an option without its value.
const NO_VALUE: (&str, &[Part]) = ("usage-no-value", &[("option", ContextKind::InvalidArg)]);

/// Whether an option lacks its value, or has another option as its value.
fn lacks_value(error: &Error) -> bool {
    let has_value = |kind| value(error, kind).is_some();
    match error.kind() {
        ErrorKind::InvalidValue => !has_value(ContextKind::InvalidValue),
        ErrorKind::ValueValidation => {
            let given = value(error, ContextKind::InvalidValue);
            given.is_some_and(|it| it.starts_with("--"))
        }
        _ => false,
    }
}

/// The Fluent message of a mistake; `None` for one that clap alone describes.
fn described(error: &Error) -> Option<(&'static str, &'static [Part])> {
    const OPTION: Part = ("option", ContextKind::InvalidArg);
    const VALUE: Part = ("value", ContextKind::InvalidValue);
    let is_option = value(error, ContextKind::InvalidArg).is_some_and(|it| it.starts_with('-'));
    Some(match error.kind() {
        ErrorKind::UnknownArgument if !is_option => ("usage-unexpected", &[OPTION]),
        ErrorKind::UnknownArgument => ("usage-unknown-option", &[OPTION]),
        ErrorKind::InvalidSubcommand => (
            "usage-unknown-command",
            &[("command", ContextKind::InvalidSubcommand)],
        ),
        ErrorKind::InvalidValue => (
            "usage-invalid-value",
            &[OPTION, VALUE, ("values", ContextKind::ValidValue)],
        ),
        ErrorKind::ValueValidation => ("usage-unreadable-value", &[OPTION, VALUE]),
        ErrorKind::MissingRequiredArgument => ("usage-missing", &[OPTION]),
        ErrorKind::ArgumentConflict if is_repeated(error) => ("usage-repeated", &[OPTION]),
        ErrorKind::ArgumentConflict => (
            "usage-conflict",
            &[OPTION, ("other", ContextKind::PriorArg)],
        ),
        ErrorKind::TooManyValues => ("usage-takes-no-value", &[OPTION]),
        ErrorKind::InvalidUtf8 => ("usage-not-utf-8", &[]),
        ErrorKind::MissingSubcommand => (
            "usage-no-command",
            &[
                ("command", ContextKind::InvalidSubcommand),
                ("commands", ContextKind::ValidSubcommand),
            ],
        ),
        _ => return None,
    })
}

/// Whether an option is given twice.
fn is_repeated(error: &Error) -> bool {
    value(error, ContextKind::InvalidArg) == value(error, ContextKind::PriorArg)
}

/// The value of a part; an empty one of an option is visible.
fn shown(error: &Error, kind: ContextKind) -> Option<String> {
    let is_empty = matches!(error.get(kind), Some(ContextValue::String(text)) if text.is_empty());
    if is_empty && kind == ContextKind::InvalidValue {
        return Some("\"\"".to_owned());
    }
    value(error, kind)
}

fn value(error: &Error, kind: ContextKind) -> Option<String> {
    let text = match error.get(kind)? {
        ContextValue::String(text) => text.clone(),
        ContextValue::Strings(texts) => texts.join(", "),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn text_of(error: &Error) -> String {
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let words = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.strip_prefix("error: ").unwrap_or(&words);
    format!("{words}.")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{command::parser::parser, messages::Lang};

    #[test]
    fn mistakes_are_described_in_both_languages() {
        let cases = [
            (
                "epic --colour",
                "There is no option --colour.",
                "L’option --colour n’existe pas.",
            ),
            (
                "epic clients lst",
                "There is no command lst. Did you mean list?",
                "La commande lst n’existe pas. Vouliez-vous dire list\u{202f}?",
            ),
            (
                "epic clients list --limit many",
                "many cannot be read as a value of --limit <N>.",
                "many n’est pas une valeur lisible pour --limit <N>.",
            ),
            (
                "epic clients create --company --phone 1",
                "--company has no value.",
                "Il manque la valeur de --company.",
            ),
            (
                "epic clients create --company --yes",
                "--company <TEXT> has no value.",
                "Il manque la valeur de --company <TEXTE>.",
            ),
            (
                "epic clients list all",
                "“all” is not expected here.",
                "«\u{a0}all\u{a0}» n’est pas attendu ici.",
            ),
            (
                "epic clients list --commercial --all",
                "--commercial <NAME|ID> has no value.",
                "Il manque la valeur de --commercial <NOM|ID>.",
            ),
            (
                "epic clients list --limit 0",
                "0 cannot be read as a value of --limit <N>.",
                "0 n’est pas une valeur lisible pour --limit <N>.",
            ),
            (
                "epic clients --lang en",
                "epic clients needs a command: list, show, create, edit, assign.",
                "epic clients attend une commande\u{a0}: list, show, create, edit, assign.",
            ),
            (
                "epic clients list --all=yes",
                "--all takes no value.",
                "--all n’attend pas de valeur.",
            ),
            (
                "epic clients list --limit 1 --limit 2",
                "--limit <N> is given twice.",
                "--limit <N> figure deux fois.",
            ),
            (
                "epic clients edit 1 --if-etag=",
                "\"\" cannot be read as a value of --if-etag <ETAG>.",
                "\"\" n’est pas une valeur lisible pour --if-etag <ETAG>.",
            ),
            (
                "epic clients show",
                "Missing: <ID|NAME>.",
                "Il manque <ID|NOM>.",
            ),
        ];
        for (line, english, french) in cases {
            let words: Vec<_> = line.split(' ').map(OsString::from).collect();
            for (lang, expected) in [(Lang::En, english), (Lang::Fr, french)] {
                let error = parser(None, lang).try_get_matches_from(&words).unwrap_err();
                let found = sentence(&error, &words, &Messages::new(lang));
                assert_eq!(found, expected, "{line}");
            }
        }
    }
}
