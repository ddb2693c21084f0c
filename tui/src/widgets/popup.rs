//! A framed sheet over the screen: some lines, a list that scrolls, some lines, and what can be
//! done at its foot.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Line,
    widgets::{Block, BorderType, Clear, Padding, Widget},
};

use crate::{layout, theme};

/// What a sheet shows.
#[derive(Clone, Debug, Default)]
pub struct Popup {
    /// In its frame.
    pub title: String,
    /// How wide, frame included.
    pub width: u16,
    /// Lines above the list.
    pub top: Vec<Line<'static>>,
    /// The list.
    pub items: Vec<Line<'static>>,
    /// What each line of the list belongs to, for the mouse.
    pub of: Vec<usize>,
    /// The lines of the list that must be on the screen.
    pub focus: Range<usize>,
    /// Whether those lines are marked over their whole width.
    pub marked: bool,
    /// Whether the list goes on above and below what is in here of it.
    pub more: (bool, bool),
    /// Lines below the list.
    pub bottom: Vec<Line<'static>>,
    /// The cursor: column, line, and whether the line counts in the list rather than above it.
    pub cursor: Option<(u16, u16, bool)>,
}

/// Columns that the frame takes on both sides together.
pub const FRAME: u16 = 4;

impl Popup {
    /// An empty sheet.
    #[must_use]
    pub fn new(title: String, width: u16) -> Self {
        Self {
            title,
            width,
            ..Self::default()
        }
    }

    /// Where it lies on a screen of this size.
    #[must_use]
    pub fn area(&self, screen: (u16, u16)) -> Rect {
        // Frame, and a free line before what can be done.
        let lines = self.top.len() + self.items.len() + self.bottom.len() + 4;
        let most = screen.1.saturating_sub(2);
        let height = u16::try_from(lines).unwrap_or(most).min(most);
        layout::centered(screen, (self.width, height))
    }

    /// The line at its foot, for what can be done.
    #[must_use]
    pub fn foot(&self, screen: (u16, u16)) -> Rect {
        let area = self.area(screen);
        Rect {
            x: area.x + 2,
            y: area.bottom().saturating_sub(2),
            width: area.width.saturating_sub(FRAME),
            height: 1,
        }
    }

    /// Where the list lies, and its first line on the screen.
    fn list(&self, screen: (u16, u16)) -> (Rect, usize) {
        let area = self.area(screen);
        let around = u16::try_from(self.top.len() + self.bottom.len() + 4).unwrap_or(u16::MAX);
        let height = area.height.saturating_sub(around);
        let top = u16::try_from(self.top.len()).unwrap_or_default();
        let list = Rect {
            x: area.x + 2,
            y: area.y + 1 + top,
            width: area.width.saturating_sub(FRAME),
            height,
        };
        let first = self.focus.end.saturating_sub(usize::from(height));
        (list, first)
    }

    /// What the list's line at this point belongs to.
    #[must_use]
    pub fn line_at(&self, screen: (u16, u16), column: u16, row: u16) -> Option<usize> {
        let (list, first) = self.list(screen);
        if !layout::hit(list, column, row) {
            return None;
        }
        self.of.get(first + usize::from(row - list.y)).copied()
    }

    /// Draws it. Answers where the cursor is.
    pub fn draw(&self, screen: (u16, u16), front: bool, buffer: &mut Buffer) -> Option<Position> {
        let area = self.area(screen);
        Clear.render(area, buffer);
        let style = if front {
            theme::frame_in_front()
        } else {
            theme::frame()
        };
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(style)
            .title(Line::styled(format!(" {} ", self.title), theme::title()))
            .padding(Padding::horizontal(1));
        let inner = block.inner(area);
        block.render(area, buffer);
        let (list, first) = self.list(screen);
        let lines = |lines: &[Line<'static>], y: u16, buffer: &mut Buffer| {
            for (y, line) in (y..inner.bottom().saturating_sub(1)).zip(lines) {
                line.render(
                    Rect {
                        y,
                        height: 1,
                        ..inner
                    },
                    buffer,
                );
            }
        };
        lines(&self.top, inner.y, buffer);
        lines(&self.bottom, list.bottom(), buffer);
        let items = self.items.iter().enumerate().skip(first);
        for (y, (index, line)) in (list.y..list.bottom()).zip(items) {
            let row = Rect {
                y,
                height: 1,
                ..list
            };
            line.render(row, buffer);
            if self.marked && self.focus.contains(&index) {
                buffer.set_string(row.x, row.y, "▌", theme::accent());
                buffer.set_style(row, theme::selected());
            }
        }
        // Where the list goes on above or below, the frame says so.
        let more = |at: u16, sign: &str, buffer: &mut Buffer| {
            buffer.set_string(area.right().saturating_sub(1), at, sign, theme::accent());
        };
        if first > 0 || self.more.0 {
            more(list.y, "↑", buffer);
        }
        let below = self.items.len() > first + usize::from(list.height);
        if (below || self.more.1) && list.height > 0 {
            more(list.bottom() - 1, "↓", buffer);
        }
        let (column, line, in_list) = self.cursor?;
        let y = if in_list {
            list.y + line.checked_sub(u16::try_from(first).ok()?)?
        } else {
            inner.y + line
        };
        Some(Position::new(inner.x + column, y))
    }
}
