//! The record pane as lines, and its scrolling.

use std::mem;

use epic_events::v1::HistoryEntry;

use super::context::Context;
use crate::{
    layout::{self, columns},
    messages::Arg,
    record::{
        Record,
        table::{PaneRow, RowForm, Sign},
    },
    screens::history,
    tone::Tone,
    widgets::text::{fit, longest_word, pad, wrap},
};

/// Minimum width of the value beside a label.
const SHORTEST_VALUE: u16 = 12;
/// Columns before a change that stands below its time.
const INDENT: u16 = 2;

/// How a part of a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// The name of the record.
    Title,
    /// A label.
    Label,
    /// A value.
    Value(Tone),
    /// The part of a line that shows a share.
    Bar,
    /// A rule, or the rest of that line.
    Rule,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) ink: Ink,
}

impl Part {
    fn new(text: impl Into<String>, ink: Ink) -> Self {
        let text = text.into();
        Self { text, ink }
    }
}

/// A line of the pane.
pub(crate) type PaneLine = Vec<Part>;

/// The lines of a record in this width, with the latest changes.
pub(crate) fn lines(
    record: &Record,
    recent: &[HistoryEntry],
    ctx: &Context<'_>,
    width: u16,
) -> Vec<PaneLine> {
    let cells = ctx.cells();
    let titles = wrap(record.name(), width).into_iter();
    let mut lines: Vec<_> = titles
        .map(|line| vec![Part::new(line, Ink::Title)])
        .collect();
    lines.push(kind_line(record, ctx, width));
    lines.push(Vec::new());
    let rows = record.pane_rows(&cells);
    let labels = rows.iter().filter(|row| row.form == RowForm::Value);
    let labels = labels.map(|row| columns(&label_text(row, ctx)));
    let label = labels.max().unwrap_or(0) + 2;
    let label = label.min(width.saturating_sub(SHORTEST_VALUE));
    for row in &rows {
        lines.extend(row_lines(row, ctx, label, width));
    }
    if !recent.is_empty() {
        lines.push(Vec::new());
        lines.push(section(&ctx.messages.get("pane-changes"), width));
        lines.extend(change_lines(recent, ctx, width));
    }
    lines
}

/// The kind, the number and the state of the record.
fn kind_line(record: &Record, ctx: &Context<'_>, width: u16) -> PaneLine {
    let id = record.id().to_string();
    let title = record.tab().screen().record_title;
    let kind = ctx.messages.with(title, &[("id", Arg::Text(&id))]);
    let mut line = vec![Part::new(fit(&kind, width), Ink::Label)];
    if let Some(state) = record.state(&ctx.cells()) {
        line.push(Part::new(" · ", Ink::Label));
        line.extend(state_parts(&state.text, state.sign, state.tone));
    }
    line
}

/// A text after its sign. A reached state has the colour of its sign here, where it is alone.
fn state_parts(text: &str, sign: Option<Sign>, tone: Tone) -> Vec<Part> {
    match sign {
        Some(sign) => {
            let ink = Ink::Value(sign.tone());
            let text = format!("{} {text}", sign.symbol());
            vec![Part::new(text, ink)]
        }
        None => vec![Part::new(text, Ink::Value(tone))],
    }
}

/// The label of a row; empty if it continues the row above.
fn label_text(row: &PaneRow, ctx: &Context<'_>) -> String {
    match row.label {
        "" => String::new(),
        id => ctx.messages.get(id),
    }
}

fn row_lines(row: &PaneRow, ctx: &Context<'_>, label: u16, width: u16) -> Vec<PaneLine> {
    let ink = match (row.cell.sign, row.form) {
        (Some(sign), _) => Ink::Value(sign.tone()),
        _ => Ink::Value(row.cell.tone),
    };
    let title = label_text(row, ctx);
    let text = row.cell.signed_text();
    match row.form {
        RowForm::Gap => vec![Vec::new()],
        RowForm::Share(part, whole) => vec![share_line(part, whole, ctx, width)],
        RowForm::Right => {
            let room = width.saturating_sub(columns(&title));
            vec![vec![
                Part::new(title, Ink::Label),
                Part::new(pad(&text, room, true), ink),
            ]]
        }
        RowForm::Text => {
            let text = wrap(&text, width).into_iter();
            let text = text.map(|line| vec![Part::new(line, ink)]);
            [section(&title, width)].into_iter().chain(text).collect()
        }
        RowForm::Value => value_lines(&title, &text, ink, (label, width)),
    }
}

/// A value beside its label, wrapped in its column, so that all values begin at the same edge.
fn value_lines(title: &str, text: &str, ink: Ink, (label, width): (u16, u16)) -> Vec<PaneLine> {
    let mut title = pad(title, label, false);
    let texts = wrap(text, width.saturating_sub(label)).into_iter();
    let line = |text| {
        let title = mem::replace(&mut title, " ".repeat(label.into()));
        vec![Part::new(title, Ink::Label), Part::new(text, ink)]
    };
    texts.map(line).collect()
}

/// A title, and a rule to the right edge.
fn section(title: &str, width: u16) -> PaneLine {
    let rule = width.saturating_sub(columns(title) + 1);
    vec![
        Part::new(format!("{title} "), Ink::Label),
        Part::new("─".repeat(rule.into()), Ink::Rule),
    ]
}

/// A line that grows with what is paid, and its number: `━━━━╸────  43 % paid`.
fn share_line(part: i64, whole: i64, ctx: &Context<'_>, width: u16) -> PaneLine {
    let percent = percentage(part, whole);
    let text = ctx
        .messages
        .with("share-paid", &[("percent", Arg::Number(percent))]);
    let room = width.saturating_sub(columns(&text) + 1);
    let filled = i64::from(room) * percent / 100;
    let filled = usize::try_from(filled).unwrap_or(0);
    let bar = match percent {
        0 => String::new(),
        100 => "━".repeat(room.into()),
        // The last column is half full, so that any payment is visible.
        _ => "━".repeat(filled.saturating_sub(1)) + "╸",
    };
    let rest = usize::from(room).saturating_sub(usize::from(columns(&bar)));
    vec![
        Part::new(bar, Ink::Bar),
        Part::new("─".repeat(rest), Ink::Rule),
        Part::new(format!(" {text}"), Ink::Label),
    ]
}

/// The part in percent: 0 only for nothing, and 100 only for all.
fn percentage(part: i64, whole: i64) -> i64 {
    if whole <= 0 || part >= whole {
        return 100;
    }
    if part <= 0 {
        return 0;
    }
    let percent = i128::from(part) * 100 / i128::from(whole);
    i64::try_from(percent).unwrap_or(0).clamp(1, 99)
}

/// The changes: the time of each, what has changed, and by whom.
fn change_lines(entries: &[HistoryEntry], ctx: &Context<'_>, width: u16) -> Vec<PaneLine> {
    let changes = entries
        .iter()
        .map(|entry| history::summary(entry, &ctx.cells()));
    let changes: Vec<_> = changes.collect();
    // A truncated time looks like another one.
    let times = changes.iter().map(|change| columns(&change.time));
    let column = times.max().unwrap_or(0) + 2;
    let mut lines = Vec::new();
    for change in changes {
        let longest = longest_word(&change.what).max(longest_word(&change.who));
        let mut column = column;
        let mut time = pad(&change.time, column, false);
        // What has no room beside the time stands below it, rather than being broken.
        if longest > width.saturating_sub(column) && !change.time.is_empty() {
            lines.push(vec![Part::new(change.time, Ink::Label)]);
            column = INDENT;
            time = " ".repeat(column.into());
        }
        let room = width.saturating_sub(column);
        let mut lead = || {
            Part::new(
                mem::replace(&mut time, " ".repeat(column.into())),
                Ink::Label,
            )
        };
        let value = Ink::Value(Tone::Plain);
        let beside = format!(" · {}", change.who);
        if columns(&change.what) + columns(&beside) <= room {
            let parts = [Part::new(change.what, value), Part::new(beside, Ink::Label)];
            lines.push([lead()].into_iter().chain(parts).collect());
            continue;
        }
        for (text, ink) in [(change.what, value), (change.who, Ink::Label)] {
            let wrapped = wrap(&text, room).into_iter();
            lines.extend(wrapped.map(|text| vec![lead(), Part::new(text, ink)]));
        }
    }
    lines
}

/// The width and height in which the pane is displayed; `None` while it is not.
pub(crate) fn size(ctx: &Context<'_>) -> Option<(u16, u16)> {
    let areas = layout::areas(ctx.size)?;
    let area = areas.pane_of(ctx.opened)?;
    Some((area.width, area.height))
}

/// The number of lines of the pane of the selected record, and its height; `None` while it is not displayed.
pub(super) fn extent(ctx: &Context<'_>) -> Option<(usize, u16)> {
    let ((width, height), record) = (size(ctx)?, ctx.selected()?);
    let lines = lines(record, ctx.recent.entries(), ctx, width);
    Some((lines.len(), height))
}

/// Whether the pane can be scrolled.
pub(super) fn has_more(ctx: &Context<'_>) -> bool {
    extent(ctx).is_some_and(|(count, height)| count > usize::from(height))
}

/// The first line that is displayed, and how many follow the last one that is.
pub(crate) fn scrolled(top: usize, count: usize, height: u16) -> (usize, usize) {
    let height = usize::from(height);
    if count <= height {
        return (0, 0);
    }
    // The last row says that there is more.
    let shown = height.saturating_sub(1).max(1);
    let top = top.min(count - shown);
    (top, count - shown - top)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_whole_or_nothing_only_if_it_is() {
        let cases = [
            (0, 100, 0),
            (1, 1_000_000, 1),
            (43, 100, 43),
            (999_999, 1_000_000, 99),
            (100, 100, 100),
            (0, 0, 100),
            (i64::MAX / 2, i64::MAX, 49),
        ];
        for (part, whole, expected) in cases {
            assert_eq!(percentage(part, whole), expected, "{part} of {whole}");
        }
    }

    /// The first line that is asked for, the number of lines and rows; the first line that is
    /// displayed, and the number of those below.
    #[test]
    fn the_last_line_can_be_reached_and_no_further() {
        let cases = [
            ((0, 10, 10), (0, 0)),
            ((5, 10, 10), (0, 0)),
            ((0, 11, 10), (0, 2)),
            ((2, 11, 10), (2, 0)),
            ((9, 11, 10), (2, 0)),
            ((0, 52, 10), (0, 43)),
            ((99, 52, 10), (43, 0)),
            ((99, 52, 0), (51, 0)),
        ];
        for ((top, count, height), expected) in cases {
            assert_eq!(
                scrolled(top, count, height),
                expected,
                "{top} {count} {height}"
            );
        }
    }
}
