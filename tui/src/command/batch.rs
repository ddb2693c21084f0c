//! Runs the commands of a script, one a line, over one connection.

use std::{
    ffi::OsString,
    io::{self, BufRead as _, stdin},
    iter::successors,
};

use clap::{ArgMatches, Command, parser::ValueSource};

use super::{
    context::Context,
    dispatch,
    failure::{Exit, Failure, Outcome},
    output::sink::Sink,
    parser::{
        Parsed,
        fixed::{BatchArgs, Fixed},
        format_of, parser,
    },
};
use crate::messages::{Arg, SystemError};

/// Runs the lines of standard input. A blank line and one that begins with `#` do nothing.
pub(crate) async fn batch(ctx: &Context, args: &BatchArgs) -> Outcome<Exit> {
    let parser = parser(None, ctx.messages.lang()).no_binary_name(true);
    let (mut first, mut number) = (Exit::Done, 0);
    while let Some(line) = next_line().await.map_err(|error| unread(ctx, &error))? {
        number += 1;
        let text = line.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let result = run(ctx, &parser, text).await;
        let Err((failure, format)) = result else {
            continue;
        };
        if matches!(failure, Failure::ClosedPipe) {
            return Err(failure);
        }
        let format = format.or(args.output.format);
        numbered(ctx, failure, number, format, &mut first);
        if !args.keep_going {
            break;
        }
    }
    Ok(first)
}

/// The failure when standard input cannot be read.
fn unread(ctx: &Context, error: &io::Error) -> Failure {
    let cause = ctx.messages.system_error(&SystemError::from(error));
    let args = [("cause", Arg::Text(&cause))];
    let sentence = ctx.messages.with("command-not-read", &args);
    Failure::new(Exit::Refused, "INPUT", sentence)
}

/// Prints the failure of a line with its number.
fn numbered(
    ctx: &Context,
    failure: Failure,
    number: i64,
    format: Option<super::output::Format>,
    first: &mut Exit,
) {
    if *first == Exit::Done {
        *first = failure.exit();
    }
    let Some(mut report) = failure.into_report(&ctx.messages) else {
        return;
    };
    let args = [
        ("line", Arg::Number(number)),
        ("sentence", Arg::Text(&report.sentence)),
    ];
    report.sentence = ctx.messages.with("command-line", &args);
    Failure::Report(report).print(format, &ctx.messages);
}

async fn run(
    ctx: &Context,
    parser: &Command,
    text: &str,
) -> Result<(), (Failure, Option<super::output::Format>)> {
    let usage = |sentence| (Failure::usage(sentence), None);
    let words =
        shell_words::split(text).map_err(|_| usage(ctx.messages.get("usage-unbalanced-quote")))?;
    // A script may repeat the name of the program.
    let words = match words.split_first() {
        Some((name, rest)) if name == "epic" => rest.to_vec(),
        _ => words,
    };
    let words: Vec<_> = words.into_iter().map(OsString::from).collect();
    let matches = match parser.clone().try_get_matches_from(&words) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => {
            let printed = Sink::print(error.render().to_string().as_bytes());
            return printed.map_err(|error| (error.into(), None));
        }
        Err(error) => return Err(usage(super::usage::sentence(&error, &words, &ctx.messages))),
    };
    if let Some(option) = option_of_batch(parser, &matches) {
        let args = [("option", Arg::Text(&option))];
        return Err(usage(ctx.messages.with("command-of-batch", &args)));
    }
    let format = format_of(&matches);
    let parsed = Parsed::of(&matches);
    let allowed =
        parsed.filter(|it| !matches!(it, Parsed::Fixed(Fixed::Batch(_) | Fixed::Login(_))));
    let Some(parsed) = allowed else {
        return Err(usage(ctx.messages.get("command-not-in-batch")));
    };
    // A batch runs other commands, so its future contains itself.
    let done = Box::pin(dispatch(ctx, parsed, format)).await;
    done.map(drop).map_err(|failure| (failure, format))
}

/// An option of the program on a line, such as its server: all lines share a connection and a language.
fn option_of_batch(parser: &Command, matches: &ArgMatches) -> Option<String> {
    let mut levels = successors(Some(matches), |it| it.subcommand().map(|(_, inner)| inner));
    levels.find_map(|level| {
        let mut options = parser.get_arguments().filter(|it| it.is_global_set());
        let given = options.find(|it| {
            level.value_source(it.get_id().as_str()) == Some(ValueSource::CommandLine)
        })?;
        given.get_long().map(|name| format!("--{name}"))
    })
}

/// The next line of standard input; `None` at its end.
async fn next_line() -> io::Result<Option<String>> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        let read = stdin().lock().read_line(&mut line)?;
        Ok((read > 0).then_some(line))
    });
    read.await.map_err(io::Error::other)?
}
