//! What a click is on, by the layout that drawing uses.

use super::{footer, header, popup_in_front};
use crate::{
    app::{cmd::Target, model::Model},
    layout,
};

/// What the cell in this column and row belongs to.
#[must_use]
pub fn target_at(model: &Model, column: u16, row: u16) -> Target {
    let actions = footer::actions(model);
    if let Some(shown) = actions.iter().find(|it| layout::hit(it.rect, column, row)) {
        return Target::Action(shown.action);
    }
    if let Some(popup) = popup_in_front(model) {
        let line = popup.line_at(model.size, column, row);
        return line.map_or(Target::Nothing, Target::Line);
    }
    let tabs = header::tabs(model);
    let mut tabs = tabs.iter();
    if let Some((tab, ..)) = tabs.find(|(_, rect, _)| layout::hit(*rect, column, row)) {
        return Target::Tab(*tab);
    }
    match layout::areas(model.size) {
        Some(areas) if layout::hit(areas.chips, column, row) => Target::Filters,
        Some(areas) if layout::hit(areas.column_headers, column, row) => Target::ColumnHeaders,
        Some(areas) if layout::hit(areas.rows, column, row) => {
            Target::Row(usize::from(row - areas.rows.y))
        }
        _ => Target::Nothing,
    }
}
