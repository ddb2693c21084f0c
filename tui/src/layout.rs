//! The layout of the screen, for drawing and for the mouse.

use ratatui::layout::{Constraint, Layout, Position, Rect};
use unicode_width::UnicodeWidthStr;

/// Columns and rows of the smallest screen that is drawn.
pub(crate) const SMALLEST: (u16, u16) = (60, 16);
/// Minimum width of a screen that displays the record pane beside the list.
const WIDE: u16 = 110;
/// Columns of the record pane.
const PANE: u16 = 36;
/// Columns and rows of a popup around its lines: the frame with its padding, an empty line, and the
/// line of actions.
pub(crate) const POPUP_FRAME: (u16, u16) = (4, 4);
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
    /// The record pane, if there is room beside the list.
    pub pane: Option<Rect>,
    /// The status line, and the position in the list.
    pub status: Rect,
    /// The actions that can be run.
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
            column_headers: Rect::new(0, 3, 82, 1),
            rows: Rect::new(0, 4, 82, 34),
            scroll: Rect::new(82, 4, 1, 34),
            pane: Some(Rect::new(84, 3, 36, 35)),
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
