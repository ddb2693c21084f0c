//! Commands: what the screen does, on a line of a shell. They read the tables that the screens read.

mod account;
mod act;
mod batch;
mod context;
mod credentials;
mod doctor;
pub mod failure;
mod form;
mod history;
mod list;
mod message;
mod names;
pub mod output;
pub mod parser;
mod prompt;
mod question;
mod records;
mod reference;
mod saved;
mod source;
mod target;
mod usage;
mod watch;

use std::ffi::OsString;

use clap::{ArgMatches, error::ErrorKind};
use tokio::signal;

use self::{
    context::Context,
    failure::{Exit, Failure, Outcome},
    output::Format,
    parser::{
        Parsed,
        fixed::{Fixed, SessionsAction},
        records as args,
    },
    source::Source,
    target::Accepts,
};
pub use self::{context::make_private, reference::markdown};
use crate::{
    messages::{Arg, Lang, Messages},
    record::Tab,
    screens::spec::RecordAction,
    session_file::SessionStorage,
    settings::{DEMO, Settings},
};

/// Whether a command line names a command rather than the screen or the demo.
#[must_use]
pub fn is_command(matches: &ArgMatches) -> bool {
    matches.subcommand_name().is_some_and(|name| name != DEMO)
}

/// Runs the command of a command line until it is done or a signal interrupts it. Returns the exit code.
pub async fn run(
    matches: &ArgMatches,
    settings: Settings,
    messages: &Messages,
    storage: SessionStorage,
) -> Exit {
    let result = run_parsed(matches, settings, messages, storage).await;
    result.unwrap_or_else(|failure| {
        let exit = failure.exit();
        failure.print(parser::format_of(matches), messages);
        exit
    })
}

/// Waits for a signal that ends the program.
async fn interrupted() {
    use signal::unix::{SignalKind, signal};
    let signals = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
    ];
    let [Ok(mut interrupt), Ok(mut terminate), Ok(mut hangup)] = signals.map(signal) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
}

async fn run_parsed(
    matches: &ArgMatches,
    settings: Settings,
    messages: &Messages,
    storage: SessionStorage,
) -> Outcome<Exit> {
    let Some(parsed) = Parsed::of(matches) else {
        return Err(Failure::usage(messages.get("command-unexpected")));
    };
    let mut ctx = Context::new(settings, messages.clone(), storage)?;
    let is_offline = matches!(
        parsed,
        Parsed::Fixed(
            Fixed::Login(_) | Fixed::Completions { .. } | Fixed::Man { .. } | Fixed::Reference
        )
    );
    let work = async {
        if let Parsed::Fixed(Fixed::Doctor(args)) = &parsed {
            let signed_in = ctx.sign_in_job().await;
            return doctor::doctor(&ctx, &args.output, signed_in).await;
        }
        if !is_offline {
            ctx.sign_in_job().await?;
        }
        dispatch(&ctx, parsed, parser::format_of(matches)).await
    };
    let result = tokio::select! {
        // First, so that the signals are registered before the command begins.
        biased;
        // Dropping the command removes its unfinished file and restores the terminal.
        () = interrupted() => Ok(Exit::Interrupted),
        result = work => result,
    };
    ctx.sign_out_job().await;
    result
}

/// Runs a command.
async fn dispatch(ctx: &Context, parsed: Parsed<'_>, format: Option<Format>) -> Outcome<Exit> {
    let is_of_events = matches!(
        parsed,
        Parsed::Export(Tab::Events, _) | Parsed::Records(Tab::Events, args::LIST | args::SHOW, _)
    );
    if format == Some(Format::Ics) && !is_of_events {
        return Err(Failure::usage(ctx.messages.get("command-only-events")));
    }
    match parsed {
        Parsed::Fixed(command) => return fixed(ctx, command).await,
        Parsed::Export(tab, matches) => list::export(ctx, tab, matches).await?,
        Parsed::Records(tab, action, matches) => on_records(ctx, tab, action, matches).await?,
    }
    Ok(Exit::Done)
}

async fn fixed(ctx: &Context, command: Fixed) -> Outcome<Exit> {
    match command {
        Fixed::Login(args) => account::login(ctx, &args).await?,
        Fixed::Logout(_) => account::logout(ctx).await?,
        Fixed::Me(args) => account::me(ctx, &args.output).await?,
        Fixed::Password(_) => account::password(ctx).await?,
        Fixed::Sessions(args) => match args.action {
            Some(SessionsAction::End { id, output: _ }) => account::end_session(ctx, &id).await?,
            None => account::sessions(ctx, &args.output).await?,
        },
        Fixed::History(args) => history::history(ctx, &args).await?,
        Fixed::Watch(args) => watch::watch(ctx, &args).await?,
        Fixed::Doctor(args) => return doctor::doctor(ctx, &args.output, Ok(())).await,
        Fixed::Batch(args) => return batch::batch(ctx, &args).await,
        Fixed::Completions { shell } => reference::completions(shell, &ctx.messages)?,
        Fixed::Man { into } => reference::man(into.as_deref(), &ctx.messages)?,
        Fixed::Reference => reference::reference()?,
    }
    Ok(Exit::Done)
}

async fn on_records(ctx: &Context, tab: Tab, action: &str, matches: &ArgMatches) -> Outcome {
    match action {
        args::LIST => list::list(ctx, tab, matches).await,
        args::SHOW => {
            let name = matches.get_one::<String>(args::RECORD);
            let name = name.map_or("", String::as_str);
            let source = Source::tab(tab);
            let record = target::record(ctx, source, name, Accepts::Part).await?;
            records::show(ctx, &list::output(matches), &record).await
        }
        args::CREATE => form::create(ctx, tab, matches).await,
        args::EDIT => form::edit(ctx, tab, matches).await,
        args::SIGN => form::sign(ctx, tab, matches).await,
        args::ASSIGN => act::assign(ctx, tab, matches).await,
        args::DELETE => act::delete(ctx, tab, matches).await,
        name => {
            let is_named = |it: &&RecordAction| args::kebab(it.rpc.name()) == name;
            match tab.screen().actions.iter().find(is_named) {
                Some(found) => act::action(ctx, tab, found, matches).await,
                None => Err(ctx.unexpected()),
            }
        }
    }
}

/// Prints why the settings are invalid. Returns the exit code.
#[must_use]
pub fn exit_after_settings(sentence: String, matches: &ArgMatches, messages: &Messages) -> Exit {
    Failure::usage(sentence).print(parser::format_of(matches), messages);
    Exit::Usage
}

/// Prints a help, a version, or why a command line does not parse. Returns the exit code.
#[must_use]
pub fn exit_after(error: &clap::Error, line: &[OsString], lang: Lang) -> Exit {
    if !error.use_stderr() {
        // Nobody may read it any more.
        let _ = error.print();
        return Exit::Done;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return Exit::Usage;
    }
    let messages = Messages::new(lang);
    let sentence = usage::sentence(error, line, &messages);
    let sentence = messages.with("usage-help", &[("sentence", Arg::Text(&sentence))]);
    Failure::usage(sentence).print(parser::format_of_invalid(line), &messages);
    Exit::Usage
}
