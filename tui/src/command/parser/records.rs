//! The commands on the records of a tab, from its tables: an option for each filter, each column that
//! orders the list and each field of the forms.

use clap::{
    Arg, ArgAction, ArgGroup, Args as _, Command,
    builder::{PossibleValue, PossibleValuesParser},
    value_parser,
};
use epic_events::{role::role_name, value};
use uuid::Uuid;

use super::values::{count, guard_hyphens, yes_or_no};
use crate::{
    command::{names, output::OutputArgs},
    form::{
        field::roles,
        spec::{FieldSpec, FormSpec, Kind, PickSource},
    },
    messages::{Arg as Value, Messages},
    record::Tab,
    screens::spec::Filter,
};

/// The most records of a list without `--limit` or `--all`.
pub(crate) const LIMIT: usize = 50;

pub(crate) const LIST: &str = "list";
pub(crate) const SHOW: &str = "show";
pub(crate) const CREATE: &str = "create";
pub(crate) const EDIT: &str = "edit";
pub(crate) const SIGN: &str = "sign";
pub(crate) const ASSIGN: &str = "assign";
pub(crate) const DELETE: &str = "delete";

/// The field that `sign` sets.
pub(crate) const SIGNED: &str = "signed";

// The identifiers of arguments that no table has.
pub(crate) const RECORD: &str = "record";
pub(crate) const ROLE_FILTER: &str = "role-filter";
pub(crate) const SEARCH: &str = "search";
pub(crate) const SORT: &str = "sort";
pub(crate) const DESC: &str = "desc";
pub(crate) const LIMIT_ARG: &str = "limit";
pub(crate) const ALL: &str = "all";
pub(crate) const FROM: &str = "from";
pub(crate) const TO: &str = "to";
pub(crate) const YES: &str = "yes";
pub(crate) const IF_ETAG: &str = "if-etag";
pub(crate) const REQUEST_ID: &str = "request-id";
pub(crate) const OWNER: &str = "owner";
pub(crate) const NOBODY: &str = "nobody";
pub(crate) const SUCCESSOR: &str = "successor";
pub(crate) const OUTPUT: &str = "output";

/// The command of a tab. Its texts are added by the names of commands and options, except labels of the screens.
pub(crate) fn command(tab: Tab, messages: &Messages) -> Command {
    let screen = tab.screen();
    let mut actions = vec![
        list(tab, LIST, messages),
        written(SHOW).arg(record()),
        form(CREATE, screen.create, messages).arg(request_id()),
        form(EDIT, screen.edit, messages)
            .arg(record())
            .arg(if_etag())
            .group(changes(screen.edit)),
    ];
    if screen.edit.fields.iter().any(|field| field.name == SIGNED) {
        actions.push(asking(SIGN).arg(record()).arg(if_etag()));
    }
    if screen.assign.is_ok() {
        let to = reference(OWNER).long("to");
        let assign = asking(ASSIGN).arg(record()).arg(if_etag());
        // Only an event may be without its collaborator.
        actions.push(if tab == Tab::Events {
            let group = ArgGroup::new("new-owner").args([OWNER, NOBODY]);
            assign.args([to, flag(NOBODY)]).group(group.required(true))
        } else {
            assign.arg(to.required(true))
        });
    }
    if screen.delete.is_ok() {
        let delete = asking(DELETE).arg(record()).arg(if_etag());
        actions.push(delete.arg(reference(SUCCESSOR)));
    }
    for action in screen.actions {
        // For an action without a message of its own.
        let title = messages.get(action.title);
        let command = asking(kebab(action.rpc.name())).about(title);
        actions.push(command.arg(record()));
    }
    Command::new(names::command(tab))
        .subcommands(actions)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// The command that exports the records of each tab.
pub(crate) fn export(messages: &Messages) -> Command {
    let file = option(OUTPUT, "FILE")
        .short('o')
        .value_parser(value_parser!(std::path::PathBuf));
    let tabs = Tab::ALL.map(|tab| list(tab, names::command(tab), messages).arg(file.clone()));
    Command::new(super::EXPORT)
        .subcommands(tabs)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// The name of an RPC as a command: `ResetPassword` gives `reset-password`.
pub(crate) fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// A command that writes a record.
fn written(name: impl Into<clap::builder::Str>) -> Command {
    OutputArgs::augment_args(Command::new(name))
}

/// A command that asks a question.
fn asking(name: impl Into<clap::builder::Str>) -> Command {
    written(name).arg(flag(YES))
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn option(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

/// An option that names a record.
fn reference(name: &'static str) -> Arg {
    // A negative number is no record, but no option either.
    option(name, "NAME|ID").allow_negative_numbers(true)
}

fn record() -> Arg {
    Arg::new(RECORD)
        .value_name("ID|NAME")
        .required(true)
        .allow_negative_numbers(true)
}

fn if_etag() -> Arg {
    option(IF_ETAG, "ETAG").value_parser(etag)
}

fn etag(text: &str) -> Result<String, &'static str> {
    let etag = value::etag(text).map_err(|_| "not an etag")?;
    Ok(value::format_etag(etag))
}

fn request_id() -> Arg {
    option(REQUEST_ID, "UUID").value_parser(value_parser!(Uuid))
}

fn list(tab: Tab, name: impl Into<clap::builder::Str>, messages: &Messages) -> Command {
    let screen = tab.screen();
    let (roles, filters): (Vec<&Filter>, Vec<&Filter>) =
        screen.filters.iter().partition(|it| names::is_role(it));
    let mut command = Command::new(name);
    for filter in filters {
        let label = messages.get(filter.label);
        let help = messages.with("cli-only", &[("label", Value::Text(&label))]);
        command = command.arg(flag(filter.label).long(names::filter(filter)).help(help));
    }
    if !roles.is_empty() {
        let values = PossibleValuesParser::new(roles.into_iter().map(names::filter));
        let role = Arg::new(ROLE_FILTER).long("role").value_name("ROLE");
        command = command.arg(role.value_parser(values));
    }
    let parents: Vec<_> = names::parents(tab).map(|it| it.option).collect();
    for parent in &parents {
        command = command.arg(reference(parent));
    }
    if !parents.is_empty() {
        command = command.group(ArgGroup::new("parent").args(parents));
    }
    if screen.within.is_some() {
        command = command.args([option(FROM, "WHEN"), option(TO, "WHEN")]);
    }
    let headers = (screen.headers)();
    // Also by the names of JSON.
    let order = |name: &'static str| {
        let json = Some(names::json(name)).filter(|it| it != name);
        PossibleValue::new(name).aliases(json)
    };
    let orders = headers.iter().filter_map(|header| header.order).map(order);
    let command = command.args([
        option(SEARCH, "TEXT").allow_hyphen_values(true),
        option(SORT, "COLUMN").value_parser(PossibleValuesParser::new(orders)),
        flag(DESC).requires(SORT),
        option(LIMIT_ARG, "N")
            .allow_negative_numbers(true)
            .value_parser(count())
            .conflicts_with(ALL),
        flag(ALL),
    ]);
    guard_hyphens(OutputArgs::augment_args(command))
}

/// A command with an option for each field of a form.
fn form(name: &'static str, spec: &'static FormSpec, messages: &Messages) -> Command {
    let fields = typed_fields(spec).map(|it| field(it, messages));
    guard_hyphens(asking(name).args(fields))
}

/// The fields with an option: a password is never on the command line.
fn typed_fields(spec: &'static FormSpec) -> impl Iterator<Item = &'static FieldSpec> {
    spec.fields.iter().filter(|field| !field.kind.is_secret())
}

/// At least one field changes.
fn changes(spec: &'static FormSpec) -> ArgGroup {
    ArgGroup::new("changes")
        .args(typed_fields(spec).map(|field| field.name))
        .multiple(true)
        .required(true)
}

/// The option of a field.
fn field(spec: &'static FieldSpec, messages: &Messages) -> Arg {
    let label = messages.get(spec.label);
    let arg = Arg::new(spec.name)
        .long(names::option(spec.name))
        .help(label)
        .allow_hyphen_values(
            spec.kind.is_parsed() || matches!(spec.kind, Kind::Text(_) | Kind::Lines),
        );
    match spec.kind {
        Kind::Flag => arg
            .value_name("YES|NO")
            .ignore_case(true)
            .value_parser(yes_or_no()),
        Kind::Role => {
            let names = roles().map(role_name);
            arg.value_name("ROLE")
                .value_parser(PossibleValuesParser::new(names))
        }
        Kind::Link(
            PickSource::Client
            | PickSource::Contract
            | PickSource::Commercial
            | PickSource::Support
            | PickSource::Successor,
        ) => arg.value_name("NAME|ID").allow_negative_numbers(true),
        Kind::Amount => arg.value_name("AMOUNT"),
        Kind::Number => arg.value_name("NUMBER"),
        Kind::Date => arg.value_name("DATE"),
        Kind::Moment => arg.value_name("WHEN"),
        Kind::Email => arg.value_name("EMAIL"),
        Kind::Phone => arg.value_name("PHONE"),
        Kind::Text(_) | Kind::Lines | Kind::Password | Kind::NewPassword => arg.value_name("TEXT"),
    }
}
