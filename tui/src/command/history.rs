//! The history of a record.

use epic_events::{
    record_kind::RecordKind,
    v1::{ListHistoryRequest, ListHistoryResponse},
    value::wire_time,
};

use super::{
    context::Context,
    failure::Outcome,
    list, message, names,
    output::{
        Format,
        data::DataWriter,
        human::{Lines, one_line},
        is_terminal,
        sink::Sink,
    },
    parser::fixed::HistoryArgs,
    source::Source,
    target::{self, Accepts},
};
use crate::{
    api::{ApiRequest, ApiResponse},
    parse::Year,
    record::Tab,
    screens::history::{EntryText, describe},
    theme,
};

/// The most entries of a page: the maximum of the server.
const PAGE: usize = 200;

/// Shows who has changed a record, the latest change first.
pub(crate) async fn history(ctx: &Context, args: &HistoryArgs) -> Outcome {
    let kind = RecordKind::from_name(&args.kind).ok_or_else(|| ctx.unexpected())?;
    // A record that is deleted has a history too, by its number.
    let source = Source::tab(Tab::from_kind(kind));
    let id = match target::number(ctx, &args.record)? {
        Some(id) => id,
        None => target::record(ctx, source, &args.record, Accepts::Part)
            .await?
            .id(),
    };
    let since = args.since.as_deref();
    let since = since
        .map(|text| list::time(ctx, "since", text, Year::Last, false))
        .transpose()?;
    let mut request = ListHistoryRequest {
        record: kind.record_type().into(),
        record_id: Some(id),
        after: since.map(wire_time),
        ..ListHistoryRequest::default()
    };
    // The names of the entries' actors depend on who reads them.
    ctx.me().await?;
    let mut writer = Writer::new(ctx, args)?;
    let mut left = args.limit;
    while left > 0 {
        request.page_size = i32::try_from(left.min(PAGE)).unwrap_or(i32::MAX);
        let page = page(ctx, request.clone()).await?;
        if page.entries.is_empty() && request.page_token.is_empty() {
            existed(ctx, kind, id).await?;
        }
        left -= page.entries.len().min(left);
        writer.page(ctx, &page)?;
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    writer.finish()
}

/// Checks that there is or was a record with this number.
async fn existed(ctx: &Context, kind: RecordKind, id: i64) -> Outcome {
    let request = ListHistoryRequest {
        record: kind.record_type().into(),
        record_id: Some(id),
        page_size: 1,
        ..ListHistoryRequest::default()
    };
    if page(ctx, request).await?.entries.is_empty() {
        ctx.record(ApiRequest::get(Tab::from_kind(kind), id))
            .await?;
    }
    Ok(())
}

async fn page(ctx: &Context, request: ListHistoryRequest) -> Outcome<ListHistoryResponse> {
    match ctx.send(ApiRequest::ListHistory(request)).await? {
        ApiResponse::History(page) => Ok(page),
        _ => Err(ctx.unexpected()),
    }
}

enum Writer {
    Lines(Box<Lines>),
    Data(Box<DataWriter>),
}

impl Writer {
    fn new(ctx: &Context, args: &HistoryArgs) -> Outcome<Self> {
        let sink = Sink::open(None)?;
        let format = args.output.resolved(is_terminal());
        if matches!(format, Format::Table | Format::Plain) {
            return Ok(Self::Lines(Box::new(Lines::new(sink, ctx.palette()))));
        }
        let kind = message::descriptor("HistoryEntry")?;
        let writer = DataWriter::new((format, &args.output), &kind, sink, &ctx.messages)?;
        Ok(Self::Data(Box::new(writer)))
    }

    fn page(&mut self, ctx: &Context, page: &ListHistoryResponse) -> Outcome {
        for entry in &page.entries {
            match self {
                Self::Data(writer) => {
                    let mut entry = entry.clone();
                    for change in &mut entry.changes {
                        change.field = names::json(&change.field);
                    }
                    writer.write(&message::dynamic("HistoryEntry", &entry)?)?;
                }
                Self::Lines(lines) => write(lines, &describe(entry, true, &ctx.cells()))?,
            }
        }
        Ok(())
    }

    fn finish(self) -> Outcome {
        match self {
            Self::Lines(lines) => lines.finish(),
            Self::Data(writer) => writer.finish(),
        }
    }
}

/// Writes an entry, as the screen describes it.
fn write(lines: &mut Lines, entry: &EntryText) -> Outcome {
    let when = format!("{}  ", one_line(&entry.when));
    let sentence = one_line(&entry.sentence);
    lines.line(&[(&when, theme::muted()), (&sentence, theme::text())])?;
    for (label, change) in &entry.fields {
        let label = format!("  {} ", one_line(label));
        lines.line(&[(&label, theme::muted()), (&one_line(change), theme::text())])?;
    }
    Ok(())
}
