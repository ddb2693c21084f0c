use epic_events::v1::HistoryEntry;
use ratatui::text::{Line, Span};

use super::{ENTRIES, History, RESERVED_COLUMNS, RESERVED_ROWS, entry_lines};
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, spinner},
    },
    messages::Arg,
    theme,
    widgets::{
        popup::Popup,
        text::{fit, wrap},
    },
};

impl Draw for History {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let width = Self::width(ctx);
        let name = Arg::Text(&self.name);
        let title = ctx.messages.with("history-title", &[("name", name)]);
        let mut popup = Popup::new(fit(&title, width - 6), width);
        popup.top.push(Line::default());
        match (self.full_entry_scroll, self.selected_entry()) {
            (Some(line), Some(entry)) => {
                let lines = lines(ctx, entry, Style::Full);
                popup.items = lines.into_iter().skip(line).collect();
                popup.continues.0 = line > 0;
            }
            (_, Some(_)) => self.draw_entries(&mut popup, ctx),
            (_, None) => self.draw_placeholder(&mut popup, ctx),
        }
        popup
    }
}

impl History {
    /// Adds the reason why there are no entries.
    fn draw_placeholder(&self, popup: &mut Popup, ctx: &Context<'_>) {
        let waiting = ctx.waits_for(ENTRIES) || ctx.offline;
        let text = match &self.error {
            Some(sentence) => sentence.clone(),
            None if waiting => format!("{} {}", spinner(ctx), ctx.messages.get("loading")),
            None if self.total.is_none() => return,
            None => ctx.messages.get("history-none"),
        };
        for line in wrap(&text, popup.width - RESERVED_COLUMNS) {
            let line = Line::styled(format!("  {line}"), theme::muted());
            popup.items.push(line);
        }
    }

    /// Adds as many entries as fit, including the selected one.
    fn draw_entries(&self, popup: &mut Popup, ctx: &Context<'_>) {
        // Two more rows are reserved: an empty line and the position.
        let room = usize::from(ctx.size.1.saturating_sub(RESERVED_ROWS + 2)).max(1);
        let draw_entry = |index: usize| {
            let style = if index == self.selected {
                Style::Selected
            } else {
                Style::Plain
            };
            Some(lines(ctx, self.entries.get(index)?, style))
        };
        // Collects entries upwards from the selected one while it stays on the screen, then
        // downwards.
        let mut shown: Vec<_> = draw_entry(self.selected).into_iter().collect();
        let mut first = self.selected;
        let mut used = shown.iter().map(Vec::len).sum::<usize>();
        while let Some(above) = first.checked_sub(1).and_then(draw_entry)
            && used + above.len() <= room
        {
            used += above.len();
            shown.insert(0, above);
            first -= 1;
        }
        let mut end = self.selected + 1;
        while used < room
            && let Some(below) = draw_entry(end)
        {
            used += below.len();
            shown.push(below);
            end += 1;
        }
        for (index, lines) in (first..).zip(shown) {
            let start = popup.items.len();
            popup.items.extend(lines);
            popup.items.truncate(room);
            popup.item_of_line.resize(popup.items.len(), index);
            if index == self.selected {
                popup.focus = start..start + 1;
            }
        }
        let more_below =
            end < self.entries.len() || used > room || !self.next_page_token.is_empty();
        popup.continues = (first > 0, more_below);
        popup.bottom.push(Line::default());
        let position = Line::styled(self.position_text(ctx), theme::muted());
        popup.bottom.push(position.right_aligned());
    }

    /// The position, such as "2 / 41", with a spinner while a response is slow.
    fn position_text(&self, ctx: &Context<'_>) -> String {
        let count = |count: usize| ctx.messages.count(u64::try_from(count).unwrap_or(u64::MAX));
        let total = ctx.messages.total(self.total.unwrap_or_default());
        let row = count(self.selected + 1);
        let args = [("row", Arg::Text(&row)), ("total", Arg::Text(&total))];
        format!("{} {}", spinner(ctx), ctx.messages.with("position", &args))
    }
}

/// The style of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Selected,
    Full,
}

fn lines(ctx: &Context<'_>, entry: &HistoryEntry, style: Style) -> Vec<Line<'static>> {
    let (mark, sentence) = match style {
        Style::Selected => ("▌ ", theme::strong()),
        Style::Plain | Style::Full => ("  ", theme::text()),
    };
    let lines = entry_lines(entry, style == Style::Full, ctx);
    let lines = lines.into_iter().map(|line| {
        let text = if line.is_sentence {
            Span::styled(line.text, sentence)
        } else {
            Span::raw(line.text)
        };
        Line::from(vec![
            Span::styled(mark, theme::accent()),
            Span::styled(line.lead, theme::muted()),
            Span::styled(line.field, theme::muted()),
            text,
        ])
    });
    lines.collect()
}
