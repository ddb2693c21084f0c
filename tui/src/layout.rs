//! Where everything is on the screen: one answer for drawing and for the mouse.

use ratatui::layout::{Constraint, Layout, Position, Rect};
use unicode_width::UnicodeWidthStr;

/// The smallest screen one can work on.
pub const SMALLEST: (u16, u16) = (60, 16);
/// From this width on the record stands beside the list.
const WIDE: u16 = 110;
/// How wide the record is beside the list.
const PANE: u16 = 36;

/// The parts of the screen while at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// Name, tabs, who is signed in.
    pub header: Rect,
    /// The line under it.
    pub rule: Rect,
    /// What the list is narrowed to, and the search line.
    pub chips: Rect,
    /// The heads of the columns.
    pub heads: Rect,
    /// The rows of the list.
    pub rows: Rect,
    /// The scroll bar, right of the rows.
    pub scroll: Rect,
    /// The record, where there is room beside the list.
    pub pane: Option<Rect>,
    /// What there is to say, and where one is.
    pub status: Rect,
    /// What can be done.
    pub footer: Rect,
}

/// The parts of a screen of this size; `None` when it is too small.
#[must_use]
pub fn areas((width, height): (u16, u16)) -> Option<Areas> {
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return None;
    }
    let line = Constraint::Length(1);
    let parts = [line, line, line, Constraint::Fill(1), line, line];
    let screen = Rect::new(0, 0, width, height);
    let [header, rule, chips, body, status, footer] = Layout::vertical(parts).areas(screen);
    let (table, pane) = if has_pane((width, height)) {
        let sides = [Constraint::Fill(1), Constraint::Length(PANE)];
        let [table, pane] = Layout::horizontal(sides).spacing(1).areas(body);
        (table, Some(pane))
    } else {
        (body, None)
    };
    let [heads, rows] = Layout::vertical([line, Constraint::Fill(1)]).areas(table);
    let [rows, scroll] = Layout::horizontal([Constraint::Fill(1), line]).areas(rows);
    Some(Areas {
        header,
        rule,
        chips,
        heads: Rect {
            width: rows.width,
            ..heads
        },
        rows,
        scroll,
        pane,
        status,
        footer,
    })
}

/// Whether the record stands beside the list.
#[must_use]
pub const fn has_pane((width, _): (u16, u16)) -> bool {
    width >= WIDE
}

/// A place of this size in the middle of the screen, or as much of it as there is.
#[must_use]
pub fn centered((width, height): (u16, u16), size: (u16, u16)) -> Rect {
    let (w, h) = (size.0.min(width), size.1.min(height));
    Rect::new((width - w) / 2, (height - h) / 2, w, h)
}

/// Whether the point lies in the rectangle.
#[must_use]
pub const fn hit(rect: Rect, column: u16, row: u16) -> bool {
    rect.contains(Position { x: column, y: row })
}

/// How many terminal columns a text takes.
#[must_use]
pub fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}
