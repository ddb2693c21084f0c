//! Prints changes as they happen.

use std::{io::stdout, pin::pin};

use epic_events::v1::RecordType;
use jiff::Zoned;
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};

use super::{
    context::Context,
    failure::{Failure, Outcome},
    message, names,
    output::{
        Format,
        data::DataWriter,
        human::{Lines, one_line},
        is_terminal,
        sink::Sink,
    },
    parser::fixed::WatchArgs,
};
use crate::{
    api::{Change, ChangeEvent, ReceivedChange},
    format::clock,
    messages::Arg,
    record::Tab,
    theme,
};

/// Prints changes until a signal, or the end of the session.
pub(crate) async fn watch(ctx: &Context, args: &WatchArgs) -> Outcome {
    // A wrong password or a server that is away is a failure; later, the stream is opened again.
    ctx.me().await?;
    let format = args.output.resolved(is_terminal());
    let sink = Sink::open(None)?;
    let mut writer = if matches!(format, Format::Table | Format::Plain) {
        Writer::Lines(Box::new(Lines::new(sink, ctx.palette())))
    } else {
        // An array has no end here.
        let format = match format {
            Format::Json => Format::Jsonl,
            format => format,
        };
        let kind = message::descriptor("WatchChangesResponse")?;
        let writer = DataWriter::new((format, &args.output), &kind, sink, &ctx.messages)?;
        Writer::Data(Box::new(writer))
    };
    writer.flush()?;
    let mut changes = ctx.api.watch(args.resume.clone());
    let mut closed = pin!(closed_output());
    loop {
        let received = tokio::select! {
            () = &mut closed => return Err(Failure::ClosedPipe),
            received = changes.recv() => received,
        };
        let Some(received) = received else {
            return Err(ctx.unexpected());
        };
        match &received.event {
            ChangeEvent::SessionEnded => return Err(Failure::not_signed_in(&ctx.messages)),
            ChangeEvent::Change(change) if is_wanted(args, change.record) => {}
            ChangeEvent::Reload => {}
            ChangeEvent::Change(_) | ChangeEvent::Gap => continue,
        }
        writer.write(ctx, &received)?;
    }
}

/// Waits until nobody reads standard output any more. A write would notice that too, but only at the next change.
async fn closed_output() {
    let waited = tokio::task::spawn_blocking(|| {
        loop {
            let out = stdout();
            // The system reports an error and the end without being asked for them.
            let mut polled = [PollFd::new(&out, PollFlags::empty())];
            match poll(&mut polled, None) {
                Ok(_) => return,
                Err(Errno::INTR) => {}
                // Then the next write reports it.
                Err(_) => loop {
                    std::thread::park();
                },
            }
        }
    });
    let _ = waited.await;
}

fn is_wanted(args: &WatchArgs, record: RecordType) -> bool {
    let tab = Tab::from_record_type(record).map(names::command);
    args.records.is_empty() || tab.is_some_and(|tab| args.records.contains(&tab))
}

enum Writer {
    Lines(Box<Lines>),
    Data(Box<DataWriter>),
}

impl Writer {
    fn write(&mut self, ctx: &Context, received: &ReceivedChange) -> Outcome {
        match (self as &mut Self, &received.event) {
            (Self::Data(writer), _) => {
                let Some(message) = &received.message else {
                    return Ok(());
                };
                writer.write(&message::dynamic("WatchChangesResponse", message)?)?;
            }
            (Self::Lines(lines), ChangeEvent::Change(change)) => line(ctx, lines, change)?,
            // People do not read lists again by themselves.
            (Self::Lines(_), _) => return Ok(()),
        }
        self.flush()
    }

    fn flush(&mut self) -> Outcome {
        match self {
            Self::Lines(lines) => lines.flush(),
            Self::Data(writer) => writer.flush(),
        }
    }
}

fn line(ctx: &Context, lines: &mut Lines, change: &Change) -> Outcome {
    let now = Zoned::now().with_time_zone(ctx.now.time_zone().clone());
    let title = Tab::from_record_type(change.record).map(|tab| tab.screen().record_title);
    let id = change.id.to_string();
    let title = title.map(|it| ctx.messages.with(it, &[("id", Arg::Text(&id))]));
    let title = title.unwrap_or_default();
    let who = match change.actor.as_str() {
        "" => ctx.messages.get("history-server"),
        name => name.to_owned(),
    };
    let args = [("what", Arg::Text(&title)), ("who", Arg::Text(&who))];
    let message = if change.deleted {
        "command-watch-deleted"
    } else {
        "command-watch-changed"
    };
    let text = one_line(&ctx.messages.with(message, &args));
    let when = format!("{}  ", clock(&now));
    lines.line(&[(&when, theme::muted()), (&text, theme::text())])
}
