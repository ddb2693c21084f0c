//! Records on the output: a list in the table of the screen, or one record.

use std::collections::HashMap;

use crossterm::terminal;
use epic_events::v1::Role;
use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    context::Context,
    failure::Outcome,
    message,
    output::{
        Format, OutputArgs,
        calendar::CalendarWriter,
        data::{DataWriter, write_one},
        human::{Lines, one_line, widths},
        is_terminal,
        sink::Sink,
    },
};
use crate::{
    api::ApiResponse,
    layout,
    messages::Arg,
    record::{
        Record, Tab,
        table::{Cell, ColumnHeader, RowForm},
    },
    screens::{collaborators, spec::ListQuery},
    theme,
    widgets::table::{Selection, Table, complete_amounts},
};

/// The width of a table whose terminal does not tell its own.
const WIDTH: u16 = 80;

/// Writes the records of a list.
pub(crate) struct RecordWriter<'a> {
    ctx: &'a Context,
    args: &'a OutputArgs,
    query: ListQuery,
    headers: Vec<&'static ColumnHeader>,
    tab: Tab,
    /// The columns of the table, from its first page on.
    columns: Option<Vec<(usize, u16)>>,
    /// The widths of chosen fields, from the first page on.
    widths: Option<Vec<u16>>,
    is_for_terminal: bool,
    form: Form<'a>,
}

enum Form<'a> {
    /// The table of the screen.
    Table(Lines),
    /// The texts of the table.
    Plain(Lines),
    /// Chosen fields, for people.
    Fields(Lines),
    Data(Box<DataWriter>),
    Calendar(Box<CalendarWriter<'a>>),
}

impl<'a> RecordWriter<'a> {
    /// A writer for the records of a list.
    pub(crate) async fn new(
        ctx: &'a Context,
        args: &'a OutputArgs,
        query: &ListQuery,
        tab: Tab,
        sink: Sink,
    ) -> Outcome<Self> {
        let is_for_terminal = sink.is_terminal();
        let format = args.resolved(is_for_terminal);
        let form = match format {
            Format::Table if !args.fields.is_empty() => {
                Form::Fields(Lines::new(sink, ctx.palette()))
            }
            Format::Table => Form::Table(Lines::new(sink, ctx.palette())),
            Format::Plain => Form::Plain(Lines::new(sink, ctx.palette())),
            Format::Ics => Form::Calendar(Box::new(calendar(ctx, sink).await?)),
            Format::Json | Format::Jsonl | Format::Csv | Format::Tsv => {
                let kind = message::descriptor(message::kind_of(tab))?;
                let writer = DataWriter::new((format, args), &kind, sink, &ctx.messages)?;
                Form::Data(Box::new(writer))
            }
        };
        Ok(Self {
            ctx,
            args,
            query: query.clone(),
            headers: (tab.screen().headers)(),
            tab,
            columns: None,
            widths: None,
            is_for_terminal,
            form,
        })
    }

    /// Whether people watch the output grow.
    pub(crate) const fn is_for_terminal(&self) -> bool {
        self.is_for_terminal
    }

    /// Writes a page.
    pub(crate) fn page(&mut self, records: &[Record]) -> Outcome {
        match &mut self.form {
            Form::Table(_) => return self.table(records),
            Form::Plain(lines) => {
                for texts in plain_rows(self.ctx, self.args, self.tab, records)? {
                    lines.text(&texts.join("\t"))?;
                }
            }
            Form::Fields(_) => return self.fields(records),
            Form::Data(writer) => {
                for record in records {
                    writer.write(&message::of_record(record)?)?;
                }
            }
            Form::Calendar(writer) => {
                for record in records {
                    if let Record::Event(event) = record {
                        writer.write(event)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Passes on what is written so far.
    pub(crate) fn flush(&mut self) -> Outcome {
        match &mut self.form {
            Form::Table(lines) | Form::Plain(lines) | Form::Fields(lines) => lines.flush(),
            Form::Data(writer) => writer.flush(),
            Form::Calendar(writer) => writer.flush(),
        }
    }

    /// Completes the output.
    pub(crate) fn finish(self) -> Outcome {
        match self.form {
            Form::Table(lines) | Form::Plain(lines) | Form::Fields(lines) => lines.finish(),
            Form::Data(writer) => writer.finish(),
            Form::Calendar(writer) => writer.finish(),
        }
    }

    fn table(&mut self, records: &[Record]) -> Outcome {
        let Form::Table(lines) = &mut self.form else {
            return Ok(());
        };
        let context = self.ctx.cells();
        let mut rows: Vec<_> = records.iter().map(|it| it.cells(&context)).collect();
        complete_amounts(&mut rows);
        // Some terminals do not know their size.
        let width = match terminal::size() {
            Ok((width @ 1.., _)) => width,
            _ => WIDTH,
        };
        let parent = self.query.parent;
        let is_active = |label: &&str| self.query.filters.iter().any(|it| it.label == *label);
        let table = Table {
            headers: &self.headers,
            title: &|id| self.ctx.messages.get(id),
            order: (self.query.order.column, self.query.order.descending),
            shows_order: true,
            is_constant: &|header| {
                header.constant_under.iter().any(is_active)
                    || parent.is_some_and(header.constant_of)
            },
            screen: width,
        };
        let is_first = self.columns.is_none();
        let columns = self
            .columns
            .get_or_insert_with(|| table.columns(&rows, &rows, width));
        if is_first {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
            table.draw_headers(buffer.area, columns, &mut buffer);
            lines.buffer(buffer)?;
        }
        for (index, cells) in rows.iter().enumerate() {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
            let look = (Selection::None, index % 2 == 1);
            table.draw_row(buffer.area, columns, cells, look, &mut buffer);
            lines.buffer(buffer)?;
        }
        Ok(())
    }

    fn fields(&mut self, records: &[Record]) -> Outcome {
        let Form::Fields(lines) = &mut self.form else {
            return Ok(());
        };
        let rows = plain_rows(self.ctx, self.args, self.tab, records)?;
        if let Some(widths) = &self.widths {
            return lines.rows(&rows, widths);
        }
        let kind = message::descriptor(message::kind_of(self.tab))?;
        let fields = message::fields(&kind, &self.args.fields, &self.ctx.messages)?;
        let names: Vec<_> = fields.iter().map(|it| it.json_name().to_owned()).collect();
        self.widths = Some(widths(&names, &rows));
        lines.grid(&names, &rows)
    }
}

/// The texts of records: those of the table, or of the chosen fields.
fn plain_rows(
    ctx: &Context,
    args: &OutputArgs,
    tab: Tab,
    records: &[Record],
) -> Outcome<Vec<Vec<String>>> {
    if args.fields.is_empty() {
        let cells = records.iter().map(|it| it.cells(&ctx.cells()));
        let text = |cell: &Cell| one_line(&(cell.text.clone() + &cell.decimals));
        return Ok(cells
            .map(|cells| cells.iter().map(text).collect())
            .collect());
    }
    let kind = message::descriptor(message::kind_of(tab))?;
    let fields = message::fields(&kind, &args.fields, &ctx.messages)?;
    let texts = records.iter().map(|record| {
        let record = message::of_record(record)?;
        let text = |field| one_line(&message::display(&record, field, &ctx.messages));
        Ok(fields.iter().map(text).collect())
    });
    texts.collect()
}

/// A calendar, which names the supports with their email addresses.
async fn calendar(ctx: &Context, sink: Sink) -> Outcome<CalendarWriter<'_>> {
    let mut emails = HashMap::new();
    let mut token = String::new();
    loop {
        let request = collaborators::list_role(Role::Support, token);
        let ApiResponse::Page(page) = ctx.send(request).await? else {
            return Err(ctx.unexpected());
        };
        emails.extend(page.records.into_iter().filter_map(|record| match record {
            Record::Collaborator(person) => Some((person.id, person.email)),
            _ => None,
        }));
        token = page.next_page_token;
        if token.is_empty() {
            break;
        }
    }
    CalendarWriter::new(sink, &ctx.messages, emails)
}

/// Writes one record: its fields, or for people the lines of the record pane.
pub(crate) async fn show(ctx: &Context, args: &OutputArgs, record: &Record) -> Outcome {
    let format = args.resolved(is_terminal());
    match format {
        Format::Table | Format::Plain if args.fields.is_empty() => pane(ctx, record),
        Format::Table | Format::Plain | Format::Ics => {
            let query = ListQuery {
                page_size: 1,
                page_token: String::new(),
                order: record.tab().screen().order,
                query: String::new(),
                filters: Vec::new(),
                parent: None,
                now: ctx.now.timestamp(),
            };
            let sink = Sink::open(None)?;
            let mut writer = RecordWriter::new(ctx, args, &query, record.tab(), sink).await?;
            writer.page(std::slice::from_ref(record))?;
            writer.finish()
        }
        _ => write_one((format, args), &message::of_record(record)?, &ctx.messages),
    }
}

/// The lines of the record pane.
fn pane(ctx: &Context, record: &Record) -> Outcome {
    let context = ctx.cells();
    let id = record.id().to_string();
    let title = record.tab().screen().record_title;
    let title = ctx.messages.with(title, &[("id", Arg::Text(&id))]);
    let rows: Vec<(String, Cell)> = record
        .pane_rows(&context)
        .into_iter()
        .filter(|row| !matches!(row.form, RowForm::Gap | RowForm::Share(..)))
        .map(|row| match row.label {
            "" => (String::new(), row.cell),
            label => (ctx.messages.get(label), row.cell),
        })
        .collect();
    let labels = rows.iter().map(|(label, _)| layout::columns(label));
    let width = labels.max().unwrap_or_default();
    let mut lines = Lines::new(Sink::open(None)?, ctx.palette());
    lines.line(&[(record.name(), theme::strong())])?;
    lines.line(&[(&title, theme::muted())])?;
    for (label, cell) in rows {
        let missing = width.saturating_sub(layout::columns(&label));
        let label = format!("{label}{}  ", " ".repeat(missing.into()));
        let text = cell.signed_text();
        let mut texts = text.split('\n');
        let first = one_line(texts.next().unwrap_or_default());
        lines.line(&[(&label, theme::muted()), (&first, theme::tone(cell.tone))])?;
        let indent = " ".repeat(usize::from(width) + 2);
        for text in texts {
            lines.line(&[
                (&indent, theme::muted()),
                (&one_line(text), theme::tone(cell.tone)),
            ])?;
        }
    }
    lines.finish()
}
