//! The layout of the screen, for drawing and for the mouse.

use ratatui::layout::{Constraint, Layout, Margin, Position, Rect};
use unicode_width::UnicodeWidthStr;

/// Columns and rows of the smallest screen that is drawn.
pub(crate) const SMALLEST: (u16, u16) = (60, 16);
/// Minimum width of a screen that displays the record pane beside the list.
const WIDE: u16 = 110;
/// Columns of the record pane with its margins, on screens from this width on, the widest first.
const PANES: [(u16, u16); 3] = [(200, 56), (160, 48), (WIDE, 38)];
/// Rows of a screen that has a blank row above the list.
const TALL: u16 = 28;
/// Columns and rows of a popup around its list: the frame, and two columns of padding to the right.
pub(crate) const POPUP_FRAME: (u16, u16) = (4, 2);
/// Rows of the screen above and below the tallest popup, together.
pub(crate) const POPUP_MARGIN: u16 = 2;

/// The parts of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Areas {
    /// Name, tabs and signed-in user.
    pub header: Rect,
    /// The line under it.
    pub rule: Rect,
    /// The filters and the search line.
    pub chips: Rect,
    /// The column headers.
    pub column_headers: Rect,
    /// The rows of the list.
    pub rows: Rect,
    /// The scroll bar, to the right of the rows.
    pub scroll: Rect,
    /// The record pane, if there is room beside the list. The scroll bar is its left edge.
    pub pane: Option<Rect>,
    /// The status line, and the position in the list.
    pub status: Rect,
    /// The actions that can be run.
    pub footer: Rect,
}

/// Maximum width of the record pane over the list.
const OVER: u16 = 76;

impl Areas {
    /// The frame of the record pane over the list.
    #[must_use]
    pub fn over_list(&self) -> Rect {
        let body = self.column_headers.union(self.rows);
        let screen = self.header.width;
        let width = screen.saturating_sub(4).min(OVER);
        Rect {
            x: (screen - width) / 2,
            width,
            ..body
        }
    }

    /// Where the record pane displays its lines, beside the list or over it; `None` if it is closed and
    /// there is no room beside the list.
    #[must_use]
    pub fn pane_of(&self, opened: bool) -> Option<Rect> {
        let over = || self.over_list().inner(Margin::new(POPUP_FRAME.0 - 1, 1));
        self.pane.or_else(|| opened.then(over))
    }

    /// Where the actions of an open record pane over the list stand: in its lower frame.
    #[must_use]
    pub(crate) fn actions_over_list(&self) -> Rect {
        let frame = self.over_list();
        Rect {
            x: frame.x + POPUP_FRAME.0 - 1,
            y: frame.bottom().saturating_sub(1),
            width: frame.width.saturating_sub(2 * (POPUP_FRAME.0 - 1)),
            height: 1,
        }
    }
}

/// The parts of a screen of this size; `None` when it is too small.
#[must_use]
pub fn areas((width, height): (u16, u16)) -> Option<Areas> {
    if width < SMALLEST.0 || height < SMALLEST.1 {
        return None;
    }
    let line = Constraint::Length(1);
    let gap = Constraint::Length(u16::from(height >= TALL));
    let parts = [line, line, line, gap, Constraint::Fill(1), line, line];
    let screen = Rect::new(0, 0, width, height);
    let [header, rule, chips, _, body, status, footer] = Layout::vertical(parts).areas(screen);
    let (table, pane) = match PANES.into_iter().find(|(least, _)| width >= *least) {
        Some((_, pane)) => {
            let sides = [Constraint::Fill(1), Constraint::Length(pane - 1)];
            let [table, pane] = Layout::horizontal(sides).spacing(2).areas(body);
            let pane = Rect {
                width: pane.width - 1,
                ..pane
            };
            (table, Some(pane))
        }
        None => (body, None),
    };
    let [column_headers, rows] = Layout::vertical([line, Constraint::Fill(1)]).areas(table);
    let [rows, scroll] = Layout::horizontal([Constraint::Fill(1), line]).areas(rows);
    Some(Areas {
        header,
        rule,
        chips,
        column_headers: Rect {
            width: rows.width,
            ..column_headers
        },
        rows,
        scroll,
        pane,
        status,
        footer,
    })
}

/// Whether the record pane is beside the list.
#[must_use]
pub(crate) const fn has_pane((width, _): (u16, u16)) -> bool {
    width >= WIDE
}

/// A rectangle of this size in the middle of the screen, cut to the screen.
#[must_use]
pub(crate) fn centered((width, height): (u16, u16), size: (u16, u16)) -> Rect {
    let (w, h) = (size.0.min(width), size.1.min(height));
    Rect::new((width - w) / 2, (height - h) / 2, w, h)
}

/// Columns at each side of a sheet that are clear.
pub(crate) const CLEAR: u16 = 2;

/// A rectangle of this size at this position, moved and cut to the screen.
#[must_use]
pub(crate) fn placed((width, height): (u16, u16), size: (u16, u16), at: Position) -> Rect {
    let (w, h) = (size.0.min(width), size.1.min(height));
    Rect::new(at.x.min(width - w), at.y.min(height - h), w, h)
}

/// Whether the point lies in the rectangle.
#[must_use]
pub(crate) const fn hit(rect: Rect, column: u16, row: u16) -> bool {
    rect.contains(Position { x: column, y: row })
}

/// The width of a text in terminal columns, at most `u16::MAX`.
#[must_use]
pub fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// The line with this number of an area.
pub(crate) const fn line(area: Rect, number: u16) -> Rect {
    Rect {
        y: area.y.saturating_add(number),
        height: 1,
        ..area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_at_narrow_smallest_and_wide_sizes() {
        let narrow = Areas {
            header: Rect::new(0, 0, 80, 1),
            rule: Rect::new(0, 1, 80, 1),
            chips: Rect::new(0, 2, 80, 1),
            column_headers: Rect::new(0, 3, 79, 1),
            rows: Rect::new(0, 4, 79, 18),
            scroll: Rect::new(79, 4, 1, 18),
            pane: None,
            status: Rect::new(0, 22, 80, 1),
            footer: Rect::new(0, 23, 80, 1),
        };
        let smallest = Areas {
            header: Rect::new(0, 0, 60, 1),
            rule: Rect::new(0, 1, 60, 1),
            chips: Rect::new(0, 2, 60, 1),
            column_headers: Rect::new(0, 3, 59, 1),
            rows: Rect::new(0, 4, 59, 10),
            scroll: Rect::new(59, 4, 1, 10),
            pane: None,
            status: Rect::new(0, 14, 60, 1),
            footer: Rect::new(0, 15, 60, 1),
        };
        let wide = Areas {
            header: Rect::new(0, 0, 120, 1),
            rule: Rect::new(0, 1, 120, 1),
            chips: Rect::new(0, 2, 120, 1),
            column_headers: Rect::new(0, 4, 80, 1),
            rows: Rect::new(0, 5, 80, 33),
            scroll: Rect::new(80, 5, 1, 33),
            pane: Some(Rect::new(83, 4, 36, 34)),
            status: Rect::new(0, 38, 120, 1),
            footer: Rect::new(0, 39, 120, 1),
        };
        let cases = [
            ((80, 24), Some(narrow)),
            ((60, 16), Some(smallest)),
            ((120, 40), Some(wide)),
            ((59, 16), None),
            ((60, 15), None),
            ((0, 0), None),
        ];
        for (size, expected) in cases {
            assert_eq!(areas(size), expected, "{size:?}");
        }
    }

    #[test]
    fn the_record_pane_needs_110_columns() {
        for (width, expected) in [(0, false), (109, false), (110, true), (u16::MAX, true)] {
            assert_eq!(has_pane((width, 24)), expected, "{width}");
        }
    }

    #[test]
    fn a_centered_rectangle_stays_on_the_screen() {
        let cases = [
            ((80, 24), (76, 10), Rect::new(2, 7, 76, 10)),
            ((80, 24), (75, 9), Rect::new(2, 7, 75, 9)),
            ((80, 24), (100, 30), Rect::new(0, 0, 80, 24)),
            ((0, 0), (76, 10), Rect::new(0, 0, 0, 0)),
        ];
        for (screen, size, expected) in cases {
            assert_eq!(centered(screen, size), expected, "{screen:?} {size:?}");
        }
    }

    #[test]
    fn a_point_hits_the_rectangle_up_to_its_last_cell() {
        let rect = Rect::new(3, 5, 4, 2);
        let cases = [
            (3, 5, true),
            (6, 6, true),
            (7, 6, false),
            (6, 7, false),
            (2, 5, false),
            (3, 4, false),
        ];
        for (column, row, expected) in cases {
            assert_eq!(hit(rect, column, row), expected, "{column} {row}");
        }
    }

    #[test]
    fn columns_is_the_width_of_a_text() {
        for (text, expected) in [("", 0), ("abc", 3), ("é", 1), ("王", 2), ("👩‍🚀", 2)] {
            assert_eq!(columns(text), expected, "{text}");
        }
        assert_eq!(columns(&"x".repeat(70_000)), u16::MAX);
    }
}
