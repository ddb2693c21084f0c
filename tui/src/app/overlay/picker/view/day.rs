//! The strip of the day beside the lines of a pick-list.

use jiff::Timestamp;
use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::{
    super::{
        Choice, Picker,
        strip::{COARSE, FINE, Strip},
    },
    RESERVED, counted_width, detail_widths, label_width,
};
use crate::{
    app::context::Context,
    theme,
    widgets::{popup::Popup, text::fit},
};

/// Columns of the end of the last label, which is beside the cells.
const LAST_LABEL: u16 = 2;
/// The same, and the gap before the strip.
pub(super) const BESIDE_CELLS: u16 = LAST_LABEL + 2;

/// The strip as it is drawn.
#[derive(Clone, Copy)]
pub(super) struct DrawnStrip<'a> {
    strip: &'a Strip,
    /// The event that needs a support.
    event: (Timestamp, Timestamp),
    cells: u16,
    /// Whether there is room for the number of events of the week.
    pub(super) is_counted: bool,
}

impl Picker {
    /// The strip, if there is room for it. Where there is little, it has fewer cells, then the number of
    /// events of the week is left out.
    pub(super) fn drawn_strip(
        &self,
        all: &[Choice],
        room: u16,
        ctx: &Context<'_>,
    ) -> Option<DrawnStrip<'_>> {
        let strip = self.strip.as_ref().filter(|_| self.has_strip(ctx))?;
        let [detail, _] = detail_widths(all);
        let fits = |details: u16, cells: u16| {
            let parts = [RESERVED, label_width(all), details, cells, BESIDE_CELLS];
            parts.into_iter().fold(0, u16::saturating_add) <= room
        };
        let counted = counted_width(all).max(detail);
        Some(DrawnStrip {
            strip,
            event: self.period()?,
            cells: if fits(counted, FINE) { FINE } else { COARSE },
            is_counted: fits(counted, COARSE),
        })
    }
}

impl DrawnStrip<'_> {
    /// Its columns, with the last label.
    pub(super) const fn columns(self) -> u16 {
        self.cells + LAST_LABEL
    }

    /// Its columns, with the gap before it.
    pub(super) const fn width(self) -> u16 {
        self.cells + BESIDE_CELLS
    }

    /// Adds the labels to the line of the event, and a bracket over the event to the input line.
    pub(super) fn draw_head(self, popup: &mut Popup, ctx: &Context<'_>) {
        let gap = " ".repeat((BESIDE_CELLS - LAST_LABEL).into());
        let labels = fit(&self.strip.head(self.cells, ctx.messages), self.columns());
        let parts = [
            Span::styled(format!("{gap}{labels}"), theme::muted()),
            Span::styled(format!("{gap}{}", self.bracket()), theme::faint()),
        ];
        for (line, part) in popup.top.iter_mut().zip(parts) {
            let style = line.style;
            let text: String = line.spans.iter().map(|span| &*span.content).collect();
            // The style of the input is not that of the bracket beside it.
            *line = Line::from(vec![Span::styled(text, style), part]);
        }
    }

    /// A bracket over the cells of the event.
    fn bracket(self) -> String {
        let cells = self.strip.cells(self.event, self.cells);
        let before = " ".repeat(cells.start.into());
        match cells.len() {
            0 => String::new(),
            1 => format!("{before}▾"),
            length => format!("{before}┌{}┐", "─".repeat(length - 2)),
        }
    }

    /// The cells of a support with these other events.
    pub(super) fn cells(self, others: &[(Timestamp, Timestamp)]) -> Vec<Span<'static>> {
        let this = self.strip.cells(self.event, self.cells);
        let is_in_the_way = |other: &&(Timestamp, Timestamp)| {
            let (start, end) = self.event;
            other.0 < end && other.1 > start
        };
        let covers = |cell: u16, other: &(Timestamp, Timestamp)| {
            self.strip.cells(*other, self.cells).contains(&cell)
        };
        let cell = |cell: u16| -> (&str, Style) {
            let here = || others.iter().filter(|other| covers(cell, other));
            let is_this = this.contains(&cell);
            let ground = if is_this {
                theme::hours()
            } else {
                Style::new()
            };
            if here().any(|other| is_in_the_way(&other)) {
                ("▬", ground.patch(theme::warning()))
            } else if is_this {
                (theme::SHADE, ground)
            } else if here().next().is_some() {
                ("▬", theme::muted())
            } else {
                ("·", theme::faint())
            }
        };
        let cells = (0..self.cells).map(cell);
        cells
            .map(|(sign, style)| Span::styled(sign.to_owned(), style))
            .collect()
    }
}

/// What the signs of a strip mean.
pub(super) fn legend(ctx: &Context<'_>) -> Line<'static> {
    let word = |id: &str| Span::styled(format!(" {}   ", ctx.messages.get(id)), theme::muted());
    Line::from(vec![
        Span::styled(theme::SHADE, theme::hours()),
        word("strip-this"),
        Span::styled("▬", theme::muted()),
        word("strip-other"),
    ])
}
