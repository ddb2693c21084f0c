//! The history of a record as a sheet: all entries, or one in full.

use epic_events::v1::HistoryEntry;
use ratatui::text::{Line, Span};

use crate::{
    api::RequestKind,
    app::{
        model::Model,
        overlay::{Overlay, history::History},
    },
    layout::columns,
    messages::Arg,
    screens::history::tell,
    theme,
    widgets::{
        popup::{FRAME, Popup},
        text::{fit, wrap},
    },
};

/// How wide it is, where there is room.
const WIDTH: u16 = 100;
/// Lines of the screen that the list has not: above and below the sheet, its frame, its first line
/// and what can be done.
const AROUND: u16 = 7;
/// Columns before each line, for the mark of the entry one stands on.
const MARK: u16 = 2;

fn width(screen: u16) -> u16 {
    WIDTH.min(screen)
}

/// The history.
pub(super) fn sheet(model: &Model, history: &History) -> Popup {
    let width = width(model.size.0);
    let name = Arg::Text(&history.name);
    let title = model.messages.with("history-title", &[("name", name)]);
    let mut sheet = Popup::new(fit(&title, width - 6), width);
    sheet.top.push(Line::default());
    match (history.reading, history.current()) {
        (Some(line), Some(entry)) => {
            let lines = lines(model, entry, width, Manner::Full);
            sheet.items = lines.into_iter().skip(line).collect();
            sheet.more.0 = line > 0;
        }
        (_, Some(_)) => list(model, history, &mut sheet),
        (_, None) => nothing(model, history, &mut sheet),
    }
    sheet
}

/// How far the entry that is read in full can be scrolled: until its last line is on the screen.
#[must_use]
pub fn reading_reach(model: &Model) -> usize {
    let Some(Overlay::History(history)) = model.overlays.last() else {
        return 0;
    };
    let entry = history.current().filter(|_| history.reading.is_some());
    let all = entry.map(|entry| lines(model, entry, width(model.size.0), Manner::Full));
    let room = usize::from(model.size.1.saturating_sub(AROUND));
    all.map_or(0, |all| all.len().saturating_sub(room))
}

/// Why there are no entries.
fn nothing(model: &Model, history: &History, sheet: &mut Popup) {
    let waiting = model.pending.waits_for(RequestKind::History) || model.offline.is_some();
    let text = match &history.refused {
        Some(sentence) => sentence.clone(),
        None if waiting => format!(
            "{} {}",
            super::spinner(model),
            model.messages.get("loading")
        ),
        None if history.total.is_none() => return,
        None => model.messages.get("history-none"),
    };
    for line in wrap(&text, sheet.width - FRAME - MARK) {
        sheet
            .items
            .push(Line::styled(format!("  {line}"), theme::dim()));
    }
}

/// As many entries as there is room for, the one that one stands on among them.
fn list(model: &Model, history: &History, sheet: &mut Popup) {
    // Two more: a free line, and how many entries there are.
    let room = usize::from(model.size.1.saturating_sub(AROUND + 2)).max(1);
    let told = |index: usize| {
        let manner = if index == history.selected {
            Manner::Selected
        } else {
            Manner::Plain
        };
        let entry = history.entries.get(index)?;
        Some(lines(model, entry, sheet.width, manner))
    };
    // Upwards from the selected one while it stays on the screen, then downwards.
    let mut shown: Vec<_> = told(history.selected).into_iter().collect();
    let mut first = history.selected;
    let mut used = shown.iter().map(Vec::len).sum::<usize>();
    while let Some(above) = first.checked_sub(1).and_then(told)
        && used + above.len() <= room
    {
        used += above.len();
        shown.insert(0, above);
        first -= 1;
    }
    let mut end = history.selected + 1;
    while used < room
        && let Some(below) = told(end)
    {
        used += below.len();
        shown.push(below);
        end += 1;
    }
    for (index, lines) in (first..).zip(shown) {
        let start = sheet.items.len();
        sheet.items.extend(lines);
        sheet.items.truncate(room);
        sheet.of.resize(sheet.items.len(), index);
        if index == history.selected {
            sheet.focus = start..start + 1;
        }
    }
    sheet.more = (
        first > 0,
        end < history.entries.len() || used > room || history.has_more(),
    );
    sheet.bottom.push(Line::default());
    sheet
        .bottom
        .push(Line::styled(position(model, history), theme::dim()).right_aligned());
}

/// "2 / 41", with a spinner when an answer takes its time.
fn position(model: &Model, history: &History) -> String {
    let count = |count: usize| {
        model
            .messages
            .count(u64::try_from(count).unwrap_or(u64::MAX))
    };
    let (total, at_least) = history.total.unwrap_or_default();
    let more = if at_least { "+" } else { "" };
    let (row, total) = (count(history.selected + 1), model.messages.count(total));
    format!("{} {row} / {total}{more}", super::spinner(model))
}

/// How an entry is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    Plain,
    Selected,
    Full,
}

/// The lines of an entry: a sentence, then field by field what it does not say.
fn lines(model: &Model, entry: &HistoryEntry, width: u16, manner: Manner) -> Vec<Line<'static>> {
    let told = tell(entry, manner == Manner::Full, &model.context());
    let room = width.saturating_sub(FRAME + MARK);
    let (mark, style) = match manner {
        Manner::Selected => ("▌ ", theme::title()),
        Manner::Plain | Manner::Full => ("  ", theme::plain()),
    };
    let line = |spans: Vec<Span<'static>>| {
        let mut all = vec![Span::styled(mark, theme::accent())];
        all.extend(spans);
        Line::from(all)
    };
    let mut lines = Vec::new();
    // Where a sentence takes more than one line, those after the first stand in.
    let hang = if columns(&told.sentence) > room { 2 } else { 0 };
    for (index, text) in wrap(&told.sentence, room - hang).into_iter().enumerate() {
        let indent = if index == 0 { "" } else { "  " };
        lines.push(line(vec![Span::raw(indent), Span::styled(text, style)]));
    }
    for (field, became) in told.fields {
        let text = format!("{field} {became}");
        for (index, text) in wrap(&text, room.saturating_sub(4)).into_iter().enumerate() {
            let indent = if index == 0 { "  " } else { "    " };
            let (label, rest) = match text.split_at_checked(field.len()) {
                Some((label, rest)) if index == 0 => (label.to_owned(), rest.to_owned()),
                _ => (String::new(), text),
            };
            lines.push(line(vec![
                Span::raw(indent),
                Span::styled(label, theme::label()),
                Span::raw(rest),
            ]));
        }
    }
    lines
}
