mod day;
mod line;

use ratatui::text::Line;

use self::{
    day::{BESIDE_CELLS, DrawnStrip, legend},
    line::{choice_line, second_detail},
};
use super::{CHOICES, Choice, PickTarget, Picker, strip::FINE};
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, MAX_LINES, list_with_heads, placeholder, search_line_in, width},
    },
    form::spec::PickSource,
    layout::{self, POPUP_FRAME, POPUP_MARGIN},
    messages::Arg,
    record::table::SIGN,
    theme,
    tone::Tone,
    widgets::{
        popup::{Anchor, FRAME, PADDED_FRAME, Popup},
        text::{fit, pad, wrap},
    },
};

impl Draw for Picker {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let all = self.all_choices(ctx);
        let width = self.width(&all, ctx);
        let mut popup = Popup::new(self.fitted_title(width.saturating_sub(TITLE), ctx), width);
        popup.anchor = Anchor::Upper;
        popup.count = Line::styled(self.count(ctx), theme::muted());
        let room = width.saturating_sub(FRAME);
        let strip = self.drawn_strip(&all, room, ctx);
        let beside = strip.map_or(0, DrawnStrip::width);
        // Lines above and below the list.
        let whole = width.saturating_sub(PADDED_FRAME);
        let left = whole.saturating_sub(beside);
        if let Some(line) = self.event_line(ctx) {
            popup.top.push(Line::from(pad(&line, left, false)));
        }
        search_line_in(&mut popup, &self.input, left);
        if let Some(strip) = strip {
            strip.draw_head(&mut popup, ctx);
        }
        let list_room = room.saturating_sub(beside);
        let is_counted = strip.is_none_or(|it| it.is_counted);
        let shown = |choice: &Choice| Choice {
            extra: second_detail(choice, is_counted).to_owned(),
            ..choice.clone()
        };
        let shown: Vec<_> = all.iter().map(shown).collect();
        let columns = self.columns(&shown, list_room);
        let heads = self.choices.iter().enumerate().map(|(index, choice)| {
            let is_first = index > 0 && !self.choices[index - 1].fit.is_busy;
            (choice.fit.is_busy && is_first).then(|| rule(room))
        });
        list_with_heads(
            &mut popup,
            heads.collect(),
            (self.selected, MAX_LINES),
            |index| {
                let choice = &self.choices[index];
                // No strip is beside "nobody".
                let widened = if choice.id.is_some() { 0 } else { beside };
                let columns = Columns {
                    details: columns.details + widened,
                    ..columns
                };
                let mut line = choice_line(choice, self.input.value(), columns, is_counted);
                if let (Some(strip), Some(id)) = (strip, choice.id) {
                    let used = u16::try_from(line.width()).unwrap_or(u16::MAX);
                    let blank = room.saturating_sub(strip.columns()).saturating_sub(used);
                    line.push_span(" ".repeat(blank.into()));
                    line.extend(strip.cells(&self.other_periods(id)));
                }
                line
            },
        );
        popup.beside = strip.map_or(0, |it| it.columns() + RIGHT);
        if self.choices.is_empty() {
            let is_unfiltered = self.input.value().trim().is_empty();
            let id = if ctx.waits_for(CHOICES) || !self.is_current() {
                "loading"
            } else if is_unfiltered && matches!(self.source, PickSource::Contract) {
                "pick-no-contract"
            } else if is_unfiltered {
                "pick-nothing"
            } else {
                "no-match"
            };
            placeholder(&mut popup, &ctx.messages.get(id));
            popup.highlighted = false;
        }
        if strip.is_some() && !self.choices.is_empty() {
            popup.bottom.push(Line::default());
            popup.bottom.push(legend(ctx));
        }
        if let Some(text) = self.consequence(ctx) {
            popup.bottom.push(Line::default());
            for text in wrap(&text, whole) {
                popup.bottom.push(Line::styled(text, theme::muted()));
            }
        }
        // Until the server answers, keys have no effect but to cancel.
        let waits =
            (self.assignment.is_some() && ctx.offline).then(|| ctx.messages.get("assigning-waits"));
        for notice in waits.iter().chain(&self.notice) {
            popup.bottom.push(Line::default());
            for text in wrap(notice, whole) {
                popup.bottom.push(Line::styled(text, theme::warning()));
            }
        }
        if let Some(text) = self.hidden_nobody(&popup, ctx) {
            let line = Line::styled(fit(&text, whole), theme::muted());
            popup.bottom.insert(0, line);
        }
        popup
    }
}

/// Columns of the frame around a title.
const TITLE: u16 = 6;
/// Columns of the mark of a line, and of the gaps after its name and its first detail.
const RESERVED: u16 = 6;
/// Columns to the right of the strip, and one to its left, that are not highlighted.
const RIGHT: u16 = 3;
/// Minimum width to which a name is truncated before a detail is.
const SHORTEST_LABEL: u16 = 8;

/// The widths of the name and of both details together, the width of the first detail on lines where the
/// second detail fits beside it, and whether a sign is before it.
#[derive(Clone, Copy)]
struct Columns {
    label: u16,
    details: u16,
    detail: u16,
    has_signs: bool,
}

impl Picker {
    /// The width of the popup: over another overlay, the same; otherwise that of the title and the lines of
    /// all records, at least that of other overlays, at most that of the screen.
    fn width(&self, all: &[Choice], ctx: &Context<'_>) -> u16 {
        let name = match &self.target {
            PickTarget::Record(record) => record.name(),
            PickTarget::Opener(_) => return width(ctx),
        };
        let title = layout::columns(&self.title(name, ctx)).saturating_add(TITLE);
        let label = label_width(all);
        let [detail, extra] = detail_widths(all);
        let strip = if self.has_strip(ctx) {
            FINE + BESIDE_CELLS
        } else {
            0
        };
        let line = [label, detail, extra, self.reserved() + FRAME, strip];
        let line = line.into_iter().fold(0, u16::saturating_add);
        let most = ctx.size.0.saturating_sub(4);
        width(ctx).max(title).max(line).min(most)
    }

    /// Whether a sign says who is free.
    fn has_signs(&self) -> bool {
        self.source == PickSource::Support
    }

    fn reserved(&self) -> u16 {
        RESERVED + if self.has_signs() { SIGN } else { 0 }
    }

    /// The title. The name of the record is truncated, its time is not.
    fn fitted_title(&self, room: u16, ctx: &Context<'_>) -> String {
        let rest = layout::columns(&self.title("", ctx));
        let name = match &self.target {
            PickTarget::Record(record) => fit(record.name(), room.saturating_sub(rest)),
            PickTarget::Opener(_) => String::new(),
        };
        fit(&self.title(&name, ctx), room)
    }

    /// The widths of the parts of the lines, for all records. Titles of other events are truncated
    /// first, then names; hours and counts are not.
    fn columns(&self, all: &[Choice], room: u16) -> Columns {
        // The details of supports are longer than others.
        let share = match self.source {
            PickSource::Support => room / 3,
            PickSource::Commercial
            | PickSource::Client
            | PickSource::Contract
            | PickSource::Successor => room * 2 / 5,
        };
        let room = room.saturating_sub(self.reserved());
        let is_counted = match self.source {
            PickSource::Commercial | PickSource::Support | PickSource::Successor => true,
            // The details of these are names.
            PickSource::Client | PickSource::Contract => false,
        };
        let needed = if is_counted {
            counted_width(all)
        } else {
            widest(all.iter().map(details)).min(room * 3 / 5)
        };
        let [detail, extra] = detail_widths(all);
        let share = share.min(room.saturating_sub(detail.saturating_add(extra)));
        let label = label_width(all).max(share);
        let label = label.min(room.saturating_sub(needed).max(SHORTEST_LABEL));
        let details = room.saturating_sub(label);
        Columns {
            label,
            details,
            detail: detail
                .max(details.div_ceil(2).min(details.saturating_sub(extra)))
                .min(details * 2 / 3),
            has_signs: self.has_signs(),
        }
    }

    /// The hint that the line "nobody" is below the visible lines; `None` if it is visible or
    /// absent.
    fn hidden_nobody(&self, popup: &Popup, ctx: &Context<'_>) -> Option<String> {
        let index = self.choices.iter().position(|it| it.id.is_none())?;
        let others = popup.top.len() + popup.bottom.len();
        let most = usize::from(ctx.size.1.saturating_sub(POPUP_MARGIN + POPUP_FRAME.1));
        let first = popup.focus.end.saturating_sub(most.saturating_sub(others));
        let on_screen = popup.item_of_line.iter().skip(first);
        if on_screen
            .take(most.saturating_sub(others))
            .any(|&it| it == index)
        {
            return None;
        }
        let nobody = &self.choices[index];
        let args = [("detail", Arg::Text(&nobody.detail))];
        Some(ctx.messages.with("pick-nobody", &args))
    }
}

fn widest(widths: impl Iterator<Item = u16>) -> u16 {
    widths.max().unwrap_or(0)
}

/// The width of the longest name with its number.
fn label_width(all: &[Choice]) -> u16 {
    let width =
        |it: &Choice| layout::columns(&it.label).saturating_add(layout::columns(&it.number));
    widest(all.iter().map(width))
}

/// The widths of the longest first and second details.
fn detail_widths(all: &[Choice]) -> [u16; 2] {
    let detail = widest(all.iter().map(|it| layout::columns(&it.detail)));
    let extra = widest(all.iter().map(|it| layout::columns(&it.extra)));
    [detail, extra]
}

/// The width of both details of a line.
fn details(choice: &Choice) -> u16 {
    let [detail, extra] = [&choice.detail, &choice.extra].map(|text| layout::columns(text));
    detail.saturating_add(extra)
}

/// The width of the longest details with a count.
fn counted_width(all: &[Choice]) -> u16 {
    widest(all.iter().map(|choice| match choice.tone {
        // The second detail of a warning is the title of an event.
        Tone::Warn => layout::columns(&choice.detail),
        // That of the current one is shortened.
        _ if choice.is_owner => {
            let extra = layout::columns(second_detail(choice, false));
            layout::columns(&choice.detail).saturating_add(extra)
        }
        _ => details(choice),
    }))
}

/// A rule between the lines of a list.
fn rule(room: u16) -> Line<'static> {
    let rule = "─".repeat(room.saturating_sub(2).into());
    Line::styled(format!("  {rule}"), theme::faint())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::overlay::picker::choice::Fit;

    /// Names, details, second details and tones of supports.
    const SUPPORTS: [(&str, &str, &str, Tone); 4] = [
        (
            "Jean-Baptiste de la Fontaine",
            "libre",
            "12 cette semaine-là",
            Tone::Good,
        ),
        (
            "Zoé Lac",
            "occupé 22:00–di 02:15",
            "Gala de la Croix-Rouge française",
            Tone::Warn,
        ),
        (
            "Marie-Christine Lopez",
            "occupé 3 févr. 08:00–11 févr. 18:00",
            "Salon de l’agriculture",
            Tone::Warn,
        ),
        ("Omar Diallo", "libre", "aucun cette semaine-là", Tone::Good),
    ];

    /// The lines of [`SUPPORTS`] in a popup with this room.
    fn lines(room: u16) -> Vec<String> {
        let choices = SUPPORTS.map(|(label, detail, extra, tone)| Choice {
            id: Some(1),
            label: label.to_owned(),
            number: String::new(),
            detail: detail.to_owned(),
            extra: extra.to_owned(),
            tone,
            is_owner: false,
            fit: Fit::default(),
        });
        let picker = Picker::for_opener(PickSource::Support, String::new());
        let columns = picker.columns(&choices, room);
        let text = |choice: &Choice| {
            let spans = choice_line(choice, "", columns, true).spans;
            spans.iter().map(|span| &*span.content).collect::<String>()
        };
        choices.iter().map(text).collect()
    }

    /// Covers every width of a pick-list, from the narrowest screen on.
    #[test]
    fn hours_and_counts_are_not_cut() {
        for room in 52..=196 {
            for (line, (_, detail, extra, tone)) in lines(room).iter().zip(SUPPORTS) {
                assert!(layout::columns(line) <= room, "{room}: {line}");
                let sign = if tone == Tone::Warn { '!' } else { '●' };
                let parts = format!("  {sign} {detail}  ");
                assert!(line.contains(&parts), "{room}: {line}");
                assert!(tone == Tone::Warn || line.contains(extra), "{room}: {line}");
            }
        }
    }

    #[test]
    fn titles_of_other_events_give_way_before_names() {
        // The room, and the names as they are shown.
        let cases = [
            (52, ["Jean-Bap…", "Zoé Lac", "Marie-Ch…", "Omar Dia…"]),
            (
                72,
                [
                    "Jean-Baptiste de la Fontaine",
                    "Zoé Lac",
                    "Marie-Christine Lopez",
                    "Omar Diallo",
                ],
            ),
        ];
        for (room, names) in cases {
            for (line, name) in lines(room).iter().zip(names) {
                assert!(line.contains(name), "{room}: {line}");
            }
        }
        let wide = lines(103);
        for (line, (label, detail, extra, _)) in wide.iter().zip(SUPPORTS) {
            let whole = [label, detail, extra].iter().all(|it| line.contains(it));
            assert!(whole, "{line}");
        }
    }
}
