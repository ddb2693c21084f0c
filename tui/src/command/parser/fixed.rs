//! The commands that do not depend on the kinds of record. Their texts are the messages `about-…` and `option-…`.

use std::path::PathBuf;

use clap::{Args, Subcommand, builder::PossibleValuesParser};
use clap_complete::Shell;
use epic_events::record_kind::RecordKind;

use crate::command::{names, output::OutputArgs};
use crate::record::Tab;

// A comment for the documentation would become the description of the program.
#[derive(Debug, Subcommand)]
pub(crate) enum Fixed {
    Login(LoginArgs),
    Logout(Plain),
    Me(Plain),
    Password(Plain),
    Sessions(SessionsArgs),
    History(HistoryArgs),
    Watch(WatchArgs),
    Doctor(Plain),
    Batch(BatchArgs),
    Completions {
        shell: Shell,
    },
    Man {
        #[arg(long, value_name = "FOLDER")]
        into: Option<PathBuf>,
    },
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
    End {
        id: String,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// The options of `history`.
#[derive(Args, Debug)]
pub(crate) struct HistoryArgs {
    #[arg(value_parser = PossibleValuesParser::new(RecordKind::ALL.iter().map(|it| it.name())))]
    pub(crate) kind: String,
    #[arg(value_name = "ID|NAME", allow_negative_numbers = true)]
    pub(crate) record: String,
    #[arg(long, value_name = "WHEN")]
    pub(crate) since: Option<String>,
    #[arg(long, value_name = "N", default_value_t = super::records::LIMIT, value_parser = super::values::count(), allow_negative_numbers = true)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// The options of `watch`.
#[derive(Args, Debug)]
pub(crate) struct WatchArgs {
    #[arg(
        long,
        value_name = "KINDS",
        value_delimiter = ',',
        value_parser = PossibleValuesParser::new(Tab::ALL.map(names::command))
    )]
    pub(crate) records: Vec<String>,
    #[arg(long, value_name = "TOKEN", default_value = "")]
    pub(crate) resume: String,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// The options of `batch`.
#[derive(Args, Debug)]
pub(crate) struct BatchArgs {
    #[arg(long)]
    pub(crate) keep_going: bool,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}
