//! The texts of the command line in the user's language: descriptions, names of values, headings. The messages are
//! found by the names of commands and options; the labels of fields and filters are those of the screens.

use clap::{
    Arg, ArgAction, Command, ValueEnum as _,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use super::records::LIMIT;
use crate::{
    command::{names, output::Format, output::OutputArgs, parser::EXPORT},
    messages::{Arg as Value, Messages},
    record::Tab,
};

/// The command line with its texts. `file` is the path of the settings file, which the help names.
pub(super) fn localized(root: Command, file: &str, messages: &Messages) -> Command {
    let footer = messages.with("cli-footer", &[("file", Value::Text(file))]);
    let version = Arg::new("version")
        .short('V')
        .long("version")
        .action(ArgAction::Version);
    let root = root.disable_version_flag(true).arg(version);
    localize(root, &[], messages).after_help(footer)
}

/// The texts of a command at this path, and those of its subcommands.
fn localize(command: Command, path: &[&str], messages: &Messages) -> Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help);
    let style = *command.get_styles().get_usage();
    let usage = messages.get("cli-usage");
    let template = format!(
        "{{before-help}}{{about-with-newline}}\n{style}{usage}{style:#} {{usage}}\n\n{{all-args}}{{after-help}}"
    );
    let command = command
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .arg(help)
        .help_template(template)
        .subcommand_help_heading(messages.get("cli-commands"))
        .subcommand_value_name(messages.get("cli-command"));
    let command = match found(&[about(path)], path, messages) {
        Some(about) => command.about(about),
        None => command,
    };
    command
        .mut_args(|arg| option(arg, path, messages))
        .mut_subcommands(|inner| {
            let name = inner.get_name().to_owned();
            localize(inner, &[path, &[&name]].concat(), messages)
        })
}

/// The message that describes the command at a path.
fn about(path: &[&str]) -> String {
    match path {
        [] => "about".to_owned(),
        [tab] if tab_named(tab).is_some() => "about-records".to_owned(),
        [tab, action] if tab_named(tab).is_some() => format!("about-{action}"),
        [EXPORT, _] => "about-export-records".to_owned(),
        path => format!("about-{}", path.join("-")),
    }
}

/// The first of these messages that there is, about the records of the command at a path.
fn found(ids: &[String], path: &[&str], messages: &Messages) -> Option<String> {
    let kind = path.iter().find_map(|name| tab_named(name));
    let kind = kind.map_or("", |tab| tab.kind().name());
    let limit = LIMIT.to_string();
    let args = [("kind", Value::Text(kind)), ("limit", Value::Text(&limit))];
    ids.iter().find_map(|id| messages.find(id, &args))
}

fn tab_named(name: &str) -> Option<Tab> {
    let is_named = |tab: &Tab| names::command(*tab) == name;
    Tab::ALL.into_iter().find(is_named)
}

/// The texts of an option. A message for it in one command precedes the one for all commands.
fn option(arg: Arg, path: &[&str], messages: &Messages) -> Arg {
    let id = arg.get_id().to_string();
    let top = path.first().copied().unwrap_or_default();
    let ids = [format!("option-{top}-{id}"), format!("option-{id}")];
    let arg = match found(&ids, path, messages) {
        Some(help) => arg.help(help),
        None => arg,
    };
    let heading = match (arg.is_positional(), arg.is_global_set()) {
        (true, _) => "cli-arguments",
        (false, true) => "cli-global-options",
        (false, false) => "cli-options",
    };
    let arg = arg.help_heading(messages.get(heading));
    let arg = if id == OutputArgs::FORMAT {
        arg.value_parser(formats(messages))
    } else {
        arg
    };
    if !arg.get_action().takes_values() {
        return arg;
    }
    let name = arg.get_value_names().and_then(|it| it.first());
    let name = name.map_or_else(|| id.to_lowercase(), |it| it.to_lowercase());
    let name = messages.find(&format!("value-{}", name.replace('|', "-")), &[]);
    match name {
        Some(name) => arg.value_name(name),
        None => arg,
    }
}

/// Parses a format; each has a description.
fn formats(messages: &Messages) -> impl TypedValueParser<Value = Format> + use<> {
    let described = Format::value_variants().iter().filter_map(|format| {
        let name = format.to_possible_value()?.get_name().to_owned();
        let help = messages.get(&format!("cli-format-{name}"));
        Some(PossibleValue::new(name).help(help))
    });
    // Only the name of a format is a possible value.
    PossibleValuesParser::new(described)
        .map(|name| Format::from_str(&name, false).unwrap_or(Format::Table))
}

/// Writes the possible values of each option into its help: clap announces them in English.
pub(super) fn with_values(command: Command, messages: &Messages) -> Command {
    command
        .mut_args(|arg| values(arg, messages))
        .mut_subcommands(|inner| with_values(inner, messages))
}

fn values(arg: Arg, messages: &Messages) -> Arg {
    if !arg.get_action().takes_values() {
        return arg;
    }
    let arg = arg.hide_default_value(true);
    let all = arg.get_possible_values();
    if all.is_empty() {
        return arg;
    }
    let text = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let names: Vec<_> = all.iter().map(PossibleValue::get_name).collect();
    let args = [
        ("text", Value::Text(&text)),
        ("values", Value::Text(&names.join(", "))),
    ];
    let short = messages.with("cli-values", &args);
    let described = all.iter().filter_map(|value| {
        let help = value.get_help()?;
        Some(format!("{}: {help}", value.get_name()))
    });
    let described: Vec<_> = described.collect();
    let arg = arg.help(short).hide_possible_values(true);
    if described.is_empty() {
        return arg;
    }
    let separator = "\n- ";
    arg.long_help(format!("{text}\n{separator}{}", described.join(separator)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{command::parser::parser, messages::Lang};

    /// Every text of a command line, with where it is.
    fn texts(command: &Command, path: &str, found: &mut Vec<(String, String)>) {
        let about = command.get_about().map(ToString::to_string);
        found.push((path.to_owned(), about.unwrap_or_default()));
        for arg in command.get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            found.push((format!("{path} --{}", arg.get_id()), help));
            for name in arg.get_value_names().unwrap_or_default() {
                if arg.get_action().takes_values() {
                    found.push((format!("{path} --{} value", arg.get_id()), name.to_string()));
                }
            }
        }
        for inner in command.get_subcommands() {
            texts(inner, &format!("{path} {}", inner.get_name()), found);
        }
    }

    fn all(lang: Lang) -> Vec<(String, String)> {
        let mut found = Vec::new();
        texts(&parser(None, lang), "epic", &mut found);
        found
    }

    #[test]
    fn every_command_and_option_has_a_text_in_both_languages() {
        let (english, french) = (all(Lang::En), all(Lang::Fr));
        assert!(english.len() > 300);
        let mut differing = 0;
        for ((place, english), (other, french)) in english.iter().zip(&french) {
            assert_eq!(place, other);
            assert!(!english.is_empty() && !french.is_empty(), "{place}");
            let is_description = !place.ends_with(" value") && english.contains(' ');
            assert!(!is_description || english != french, "{place}: {english}");
            differing += usize::from(english != french);
        }
        assert!(differing > 250, "{differing}");
    }

    #[test]
    fn help_is_in_the_language_of_the_user() {
        let mut french = parser(None, Lang::Fr);
        let help = french.render_help().to_string();
        assert!(help.contains("Options générales :"), "{help}");
        let clients = french.find_subcommand_mut("clients").unwrap();
        let help = clients.render_help().to_string();
        for part in [
            "Utilisation",
            "Commandes :",
            "<COMMANDE>",
            "Lister les clients",
        ] {
            assert!(help.contains(part), "{part}: {help}");
        }
        let list = clients.find_subcommand_mut("list").unwrap();
        let help = list.render_long_help().to_string();
        for part in [
            "<NOM|ID>",
            "Seulement",
            "(name, company, ",
            "- jsonl: Une valeur",
        ] {
            assert!(help.contains(part), "{part}: {help}");
        }
        for part in ["possible values", "Possible values", "default", "Usage"] {
            assert!(!help.contains(part), "{part}: {help}");
        }
    }

    #[test]
    fn help_lists_every_setting() {
        for lang in Lang::ALL {
            let help = parser(None, lang).render_long_help().to_string();
            let all = [
                "--server",
                "--ca",
                "--insecure",
                "insecure = ",
                "--lang",
                "--no-mouse",
                "EPIC_SERVER",
                "EPIC_LANG",
                "EPIC_TIME_ZONE",
                "EPIC_EMAIL",
                "EPIC_PASSWORD_FILE",
                "time_zone",
                "mouse",
            ];
            for name in all {
                assert!(help.contains(name), "{name}");
            }
            assert_eq!(help.contains("  demo "), cfg!(feature = "demo"));
        }
    }
}
