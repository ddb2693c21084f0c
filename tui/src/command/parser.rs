//! The command line: the fixed commands are derived, those on records come from the tables of the screens.

pub(crate) mod fixed;
pub(crate) mod records;
mod values;

use std::ffi::OsString;

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _, Subcommand as _};

use self::fixed::Fixed;
use super::output::{Format, OutputArgs};
use crate::{
    record::Tab,
    settings::{self, Folders, Settings},
};

/// The command that writes records to a file.
pub(crate) const EXPORT: &str = "export";

/// The command line of the program.
#[must_use]
pub fn parser(folders: Option<&Folders>) -> Command {
    let records = Tab::ALL.map(records::command);
    let export = records::export();
    Fixed::augment_subcommands(Settings::command_line(folders))
        .subcommands(records)
        .subcommand(export)
        .disable_help_subcommand(true)
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
        parser(None).debug_assert();
    }

    #[test]
    fn every_field_and_filter_has_an_option() {
        let parser = parser(None);
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
