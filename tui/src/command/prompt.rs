//! Asks for a line on the terminal, with or without echo.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead as _, BufReader, IsTerminal as _, Write as _, stderr, stdin},
};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::{
    context::Context,
    failure::{Failure, Outcome},
};
use crate::messages::Arg;

/// Writes a sentence to standard error.
pub(crate) fn say(text: &str) -> Outcome {
    Ok(writeln!(stderr(), "{text}")?)
}

/// Asks for a line. `label` is a Fluent message.
pub(crate) async fn line(ctx: &Context, label: &str) -> Outcome<String> {
    read(ctx, label, true).await
}

/// Asks for a line that is not displayed.
pub(crate) async fn password(ctx: &Context, label: &str) -> Outcome<String> {
    read(ctx, label, false).await
}

async fn read(ctx: &Context, label: &str, is_shown: bool) -> Outcome<String> {
    let terminal = terminal(ctx, "command-no-terminal")?;
    let label = ctx.messages.get(label);
    let args = [("label", Arg::Text(&label)), ("text", Arg::Text(""))];
    let prompt = ctx.messages.with("command-labelled", &args);
    // It lives in this task, so that a signal, which ends the task, brings the echo back.
    let hidden = (!is_shown).then(|| Hidden::new(&terminal)).transpose()?;
    (&terminal).write_all(prompt.as_bytes())?;
    let typed = terminal.try_clone()?;
    let line = tokio::task::spawn_blocking(move || first_line(typed)).await;
    if hidden.is_some() {
        // The line break of the user was not displayed.
        (&terminal).write_all(b"\n")?;
    }
    Ok(line.map_err(io::Error::other)??)
}

/// Checks that there is a terminal to ask on. `message` is the Fluent message that says what to do without one.
pub(crate) fn require_terminal(ctx: &Context, message: &str) -> Outcome {
    terminal(ctx, message).map(drop)
}

fn terminal(ctx: &Context, message: &str) -> Outcome<File> {
    let none = || Failure::usage(ctx.messages.get(message));
    if !stdin().is_terminal() {
        return Err(none());
    }
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty");
    terminal.map_err(|_| none())
}

fn first_line(terminal: File) -> io::Result<String> {
    let mut line = String::new();
    BufReader::new(terminal).read_line(&mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\n', '\r']).to_owned())
}

/// A terminal that does not display what is typed, until it is dropped.
struct Hidden {
    terminal: File,
    before: Termios,
}

impl Hidden {
    fn new(terminal: &File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO);
        // What was typed before was displayed: it is no password.
        tcsetattr(terminal, OptionalActions::Flush, &modes)?;
        Ok(Self {
            terminal: terminal.try_clone()?,
            before,
        })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Nothing helps if the terminal is gone.
        let _ = tcsetattr(&self.terminal, OptionalActions::Now, &self.before);
    }
}
