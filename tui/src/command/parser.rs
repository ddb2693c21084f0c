//! The command line: the fixed commands are derived, those on records come from the tables of the screens.

pub(crate) mod fixed;
pub(crate) mod records;
mod texts;
mod values;

use std::{ffi::OsString, path::Path};

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _, Subcommand as _};

use self::fixed::Fixed;
use super::output::{Format, OutputArgs};
use crate::{
    messages::{Lang, Messages},
    record::Tab,
    settings::{self, Folders, Settings},
};

/// The command that writes records to a file.
pub(crate) const EXPORT: &str = "export";

/// The command line of the program, with the texts of a language.
#[must_use]
pub fn parser(folders: Option<&Folders>, lang: Lang) -> Command {
    let messages = Messages::new(lang);
    texts::with_values(without_values(folders, &messages), &messages)
}

/// The command line whose texts do not list the values of options, for what lists them itself.
pub(crate) fn without_values(folders: Option<&Folders>, messages: &Messages) -> Command {
    let records = Tab::ALL.map(|tab| records::command(tab, messages));
    let file = folders.map(Folders::settings_file);
    let file = file
        .as_deref()
        .map_or_else(|| "-".into(), Path::to_string_lossy);
    let command = Fixed::augment_subcommands(Settings::command_line())
        .subcommands(records)
        .subcommand(records::export(messages));
    texts::localized(command, &file, messages)
}

/// A command that was parsed.
pub(crate) enum Parsed<'m> {
    /// One of the fixed commands.
    Fixed(Fixed),
    /// An action on the records of a tab, with its options.
    Records(Tab, &'m str, &'m ArgMatches),
    /// The export of a tab's records.
    Export(Tab, &'m ArgMatches),
}

impl<'m> Parsed<'m> {
    /// The command of a command line; `None` for the screen and the demo.
    pub(crate) fn of(matches: &'m ArgMatches) -> Option<Self> {
        let (name, inner) = matches.subcommand()?;
        let tab_named = |name: &str| {
            let is_named = |tab: &Tab| super::names::command(*tab) == name;
            Tab::ALL.into_iter().find(is_named)
        };
        if let Some(tab) = tab_named(name) {
            let (action, inner) = inner.subcommand()?;
            return Some(Self::Records(tab, action, inner));
        }
        if name == EXPORT {
            let (name, inner) = inner.subcommand()?;
            return Some(Self::Export(tab_named(name)?, inner));
        }
        Fixed::from_arg_matches(matches).ok().map(Self::Fixed)
    }
}

/// The format that a command line asks for, at whatever depth.
#[must_use]
pub fn format_of(matches: &ArgMatches) -> Option<Format> {
    let own = matches.try_get_one::<Format>(OutputArgs::FORMAT);
    let own = own.ok().flatten().copied();
    own.or_else(|| format_of(matches.subcommand()?.1))
}

/// The format that a command line asks for although it is wrong.
#[must_use]
pub fn format_of_invalid(line: &[OsString]) -> Option<Format> {
    let parser = OutputArgs::augment_args(Command::new("epic"));
    settings::find_in_invalid(parser, line, format_of)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        for lang in Lang::ALL {
            parser(None, lang).debug_assert();
        }
    }

    #[test]
    fn every_field_and_filter_has_an_option() {
        let parser = parser(None, Lang::En);
        for tab in Tab::ALL {
            let command = parser
                .find_subcommand(crate::command::names::command(tab))
                .unwrap();
            let has = |name: &str, argument: &str| {
                let found = command.find_subcommand(name).unwrap();
                found.get_arguments().any(|it| it.get_id() == argument)
            };
            let screen = tab.screen();
            for (name, form) in [
                (records::CREATE, screen.create),
                (records::EDIT, screen.edit),
            ] {
                assert!(
                    form.fields.iter().all(|field| has(name, field.name)),
                    "{name}"
                );
            }
            for filter in screen.filters {
                let is_role = crate::command::names::is_role(filter);
                assert!(
                    is_role || has(records::LIST, filter.label),
                    "{}",
                    filter.label
                );
            }
        }
    }

    #[test]
    fn the_format_is_known_after_a_mistake() {
        let line = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        for text in [
            "epic clients list --nonsense --format json",
            "epic clients --format=json lst",
            "epic --format json",
        ] {
            assert_eq!(format_of_invalid(&line(text)), Some(Format::Json), "{text}");
        }
        assert_eq!(
            format_of_invalid(&line("epic clients list --nonsense")),
            None
        );
    }
}
