//! The target of a click, by the layout that drawing uses.

use super::{footer, front_popup, header};
use crate::{
    app::{cmd::Target, model::Model},
    layout,
};

/// The target of a click in this column and row.
#[must_use]
pub fn target_at(model: &Model, column: u16, row: u16) -> Target {
    let actions = footer::actions(model);
    if let Some(hit) = actions.iter().find(|it| layout::hit(it.rect, column, row)) {
        return Target::Action(hit.action);
    }
    if let Some(popup) = front_popup(model) {
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
