use std::iter;

use ratatui::text::{Line, Span};

use super::{Entry, Palette};
use crate::{
    app::{
        availability,
        context::Context,
        overlay::{
            draw::{Draw, MAX_LINES, grouped_list, matched, placeholder, search_line, width},
            matching::{elsewhere, excerpt},
        },
    },
    keys::{self, Action, KeyContext},
    layout,
    record::Record,
    theme,
    widgets::{
        popup::{Anchor, FRAME, Popup},
        text::fit,
    },
};

/// Minimum columns of a name, to which it is truncated before what follows it.
const NAME: u16 = 24;

impl Draw for Palette {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let width = width(ctx);
        let mut popup = Popup::new(messages.get("palette-title"), width);
        popup.anchor = Anchor::Upper;
        search_line(&mut popup, &self.input);
        let room = width - FRAME;
        let entries = self.entries(ctx);
        if entries.is_empty() {
            let id = if self.is_searching(ctx) {
                "loading"
            } else {
                "no-match"
            };
            placeholder(&mut popup, &messages.get(id));
            return popup;
        }
        let heads = entries.iter().map(|entry| match entry {
            Entry::Action(_) => "palette-do",
            Entry::Record(record) => record.tab().screen().title,
        });
        let heads: Vec<_> = heads.map(|id| messages.get(id)).collect();
        // Only the lines on the screen are drawn: those of records need all texts of a record.
        grouped_list(
            &mut popup,
            &heads,
            (self.selected, MAX_LINES),
            |index| match &entries[index] {
                Entry::Action(action) => self.action_line(*action, room, ctx),
                Entry::Record(record) => self.record_line(record, room, ctx),
            },
        );
        popup
    }
}

impl Palette {
    fn action_line(&self, action: Action, room: u16, ctx: &Context<'_>) -> Line<'static> {
        let binding = keys::bindings(KeyContext::List).find(|binding| binding.action == action);
        let label = binding.map_or_else(String::new, |it| {
            ctx.messages.get(availability::label(ctx, it))
        });
        let key = binding.and_then(|binding| binding.keys.first());
        let key = key.map_or_else(String::new, |key| key.name(ctx.messages));
        let typed = self.input.value();
        let mut spans = matched(typed, &label, theme::text());
        let words = action.other_words().map(|id| ctx.messages.get(id));
        let words = words.iter().flat_map(|words| words.split(", "));
        if let Some(words) = elsewhere(typed, &label, words.map(str::to_owned)) {
            spans.push(Span::styled(" · ", theme::muted()));
            spans.extend(matched(typed, &words, theme::muted()));
        }
        justified(spans, vec![Span::styled(key, theme::muted())], room)
    }

    /// The name of a record, what its list shows beside the name, and its number; where the text was found
    /// elsewhere, that part before the number.
    fn record_line(&self, record: &Record, room: u16, ctx: &Context<'_>) -> Line<'static> {
        let typed = self.input.value();
        let cells = record.cells(&ctx.cells());
        let second = cells.get(1).map_or("", |cell| cell.text.as_str());
        let number = record.id().to_string();
        let shown = format!("{} {second} {number}", record.name());
        // Those are needed only if the text was found elsewhere.
        let rows = iter::once_with(|| record.pane_rows(&ctx.cells())).flatten();
        let other = elsewhere(typed, &shown, rows.map(|row| row.cell.text));
        let left = room.saturating_sub(layout::columns(&number) + GAPS);
        // What was found is shortened after what was not.
        let other = other.map(|text| excerpt(typed, &text, left / 2));
        let reserved = other
            .as_deref()
            .map_or(0, |it| layout::columns(it) + BETWEEN);
        let left = left.saturating_sub(reserved);
        let spare = left.saturating_sub(layout::columns(second) + BETWEEN);
        let name = fit(record.name(), left.min(NAME.max(left / 2).max(spare)));
        let mut spans = matched(typed, &name, theme::text());
        let rest = left.saturating_sub(layout::columns(&name));
        let second = (!second.is_empty() && rest > BETWEEN).then(|| fit(second, rest - BETWEEN));
        for text in second.into_iter().chain(other) {
            spans.push(Span::styled(" · ", theme::muted()));
            spans.extend(matched(typed, &text, theme::muted()));
        }
        let right = matched(typed, &number, theme::muted());
        justified(spans, right, room)
    }
}

/// Columns between the name and what follows it.
const BETWEEN: u16 = 3;
/// Columns before a line, and before its right part.
const GAPS: u16 = 4;

/// A line with a part at its right edge.
fn justified(left: Vec<Span<'static>>, right: Vec<Span<'static>>, room: u16) -> Line<'static> {
    let mut line = Line::from(left);
    line.spans.insert(0, Span::raw("  "));
    let used = u16::try_from(line.width()).unwrap_or(u16::MAX);
    let needed = right.iter().map(Span::width).sum::<usize>();
    let gap = usize::from(room.saturating_sub(used)).saturating_sub(needed);
    line.push_span(Span::raw(" ".repeat(gap.max(1))));
    line.extend(right);
    line
}
