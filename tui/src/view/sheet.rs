//! The sheet in front: which overlay it shows, and where it opens.

use ratatui::layout::{Position, Rect};

use super::list;
use crate::{
    app::model::Model,
    layout,
    widgets::{
        popup::{Anchor, Popup},
        text::fit,
    },
};

/// Columns by which a menu is indented from what it opens under.
const INDENT: u16 = 2;

/// The popup of the overlay in front. Over another one, it has the place and at least the width of the
/// first, and the titles of both.
pub(super) fn front(model: &Model) -> Option<Popup> {
    let mut popups = model.overlays.with_ids().map(|(id, overlay)| {
        let front = model.overlays.front_id() == Some(id);
        overlay.drawing().popup(&model.overlay_context(id), front)
    });
    let mut first = popups.next()?;
    // A menu that opens far to the right does not reach the last columns.
    let last = model.size.0.saturating_sub(first.width + layout::CLEAR);
    first.position = position(model, &first).map(|at| Position::new(at.x.min(last), at.y));
    let mut titles = vec![first.title.clone()];
    let at = first.area(model.size);
    let mut front = first;
    for popup in popups {
        titles.push(popup.title.clone());
        front = popup;
        // A wider one is in the middle of the columns of the first.
        let wider = front.width.saturating_sub(at.width);
        front.width = front.width.max(at.width);
        front.position = Some(Position::new(at.x.saturating_sub(wider / 2), at.y));
    }
    let room = front.width.saturating_sub(6);
    let path = titles.join(" › ");
    front.title = if layout::columns(&path) <= room {
        path
    } else {
        fit(&front.title, room)
    };
    Some(front)
}

/// The upper left corner of a popup that does not open in the middle.
fn position(model: &Model, popup: &Popup) -> Option<Position> {
    let areas = layout::areas(model.size)?;
    let below = |area: Rect| Position::new(area.x + INDENT, area.bottom());
    Some(match popup.anchor {
        Anchor::Middle => return None,
        Anchor::Upper => {
            let middle = popup.area(model.size);
            Position::new(middle.x, middle.y.min(areas.column_headers.y))
        }
        Anchor::Filters => below(areas.chips),
        Anchor::Order => {
            let below = below(areas.column_headers);
            let column = list::order_column(model, &areas);
            Position::new(column.unwrap_or(below.x), below.y)
        }
        Anchor::Row => {
            let list = model.list();
            let line = list.row.map_or(0, |row| list.line_of(row));
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let below = areas.rows.y.saturating_add(line).saturating_add(1);
            Position::new(areas.rows.x + INDENT, below)
        }
    })
}
