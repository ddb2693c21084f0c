//! What is generated from the command line: completions, manual pages and the reference.

use std::{fmt::Write as _, io, path::Path};

use clap::{Arg, Command};
use clap_complete::Shell;
use clap_mangen::Man;

use super::{
    failure::Outcome,
    output::{OutputArgs, file_error::FileError, sink::Sink},
    parser::{parser, without_values},
};
use crate::messages::{Lang, Messages};

/// The name of the program.
const NAME: &str = "epic";
/// The introduction of the reference.
const INTRODUCTION: &str = include_str!("reference/introduction.md");

/// Writes the completions of a shell.
pub(crate) fn completions(shell: Shell, messages: &Messages) -> Outcome {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut without_values(None, messages), NAME, &mut bytes);
    write(&bytes)
}

/// Writes the manual page, or one for each command into a folder.
pub(crate) fn man(folder: Option<&Path>, messages: &Messages) -> Outcome {
    let mut root = parser(None, messages.lang());
    let Some(folder) = folder else {
        let (_, page) = page(root, messages)?;
        return write(page.as_bytes());
    };
    root.build();
    let named = |error| FileError::wrap(folder, error);
    std::fs::create_dir_all(folder).map_err(named)?;
    let mut commands = vec![root];
    while let Some(command) = commands.pop() {
        let inner = command.get_subcommands().filter(|it| !it.is_hide_set());
        commands.extend(inner.cloned());
        let (name, page) = page(command, messages)?;
        std::fs::write(folder.join(name), page).map_err(named)?;
    }
    Ok(())
}

/// The name of a manual page, and its contents with the headings in the user's language.
fn page(command: Command, messages: &Messages) -> io::Result<(String, String)> {
    let man = Man::new(command);
    let mut bytes = Vec::new();
    man.render(&mut bytes)?;
    let heading = |line: &str| {
        let Some(name) = line.strip_prefix(".SH ") else {
            return format!("{line}\n");
        };
        // Those of the help are in the user's language already.
        let own = messages.find(&format!("man-{}", name.to_lowercase()), &[]);
        let name = own.unwrap_or_else(|| name.trim_matches('"').trim_end().to_uppercase());
        format!(".SH \"{name}\"\n")
    };
    let text = String::from_utf8_lossy(&bytes)
        .lines()
        .map(heading)
        .collect();
    Ok((man.get_filename(), text))
}

/// Writes the reference of all commands.
pub(crate) fn reference() -> Outcome {
    write(markdown().as_bytes())
}

fn write(bytes: &[u8]) -> Outcome {
    Ok(Sink::print(bytes)?)
}

/// The reference in Markdown: `docs/cli.md`, in English.
#[must_use]
pub fn markdown() -> String {
    let mut root = without_values(None, &Messages::new(Lang::En));
    root.build();
    let mut text = INTRODUCTION.to_owned();
    let commands = root.get_subcommands().filter(|it| !it.is_hide_set());
    for command in commands {
        // A string accepts every text.
        let _ = section(&mut text, NAME, command);
    }
    text
}

/// The section of a command, and those of its subcommands.
fn section(text: &mut String, before: &str, command: &Command) -> io::Result<()> {
    let path = format!("{before} {}", command.get_name());
    let about = command.get_about().map(ToString::to_string);
    let mut inner = command.get_subcommands().peekable();
    let level = if before == NAME { "##" } else { "###" };
    let usage = usage(&path, command);
    write_part(
        text,
        format_args!(
            "\n{level} `{path}`\n\n{}\n",
            sentence(&about.unwrap_or_default())
        ),
    );
    if inner.peek().is_none() || command.get_name() == "sessions" {
        write_part(text, format_args!("\n```text\n{usage}\n```\n"));
        let own = command.get_arguments().filter(|it| is_listed(it));
        let own: Vec<_> = own.collect();
        if !own.is_empty() {
            write_part(text, format_args!("\n| option | meaning |\n|---|---|\n"));
        }
        for arg in own {
            write_part(
                text,
                format_args!("| `{}` | {} |\n", name(arg), meaning(arg)),
            );
        }
    }
    inner.try_for_each(|it| section(text, &path, it))
}

fn write_part(text: &mut String, part: std::fmt::Arguments<'_>) {
    // A string accepts every text.
    let _ = text.write_fmt(part);
}

fn usage(path: &str, command: &Command) -> String {
    let positional = command.get_positionals().map(|arg| {
        let name = arg.get_value_names().map(|it| it.join(" "));
        format!(
            " <{}>",
            name.unwrap_or_else(|| arg.get_id().to_string().to_uppercase())
        )
    });
    format!("{path}{} [OPTIONS]", positional.collect::<String>())
}

/// Whether the reference of a command lists the option: those that most commands have are in the introduction.
fn is_listed(arg: &Arg) -> bool {
    let is_common = OutputArgs::NAMES.iter().any(|name| arg.get_id() == name);
    !is_common && !arg.is_global_set() && !arg.is_positional() && arg.get_id() != "help"
}

fn name(arg: &Arg) -> String {
    let long = arg.get_long().map(|it| format!("--{it}"));
    let short = arg.get_short().map(|it| format!("-{it}"));
    let names: Vec<_> = short.into_iter().chain(long).collect();
    let takes_value = arg.get_action().takes_values();
    let value = arg.get_value_names().filter(|_| takes_value);
    let value = value
        .map(|it| format!(" {}", it.join(" ")))
        .unwrap_or_default();
    format!("{}{}", names.join(", "), value.replace('|', "\\|"))
}

fn meaning(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values: Vec<_> = arg
        .get_possible_values()
        .iter()
        .filter(|_| arg.get_action().takes_values())
        .map(|it| format!("`{}`", it.get_name()))
        .collect();
    let values = if values.is_empty() {
        String::new()
    } else {
        format!(" One of {}.", values.join(", "))
    };
    format!("{}{values}", sentence(&help)).replace('|', "\\|")
}

fn sentence(text: &str) -> String {
    match text.chars().last() {
        None => String::new(),
        Some('.' | '?' | ':') => text.to_owned(),
        Some(_) => format!("{text}."),
    }
}
