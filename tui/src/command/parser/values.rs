//! The values of options, as clap parses them.

use clap::{
    Arg, Command,
    builder::{PossibleValue, PossibleValuesParser, RangedU64ValueParser, TypedValueParser},
};

/// The words for yes and no, in both languages, with the words that stand for them too.
const WORDS: [(&str, &[&str], bool); 6] = [
    ("yes", &["y", "1", "on"], true),
    ("oui", &["o"], true),
    ("true", &["t", "vrai"], true),
    ("no", &["n", "0", "off"], false),
    ("non", &[], false),
    ("false", &["f", "faux"], false),
];

/// Parses yes or no, in either language.
pub(super) fn yes_or_no() -> impl TypedValueParser<Value = bool> {
    let values = WORDS.map(|(word, others, _)| PossibleValue::new(word).aliases(others));
    PossibleValuesParser::new(values).map(|text| {
        let text = text.to_lowercase();
        WORDS.iter().any(|(word, others, is_yes)| {
            *is_yes && (text == *word || others.contains(&text.as_str()))
        })
    })
}

/// Parses a number of records, at least one.
pub(super) fn count() -> impl TypedValueParser<Value = usize> {
    RangedU64ValueParser::<usize>::new().range(1..)
}

/// Makes the options of a command that accept a value like `-x` refuse one that is an option of the command:
/// its value was forgotten.
pub(super) fn guard_hyphens(command: Command) -> Command {
    let names: Vec<_> = command
        .get_arguments()
        .filter_map(|arg| Some(format!("--{}", arg.get_long()?)))
        .collect();
    command.mut_args(|arg: Arg| {
        if !arg.is_allow_hyphen_values_set() || arg.is_positional() {
            return arg;
        }
        let names = names.clone();
        arg.value_parser(move |text: &str| {
            let name = text.split_once('=').map_or(text, |(name, _)| name);
            if names.iter().any(|it| it == name) {
                return Err("an option");
            }
            Ok(text.to_owned())
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_words_of_both_languages() {
        let arg = Arg::new("signed").long("signed").ignore_case(true);
        let command = Command::new("epic").arg(arg.value_parser(yes_or_no()));
        let parsed = |text: &str| {
            let matches = command
                .clone()
                .try_get_matches_from(["epic", "--signed", text]);
            matches
                .ok()
                .map(|it| *it.get_one::<bool>("signed").unwrap())
        };
        for (text, value) in [
            ("oui", Some(true)),
            ("Yes", Some(true)),
            ("true", Some(true)),
            ("VRAI", Some(true)),
            ("non", Some(false)),
            ("no", Some(false)),
            ("false", Some(false)),
            ("0", Some(false)),
            ("perhaps", None),
        ] {
            assert_eq!(parsed(text), value, "{text}");
        }
    }

    #[test]
    fn an_option_is_no_value_of_another() {
        let option = |name: &'static str| Arg::new(name).long(name);
        let command = guard_hyphens(
            Command::new("epic")
                .arg(option("company").allow_hyphen_values(true))
                .arg(option("phone")),
        );
        let parsed = |line: &str| {
            command
                .clone()
                .try_get_matches_from(line.split(' '))
                .is_ok()
        };
        for (line, is_valid) in [
            ("epic --company -x", true),
            ("epic --company --", true),
            ("epic --company --x", true),
            ("epic --company=-x --phone 1", true),
            ("epic --company --phone", false),
            ("epic --company --phone=1", false),
        ] {
            assert_eq!(parsed(line), is_valid, "{line}");
        }
    }
}
