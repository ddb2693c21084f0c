use ratatui::text::{Line, Span};

use super::{CHOICES, Choice, Picker};
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, list, placeholder, search_line, width},
    },
    form::spec::PickSource,
    layout,
    screens::spec::too_long,
    theme,
    tone::Tone,
    widgets::{
        popup::{FRAME, Popup},
        text::{fit, pad, wrap},
    },
};

impl Draw for Picker {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let width = width(ctx);
        let mut popup = Popup::new(fit(&self.title, width - 6), width);
        search_line(&mut popup, &self.input);
        let room = width - FRAME;
        let columns = self.columns(room);
        let lines = self.choices.iter().map(|it| choice_line(it, columns));
        list(&mut popup, lines.collect(), self.selected);
        if self.choices.is_empty() {
            let sentence = if self.is_too_long() {
                too_long(ctx.messages)
            } else if ctx.waits_for(CHOICES) || !self.is_current() {
                ctx.messages.get("loading")
            } else {
                ctx.messages.get("no-match")
            };
            placeholder(&mut popup, &sentence);
            popup.highlighted = false;
        }
        if let Some(text) = self.consequence(ctx) {
            popup.bottom.push(Line::default());
            for text in wrap(&text, room) {
                popup.bottom.push(Line::styled(text, theme::dim()));
            }
        }
        if let Some(notice) = &self.notice {
            popup.bottom.push(Line::default());
            for text in wrap(notice, room) {
                popup.bottom.push(Line::styled(text, theme::warning()));
            }
        }
        popup
    }
}

/// Columns of the mark and the sign of a line, and of the gap before its second detail.
const RESERVED: u16 = 6;
/// Columns to which a name is cut before a detail is.
const SHORTEST_LABEL: u16 = 8;

/// The widths of the name and of both details.
#[derive(Clone, Copy)]
struct Columns {
    label: u16,
    detail: u16,
    extra: u16,
}

impl Picker {
    /// The columns of the lines. Hours and counts are not cut: names and titles give way.
    fn columns(&self, room: u16) -> Columns {
        // Supports have longer details than others.
        let label = match self.source {
            PickSource::Support => room / 3,
            PickSource::Commercial
            | PickSource::Client
            | PickSource::Contract
            | PickSource::Successor => room * 2 / 5,
        };
        let room = room.saturating_sub(RESERVED);
        // The details of clients and contracts are names.
        let is_counted = !matches!(self.source, PickSource::Client | PickSource::Contract);
        let records = self.choices.iter().filter(|choice| choice.id.is_some());
        let counted = records.filter(|_| is_counted);
        let widest = |texts: &mut dyn Iterator<Item = &String>| {
            let widths = texts.map(|text| layout::columns(text));
            widths.max().unwrap_or(0)
        };
        let detail = widest(&mut counted.clone().map(|choice| &choice.detail));
        // Beside a warning is the title of an event.
        let counts = counted.filter(|choice| choice.tone != Tone::Warn);
        let extra = widest(&mut counts.map(|choice| &choice.extra));
        let label = label.min(room.saturating_sub(detail + extra).max(SHORTEST_LABEL));
        let rest = room.saturating_sub(label);
        let half = rest.div_ceil(2).min(rest.saturating_sub(extra));
        let detail = detail.max(half).min(rest);
        Columns {
            label,
            detail,
            extra: rest - detail,
        }
    }
}

fn choice_line(choice: &Choice, columns: Columns) -> Line<'static> {
    let owner_mark = if choice.is_owner { " ● " } else { "   " };
    let sign = if choice.tone == Tone::Warn {
        "! "
    } else {
        "  "
    };
    let name = Span::raw(pad(&choice.label, columns.label, false));
    if choice.extra.is_empty() {
        let detail = fit(&choice.detail, columns.detail + 1 + columns.extra);
        let detail = Span::styled(format!("{sign}{detail}"), theme::tone(choice.tone));
        return Line::from(vec![Span::raw(owner_mark), name, detail]);
    }
    Line::from(vec![
        Span::raw(owner_mark),
        name,
        Span::styled(
            format!("{sign}{}", pad(&choice.detail, columns.detail, false)),
            theme::tone(choice.tone),
        ),
        Span::styled(
            format!(" {}", fit(&choice.extra, columns.extra)),
            theme::dim(),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// At every width of a pick-list, from the narrowest screen on.
    #[test]
    fn hours_and_counts_are_not_cut() {
        let choice = |label: &str, detail: &str, extra: &str, tone| Choice {
            id: Some(1),
            label: label.to_owned(),
            detail: detail.to_owned(),
            extra: extra.to_owned(),
            tone,
            is_owner: false,
        };
        let mut picker = Picker::for_opener(PickSource::Support, String::new());
        let busy = "busy 22:00–Su 02:15";
        picker.choices = vec![
            choice(
                "Jean-Baptiste de la Fontaine",
                "free",
                "12 events that week",
                Tone::Good,
            ),
            choice(
                "Zoé Lac",
                busy,
                "Gala de la Croix-Rouge française",
                Tone::Warn,
            ),
        ];
        for room in 52..=72 {
            let columns = picker.columns(room);
            let total = columns.label + columns.detail + columns.extra + RESERVED;
            assert_eq!(total, room);
            let text = |index: usize| {
                let line = choice_line(&picker.choices[index], columns);
                line.spans
                    .iter()
                    .map(|span| span.content.clone())
                    .collect::<String>()
            };
            assert!(text(0).contains("12 events that week"), "{}", text(0));
            assert!(text(1).contains(busy), "{}", text(1));
            assert!(layout::columns(&text(0)) <= room && layout::columns(&text(1)) <= room);
        }
    }
}
