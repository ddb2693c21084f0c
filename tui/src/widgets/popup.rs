//! A framed popup: lines, a scrolling list, more lines, and the actions in the frame below.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
    widgets::{Block, BorderType, Clear, Padding, Widget},
};

use crate::{
    layout::{self, POPUP_FRAME, POPUP_MARGIN},
    theme,
};

/// Where a popup opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Anchor {
    /// In the middle of the screen.
    #[default]
    Middle,
    /// In its upper third, so that a list can grow and shrink below what is typed.
    Upper,
    /// Below the filters.
    Filters,
    /// Below the column headers.
    Order,
    /// Below the selected row.
    Row,
}

/// The content of a popup.
#[derive(Clone, Debug, Default)]
pub struct Popup {
    /// The title, in the frame.
    pub title: String,
    /// The width, frame included.
    pub width: u16,
    /// Lines above the list.
    pub top: Vec<Line<'static>>,
    /// The lines of the list.
    pub items: Vec<Line<'static>>,
    /// For each line of the list, the index of its item, for clicks.
    pub item_of_line: Vec<usize>,
    /// The lines of the list that must be visible.
    pub focus: Range<usize>,
    /// Whether those lines are highlighted over their whole width.
    pub highlighted: bool,
    /// Columns at the right of the list that are not highlighted.
    pub beside: u16,
    /// Whether the list continues above and below `items`.
    pub continues: (bool, bool),
    /// Lines below the list.
    pub bottom: Vec<Line<'static>>,
    /// A count, in the lower frame to the right.
    pub count: Line<'static>,
    /// Whether it asks about something that cannot be undone.
    pub is_dangerous: bool,
    /// Whether it is drawn without a frame and a ground, with the actions below its list.
    pub is_plain: bool,
    /// Where it opens.
    pub anchor: Anchor,
    /// Its upper left corner, if it is not in the middle of the screen.
    pub position: Option<Position>,
    /// The cursor: column, line, and whether the line is relative to the list rather than to the
    /// popup.
    pub cursor: Option<(u16, u16, bool)>,
}

/// Columns beside an item: the frame, and the padding to the right. An item begins with two columns for
/// its mark.
pub(crate) const FRAME: u16 = POPUP_FRAME.0;
/// Columns beside a line above or below the list: the frame and the padding, on both sides together.
pub(crate) const PADDED_FRAME: u16 = FRAME + 2;

impl Popup {
    /// An empty popup.
    #[must_use]
    pub(crate) fn new(title: String, width: u16) -> Self {
        Self {
            title,
            width,
            ..Self::default()
        }
    }

    /// Lines in the tallest popup on a screen of this size.
    #[must_use]
    pub(crate) const fn most_lines(screen: (u16, u16)) -> u16 {
        screen.1.saturating_sub(POPUP_MARGIN + POPUP_FRAME.1)
    }

    /// The area on a screen of this size.
    #[must_use]
    pub(crate) fn area(&self, screen: (u16, u16)) -> Rect {
        let lines = self.top.len() + self.items.len() + self.bottom.len();
        // A text without a list has a blank line below it, as it has one above.
        let lines = lines + usize::from(self.items.is_empty());
        let max = Self::most_lines(screen);
        let lines = u16::try_from(lines).unwrap_or(max).min(max);
        let size = (self.width, lines + POPUP_FRAME.1);
        match self.position {
            Some(position) => layout::placed(screen, size, position),
            None => layout::centered(screen, size),
        }
    }

    /// The area of the actions, in the lower frame.
    #[must_use]
    pub(crate) fn actions_area(&self, screen: (u16, u16)) -> Rect {
        let area = self.area(screen);
        if self.is_plain {
            let (list, _) = self.list(screen);
            return Rect {
                x: area.x + 3,
                y: (list.bottom() + 1).min(area.bottom().saturating_sub(2)),
                width: area.width.saturating_sub(PADDED_FRAME),
                height: 1,
            };
        }
        let count = match self.count.width() {
            0 => 0,
            width => u16::try_from(width).unwrap_or(u16::MAX).saturating_add(3),
        };
        Rect {
            x: area.x + 3,
            y: area.bottom().saturating_sub(1),
            width: area
                .width
                .saturating_sub(PADDED_FRAME)
                .saturating_sub(count),
            height: 1,
        }
    }

    /// The area of the list, and the index of its first visible line.
    fn list(&self, screen: (u16, u16)) -> (Rect, usize) {
        let area = self.area(screen);
        let other_lines = u16::try_from(self.top.len() + self.bottom.len()).unwrap_or(u16::MAX);
        let height = area
            .height
            .saturating_sub(POPUP_FRAME.1)
            .saturating_sub(other_lines);
        let top = u16::try_from(self.top.len()).unwrap_or_default();
        let list = Rect {
            x: area.x + 1,
            y: area.y + 1 + top,
            width: area.width.saturating_sub(2),
            height,
        };
        let first = self.focus.end.saturating_sub(usize::from(height));
        (list, first)
    }

    /// The index of the item at this position.
    #[must_use]
    pub(crate) fn line_at(&self, screen: (u16, u16), column: u16, row: u16) -> Option<usize> {
        let (list, first) = self.list(screen);
        if !layout::hit(list, column, row) {
            return None;
        }
        self.item_of_line
            .get(first + usize::from(row - list.y))
            .copied()
    }

    /// Draws the popup. Returns the position of the cursor.
    pub(crate) fn draw(&self, screen: (u16, u16), buffer: &mut Buffer) -> Option<Position> {
        let area = self.area(screen);
        let inner = self.draw_frame(area, buffer);
        let (list, first) = self.list(screen);
        for (lines, top) in [(&self.top, inner.y), (&self.bottom, list.bottom())] {
            for (y, line) in (top..inner.bottom()).zip(lines) {
                line.render(row(inner, y), buffer);
            }
        }
        self.draw_list(list, first, buffer);
        self.draw_arrows(area, list, first, buffer);
        let (column, line, in_list) = self.cursor?;
        Some(if in_list {
            let line = line.checked_sub(u16::try_from(first).ok()?)?;
            Position::new(list.x + column, list.y + line)
        } else {
            Position::new(inner.x + column, inner.y + line)
        })
    }

    /// Draws the frame with the title and the count, and returns the area inside.
    fn draw_frame(&self, area: Rect, buffer: &mut Buffer) -> Rect {
        let (frame, title) = if self.is_dangerous {
            (theme::bad(), theme::bad())
        } else {
            (theme::accent(), theme::strong())
        };
        let title = Line::from(vec![
            Span::styled("─ ", frame),
            Span::styled(self.title.clone(), title),
            Span::raw(" "),
        ]);
        let mut block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(frame)
            .style(theme::surface())
            .title(title)
            .padding(Padding::horizontal(2));
        if self.count.width() > 0 {
            let mut count = self.count.clone();
            count.spans.insert(0, Span::raw(" "));
            count.spans.push(Span::styled(" ─", frame));
            block = block.title_bottom(count.right_aligned());
        }
        let inner = block.inner(area);
        if !self.is_plain {
            Clear.render(area, buffer);
            block.render(area, buffer);
        }
        inner
    }

    /// Draws the items from the first visible one on.
    fn draw_list(&self, list: Rect, first: usize, buffer: &mut Buffer) {
        let items = self.items.iter().enumerate().skip(first);
        for (y, (index, line)) in (list.y..list.bottom()).zip(items) {
            let row = row(list, y);
            line.render(row, buffer);
            if self.highlighted && self.focus.contains(&index) {
                buffer.set_string(row.x, row.y, theme::MARK, theme::accent());
                let width = row.width.saturating_sub(self.beside);
                super::select(Rect { width, ..row }, buffer);
            }
        }
    }

    /// Draws arrows in the frame where the list continues.
    fn draw_arrows(&self, area: Rect, list: Rect, first: usize, buffer: &mut Buffer) {
        let mut arrow = |at: u16, sign: &str| {
            buffer.set_string(area.right().saturating_sub(1), at, sign, theme::accent());
        };
        if first > 0 || self.continues.0 {
            arrow(list.y, "↑");
        }
        let below = self.items.len() > first + usize::from(list.height);
        if (below || self.continues.1) && list.height > 0 {
            arrow(list.bottom() - 1, "↓");
        }
    }
}

/// The line `y` of an area.
const fn row(area: Rect, y: u16) -> Rect {
    Rect {
        y,
        height: 1,
        ..area
    }
}
