//! Checks what a command needs: settings, connection, session, clock.

use std::{io::Write as _, time::Duration};

use epic_events::v1::{GetMeRequest, ListSessionsRequest};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    context::Context,
    failure::{Exit, Failure, Outcome},
    output::{Format, OutputArgs, human::Lines, is_terminal, sink::Sink},
};
use crate::{
    api::{ApiRequest, ApiResponse, RequestError},
    messages::Arg,
    record::table::Sign,
    session_file::SessionStorage,
    theme,
};

/// The most by which the clocks of client and server may differ: a token of ten minutes expires early
/// otherwise.
const CLOCK_MAX: Duration = Duration::from_mins(1);

/// The result of a check.
#[derive(Debug, Serialize)]
struct Check {
    /// What is checked.
    name: &'static str,
    ok: bool,
    /// What was found, in the user's language.
    found: String,
    #[serde(skip)]
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

    fn failed(name: &'static str, failure: &Failure) -> Self {
        let found = match failure {
            Failure::Report(report) => report.sentence.trim_end().replace('\n', " "),
            Failure::ClosedPipe => String::new(),
        };
        Self {
            ok: false,
            exit: failure.exit(),
            ..Self::new(name, found)
        }
    }
}

/// Runs all checks. The exit code is that of the first one that fails.
pub(crate) async fn doctor(ctx: &Context, args: &OutputArgs) -> Outcome<Exit> {
    let mut checks = vec![
        Check::new("version", env!("CARGO_PKG_VERSION").to_owned()),
        Check::new("language", ctx.messages.lang().code().to_owned()),
        Check::new("time_zone", zone(ctx)),
        storage(ctx),
    ];
    checks.extend(connection(ctx).await);
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
    let name = "session_file";
    let SessionStorage::File(file) = &ctx.storage else {
        let sentence = ctx.messages.get("cause-no-home");
        return Check::failed(name, &Failure::new(Exit::Refused, "NO_HOME", sentence));
    };
    match file.prepare() {
        Ok(_) => Check::new(name, file.path().display().to_string()),
        Err(error) => Check::failed(name, &Failure::from(error)),
    }
}

/// The connection, the session and the clock.
async fn connection(ctx: &Context) -> Vec<Check> {
    let server = ctx.settings.server.url.clone();
    let start = tokio::time::Instant::now();
    let answer = ctx.api.get_me(GetMeRequest {}).await;
    let milliseconds = i64::try_from(start.elapsed().as_millis()).unwrap_or(i64::MAX);
    if let Err(error @ RequestError::Unavailable(_)) = &answer {
        let failure = Failure::of_request(error, &ctx.messages);
        return vec![Check::failed("server", &failure)];
    }
    if !ctx.api.has_session()
        && let Err(error) = ctx.api.probe().await
    {
        let failure = Failure::of_request(&error, &ctx.messages);
        return vec![Check::failed("server", &failure)];
    }
    let args = [
        ("server", Arg::Text(&server)),
        ("time", Arg::Number(milliseconds)),
    ];
    let mut checks = vec![Check::new(
        "server",
        ctx.messages.with("command-answers", &args),
    )];
    match answer {
        Ok(me) => {
            let me = me.me.unwrap_or_default();
            checks.push(Check::new(
                "session",
                format!("{}, {}", me.name, ctx.messages.role(me.role())),
            ));
            checks.extend(clock(ctx).await);
        }
        Err(error) => {
            checks.push(Check::failed(
                "session",
                &Failure::of_request(&error, &ctx.messages),
            ));
        }
    }
    checks
}

/// The difference of the clocks: the server has just noted the use of this session.
async fn clock(ctx: &Context) -> Option<Check> {
    let request = ApiRequest::ListSessions(ListSessionsRequest::default());
    let Ok(ApiResponse::Sessions(sessions)) = ctx.send(request).await else {
        return None;
    };
    let current = sessions.iter().find(|it| it.current)?;
    let used = epic_events::value::time(current.last_use_time.as_ref()).ok()?;
    // The use is noted with a delay, so only a clock that is behind is certain.
    let ahead = used.duration_since(Timestamp::now());
    let is_right = ahead.unsigned_abs() <= CLOCK_MAX || ahead.is_negative();
    let text = ctx.messages.get(if is_right {
        "command-clock"
    } else {
        "command-clock-behind"
    });
    Some(if is_right {
        Check::new("clock", text)
    } else {
        Check::failed("clock", &Failure::new(Exit::Refused, "CLOCK", text))
    })
}

fn write(ctx: &Context, args: &OutputArgs, checks: &[Check]) -> Outcome {
    let mut sink = Sink::open(None)?;
    match args.resolved(is_terminal()) {
        Format::Json => {
            let text = serde_json::to_string_pretty(checks).map_err(std::io::Error::other)?;
            writeln!(sink, "{text}")?;
        }
        Format::Jsonl => {
            for check in checks {
                let text = serde_json::to_string(check).map_err(std::io::Error::other)?;
                writeln!(sink, "{text}")?;
            }
        }
        Format::Csv | Format::Tsv | Format::Ics => {
            for check in checks {
                writeln!(sink, "{}\t{}\t{}", check.name, check.ok, check.found)?;
            }
        }
        Format::Table | Format::Plain => {
            let mut lines = Lines::new(sink, ctx.palette());
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
            return lines.finish();
        }
    }
    Ok(sink.finish()?)
}
