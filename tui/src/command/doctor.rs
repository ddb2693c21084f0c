//! Checks what a command needs: settings, connection, session, clock.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    context::Context,
    failure::{Exit, Failure, Outcome},
    output::{
        Format, OutputArgs, file_error::FileError, human::Lines, is_terminal, rows::Rows,
        sink::Sink,
    },
};
use crate::{
    messages::{Arg, Messages},
    record::table::Sign,
    session_file::SessionStorage,
    theme,
};

/// The most by which the clocks of client and server may differ: a token of ten minutes expires early
/// otherwise.
const CLOCK_MAX: Duration = Duration::from_mins(1);

/// The result of a check.
#[derive(Debug)]
struct Check {
    /// What is checked.
    name: &'static str,
    ok: bool,
    /// What was found, in the user's language.
    found: String,
    exit: Exit,
}

impl Check {
    fn new(name: &'static str, found: String) -> Self {
        Self {
            name,
            ok: true,
            found,
            exit: Exit::Done,
        }
    }

    fn failed(name: &'static str, failure: Failure, messages: &Messages) -> Self {
        let exit = failure.exit();
        let report = failure.into_report(messages);
        let found = report.map(|it| it.sentence.trim_end().replace('\n', " "));
        Self {
            ok: false,
            exit,
            ..Self::new(name, found.unwrap_or_default())
        }
    }
}

/// Runs all checks. The exit code is that of the first one that fails. `signed_in` says whether a job could sign
/// in with the account in its environment.
pub(crate) async fn doctor(ctx: &Context, args: &OutputArgs, signed_in: Outcome) -> Outcome<Exit> {
    let mut checks = vec![
        Check::new("version", env!("CARGO_PKG_VERSION").to_owned()),
        Check::new("language", ctx.messages.lang().code().to_owned()),
        Check::new("time_zone", zone(ctx)),
        storage(ctx),
    ];
    checks.extend(connection(ctx, signed_in).await);
    write(ctx, args, &checks)?;
    let failed = checks.iter().find(|check| !check.ok);
    Ok(failed.map_or(Exit::Done, |check| check.exit))
}

fn zone(ctx: &Context) -> String {
    let name = ctx.settings.zone.iana_name().unwrap_or_default();
    format!("{name} {}", ctx.now.offset())
        .trim_start()
        .to_owned()
}

/// Whether the session can be stored.
fn storage(ctx: &Context) -> Check {
    let (name, messages) = ("session_file", &ctx.messages);
    let SessionStorage::File(file) = &ctx.storage else {
        let failure = Failure::new(Exit::Refused, "NO_HOME", messages.get("cause-no-home"));
        return Check::failed(name, failure, messages);
    };
    if let Err(error) = file.prepare() {
        let failure = FileError::wrap(file.path(), error).into();
        return Check::failed(name, failure, messages);
    }
    let path = file.path().display().to_string();
    if !ctx.session_was_shared {
        return Check::new(name, path);
    }
    let text = messages.with("command-session-shared", &[("file", Arg::Text(&path))]);
    Check::new(name, text)
}

/// The connection, the session and the clock.
async fn connection(ctx: &Context, signed_in: Outcome) -> Vec<Check> {
    let (server, messages) = (ctx.settings.server.url.clone(), &ctx.messages);
    let start = tokio::time::Instant::now();
    if let Err(error) = ctx.api.probe().await {
        let failure = Failure::of_request(&error, messages);
        return vec![Check::failed("server", failure, messages)];
    }
    let milliseconds = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    let args = [
        ("server", Arg::Text(&server)),
        ("time", Arg::Number(milliseconds)),
    ];
    let session = match signed_in {
        Ok(()) => ctx.me().await,
        Err(failure) => Err(failure),
    };
    let session = match session {
        Ok(me) => Check::new(
            "session",
            format!("{}, {}", me.name, messages.role(me.role())),
        ),
        Err(failure) => Check::failed("session", failure, messages),
    };
    let mut checks = vec![
        Check::new("server", messages.with("command-answers", &args)),
        session,
    ];
    if let Some(server) = ctx.api.server_time().await {
        checks.push(clock(messages, server, Timestamp::now()));
    }
    checks
}

/// The difference of the clocks, in both directions.
fn clock(messages: &Messages, server: Timestamp, own: Timestamp) -> Check {
    let (earlier, later) = (server.min(own), server.max(own));
    if later.duration_since(earlier).unsigned_abs() <= CLOCK_MAX {
        return Check::new("clock", messages.get("command-clock"));
    }
    let message = if own > server {
        "command-clock-ahead"
    } else {
        "command-clock-behind"
    };
    let length = messages.length(earlier, later, messages.zone());
    let sentence = messages.with(message, &[("length", Arg::Text(&length))]);
    Check::failed(
        "clock",
        Failure::new(Exit::Refused, "CLOCK", sentence),
        messages,
    )
}

/// The names of the columns.
const COLUMNS: [&str; 3] = ["name", "ok", "found"];

fn write(ctx: &Context, args: &OutputArgs, checks: &[Check]) -> Outcome {
    let format = args.resolved(is_terminal());
    if matches!(format, Format::Table | Format::Plain) && args.fields.is_empty() {
        return for_people(ctx, checks);
    }
    let row = |check: &Check| {
        vec![
            check.name.into(),
            check.ok.into(),
            check.found.clone().into(),
        ]
    };
    let rows: Vec<_> = checks.iter().map(row).collect();
    let rows = Rows::chosen(&COLUMNS, &rows, &args.fields, &ctx.messages)?;
    if !matches!(format, Format::Table | Format::Plain) {
        return rows.write((format, args));
    }
    let mut lines = Lines::new(Sink::open(None)?, ctx.palette());
    lines.grid(rows.names(), &rows.texts())?;
    lines.finish()
}

fn for_people(ctx: &Context, checks: &[Check]) -> Outcome {
    let mut lines = Lines::new(Sink::open(None)?, ctx.palette());
    for check in checks {
        let sign = if check.ok { Sign::Reached } else { Sign::Alert };
        let name = ctx
            .messages
            .get(&format!("command-check-{}", check.name.replace('_', "-")));
        let mark = format!("{} ", sign.symbol());
        let label = format!("{name}  ");
        let spans = [
            (mark.as_str(), theme::tone(sign.tone())),
            (&label, theme::muted()),
            (&check.found, theme::text()),
        ];
        lines.line(&spans)?;
    }
    lines.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Lang;

    #[test]
    fn clocks_differ_in_both_directions() {
        let messages = Messages::new(Lang::En);
        let own = Timestamp::UNIX_EPOCH;
        for (seconds, found) in [
            (0, "agrees"),
            (60, "agrees"),
            (-60, "agrees"),
            (180, "3 min behind"),
            (-7_200, "2 h ahead of"),
        ] {
            let server = own + jiff::SignedDuration::from_secs(seconds);
            let check = clock(&messages, server, own);
            assert!(check.found.contains(found), "{seconds}: {}", check.found);
            assert_eq!(check.ok, found == "agrees", "{seconds}");
        }
    }
}
