//! Questions: answered on the terminal, or with `--yes`.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _, stderr, stdin};

use super::{
    context::Context,
    failure::{Exit, Failure, Outcome},
};
use crate::messages::Arg;

/// Asks a question. A command without a terminal and without `--yes` is refused.
pub(crate) async fn ask(ctx: &Context, text: &str, is_yes: bool) -> Outcome {
    if is_yes {
        return Ok(());
    }
    let messages = &ctx.messages;
    if !stdin().is_terminal() || !stderr().is_terminal() {
        let args = [("question", Arg::Text(text))];
        let sentence = messages.with("command-needs-yes", &args);
        return Err(Failure::new(
            Exit::Refused,
            "CONFIRMATION_REQUIRED",
            sentence,
        ));
    }
    let prompt = messages.with("command-question", &[("question", Arg::Text(text))]);
    write!(stderr(), "{prompt} ")?;
    let answer = tokio::task::spawn_blocking(read_line).await;
    let answer = answer.map_err(io::Error::other)??;
    let is_yes = messages.get("command-answers-yes");
    if is_yes
        .split(' ')
        .any(|it| it == answer.trim().to_lowercase())
    {
        return Ok(());
    }
    let sentence = messages.get("command-declined");
    Err(Failure::new(Exit::Refused, "DECLINED", sentence))
}

fn read_line() -> io::Result<String> {
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    Ok(line)
}
