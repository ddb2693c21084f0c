//! Drawing primitives that do not depend on the content.

pub(crate) mod backdrop;
pub mod input;
pub mod popup;
pub mod table;
pub mod text;

use ratatui::{buffer::Buffer, layout::Rect};

use crate::theme;

/// Gives cells the ground of the selected row.
pub(crate) fn select(area: Rect, buffer: &mut Buffer) {
    for position in area.intersection(buffer.area).positions() {
        let cell = &mut buffer[position];
        cell.set_style(theme::selected());
        theme::raise(cell);
    }
}
