//! The commands on the records of a tab, from its tables: an option for each filter, each column that
//! orders the list and each field of the forms.

use clap::{
    Arg, ArgAction, ArgGroup, Args as _, Command,
    builder::PossibleValuesParser,
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
    messages::{Lang, Messages},
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

/// The command of a tab.
pub(crate) fn command(tab: Tab) -> Command {
    let (screen, kind) = (tab.screen(), tab.kind().name());
    let mut actions = vec![
        list(tab, LIST).about(format!("List {}", names::command(tab))),
        written(SHOW, format!("Show the {kind}")).arg(record(kind)),
        form(CREATE, screen.create)
            .about(format!("Create a new {kind}"))
            .arg(request_id()),
        form(EDIT, screen.edit)
            .about(format!("Edit the {kind}"))
            .arg(record(kind))
            .arg(if_etag())
            .group(changes(screen.edit)),
    ];
    if screen.edit.fields.iter().any(|field| field.name == SIGNED) {
        let about = format!("Mark the {kind} as signed");
        actions.push(asking(SIGN, about).arg(record(kind)).arg(if_etag()));
    }
    if screen.assign.is_ok() {
        let about = format!("Assign the {kind} to a collaborator");
        let to = reference(OWNER).long("to").help("The collaborator");
        let assign = asking(ASSIGN, about).arg(record(kind)).arg(if_etag());
        // Only an event may be without its collaborator.
        actions.push(if tab == Tab::Events {
            let nobody = flag(NOBODY).help("Nobody: the event has no support any more");
            let group = ArgGroup::new("new-owner").args([OWNER, NOBODY]).required(true);
            assign.args([to, nobody]).group(group)
        } else {
            assign.arg(to.required(true))
        });
    }
    if screen.delete.is_ok() {
        let about = format!("Delete the {kind}");
        let successor =
            reference(SUCCESSOR).help("Who takes over what they are in charge of");
        let delete = asking(DELETE, about).arg(record(kind)).arg(if_etag());
        actions.push(delete.arg(successor));
    }
    for action in screen.actions {
        let about = Messages::new(Lang::En).get(action.title);
        let about = about.trim_end_matches('?').to_owned();
        actions.push(asking(kebab(action.rpc.name()), about).arg(record(kind)));
    }
    Command::new(names::command(tab))
        .about(format!("List, show and change {}", names::command(tab)))
        .subcommands(actions)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
}

/// The command that exports the records of each tab.
pub(crate) fn export() -> Command {
    let file = Arg::new(OUTPUT)
        .short('o')
        .long(OUTPUT)
        .value_name("FILE")
        .value_parser(value_parser!(std::path::PathBuf))
        .help("The file, which is replaced when all is written; otherwise standard output");
    let tabs = Tab::ALL.map(|tab| {
        let about = format!("Export {}", names::command(tab));
        list(tab, names::command(tab))
            .about(about)
            .arg(file.clone())
    });
    Command::new(super::EXPORT)
        .about("Write all records of a kind as CSV, JSON or a calendar")
        .subcommands(tabs)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
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
fn written(name: impl Into<clap::builder::Str>, about: String) -> Command {
    OutputArgs::augment_args(Command::new(name)).about(about)
}

/// A command that asks a question.
fn asking(name: impl Into<clap::builder::Str>, about: String) -> Command {
    written(name, about).arg(flag(YES).help("Answer every question with yes"))
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

fn record(kind: &str) -> Arg {
    Arg::new(RECORD)
        .value_name("ID|NAME")
        .required(true)
        .allow_negative_numbers(true)
        .help(format!(
            "The number of the {kind}, or its name if no other has it"
        ))
}

fn if_etag() -> Arg {
    option(IF_ETAG, "ETAG")
        .value_parser(etag)
        .help("Change only this version of the record")
}

fn etag(text: &str) -> Result<String, &'static str> {
    let etag = value::etag(text).map_err(|_| "not an etag")?;
    Ok(value::format_etag(etag))
}

fn request_id() -> Arg {
    option(REQUEST_ID, "UUID")
        .value_parser(value_parser!(Uuid))
        .help("The same request with the same UUID creates one record only, so a script can be repeated")
}

fn list(tab: Tab, name: impl Into<clap::builder::Str>) -> Command {
    let screen = tab.screen();
    let messages = Messages::new(Lang::En);
    let (roles, filters): (Vec<&Filter>, Vec<&Filter>) =
        screen.filters.iter().partition(|it| names::is_role(it));
    let mut command = Command::new(name);
    for filter in filters {
        let help = messages.get(filter.label);
        command = command.arg(
            flag(filter.label)
                .long(names::filter(filter))
                .help(format!("Only: {help}")),
        );
    }
    if !roles.is_empty() {
        let values = PossibleValuesParser::new(roles.into_iter().map(names::filter));
        let role = Arg::new(ROLE_FILTER).long("role").value_name("ROLE");
        command = command.arg(
            role.value_parser(values)
                .help("Only collaborators of this role"),
        );
    }
    let parents: Vec<_> = names::parents(tab).map(|it| it.option).collect();
    for parent in &parents {
        let help = format!("Only those of this {parent}");
        command = command.arg(reference(parent).help(help));
    }
    if !parents.is_empty() {
        command = command.group(ArgGroup::new("parent").args(parents));
    }
    if screen.within.is_some() {
        let from = option(FROM, "WHEN")
            .help("Only those that end after this date or time: \"today\", \"12/9 18h\"");
        let to = option(TO, "WHEN")
            .help("Only those that start before this time, or on this date or earlier");
        command = command.args([from, to]);
    }
    let headers = (screen.headers)();
    let orders = headers.iter().filter_map(|header| header.order);
    let sort = option(SORT, "COLUMN").value_parser(PossibleValuesParser::new(orders));
    let limit = option(LIMIT_ARG, "N")
        .allow_negative_numbers(true)
        .value_parser(count());
    let command = command.args([
        option(SEARCH, "TEXT")
            .allow_hyphen_values(true)
            .help("Only those that contain these parts of words"),
        sort.help("The column that orders the list"),
        flag(DESC).help("The largest value first").requires(SORT),
        limit
            .help(format!("The most records; otherwise {LIMIT}"))
            .conflicts_with(ALL),
        flag(ALL).help("All records"),
    ]);
    guard_hyphens(OutputArgs::augment_args(command))
}

/// A command with an option for each field of a form.
fn form(name: &'static str, spec: &'static FormSpec) -> Command {
    let command = asking(name, String::new());
    guard_hyphens(command.args(typed_fields(spec).map(field)))
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
fn field(spec: &'static FieldSpec) -> Arg {
    let label = Messages::new(Lang::En).get(spec.label);
    let arg = Arg::new(spec.name)
        .long(names::option(spec.name))
        .help(label)
        .allow_hyphen_values(spec.kind.is_parsed() || matches!(spec.kind, Kind::Text(_) | Kind::Lines));
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
