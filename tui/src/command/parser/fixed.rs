//! The commands that do not depend on the kinds of record.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::PossibleValuesParser};
use clap_complete::Shell;
use epic_events::record_kind::RecordKind;

use crate::command::{names, output::OutputArgs};
use crate::record::Tab;

// A comment for the documentation would become the description of the program.
/// The terminal client of Epic Events, on a screen and on a line of a shell.
#[derive(Debug, Subcommand)]
pub(crate) enum Fixed {
    /// Sign in: the password is asked for without echo, or read from `EPIC_PASSWORD_FILE`.
    Login(LoginArgs),
    /// Sign out.
    Logout(Plain),
    /// Show who is signed in.
    Me(Plain),
    /// Change the password, which is asked for without echo.
    Password(Plain),
    /// List the sessions of the account, or end one.
    Sessions(SessionsArgs),
    /// Show who has changed a record.
    History(HistoryArgs),
    /// Print changes as they happen, until Ctrl-C.
    Watch(WatchArgs),
    /// Check the settings, the connection, the session and the clock.
    Doctor(Plain),
    /// Run one command a line from standard input, over one connection.
    Batch(BatchArgs),
    /// Print the completions of a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual page, or write one for each command into a folder.
    Man {
        /// The folder.
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
    },
    /// Print the reference of all commands, as in docs/cli.md.
    #[command(hide = true)]
    Reference,
}

/// The options of a command with an output only.
#[derive(Args, Debug)]
pub(crate) struct Plain {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// The options of `login`.
#[derive(Args, Debug)]
pub(crate) struct LoginArgs {
    /// The email address; otherwise `EPIC_EMAIL`, or it is asked for.
    #[arg(long, value_name = "EMAIL")]
    pub(crate) email: Option<String>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// The options of `sessions`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SessionsArgs {
    #[command(subcommand)]
    pub(crate) action: Option<SessionsAction>,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// An action on sessions.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionsAction {
    /// End a session.
    End {
        /// The session, as the list names it.
        id: String,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// The options of `history`.
#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    /// The kind of the record.
    #[arg(value_parser = PossibleValuesParser::new(RecordKind::ALL.iter().map(|it| it.name())))]
    pub(crate) kind: String,
    /// The number of the record, or its name.
    #[arg(value_name = "ID|NAME", allow_negative_numbers = true)]
    pub(crate) record: String,
    /// Only changes from this date or time on: "yesterday", "12/9 18h".
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    /// The most entries, the latest first.
    #[arg(long, value_name = "N", default_value_t = super::records::LIMIT, value_parser = super::values::count(), allow_negative_numbers = true)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// The options of `watch`.
#[derive(Args, Debug)]
pub(crate) struct WatchArgs {
    /// Only these kinds of record.
    #[arg(
        long,
        value_name = "KINDS",
        value_delimiter = ',',
        value_parser = PossibleValuesParser::new(Tab::ALL.map(names::command))
    )]
    pub(crate) records: Vec<String>,
    /// Continue after the change with this token, from `--format json`.
    #[arg(long, value_name = "TOKEN", default_value = "")]
    pub(crate) resume: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// The options of `batch`.
#[derive(Args, Debug)]
pub(crate) struct BatchArgs {
    /// Continue after a command that fails. The exit code is that of the first one.
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
