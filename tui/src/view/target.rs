//! Finds the target of a click, from the layout that drawing uses.

use super::{
    filters::{self, ChipFilter},
    footer, front_popup, header, list,
};
use crate::{
    app::{cmd::Target, model::Model},
    layout,
};

/// The target of a click in `column` and `row`.
#[must_use]
pub fn target_at(model: &Model, column: u16, row: u16) -> Target {
    // Nothing is drawn on a screen that is too small, and popups have no room for their lines
    // there.
    let Some(areas) = layout::areas(model.size) else {
        return Target::Nothing;
    };
    let popup = front_popup(model);
    let actions = footer::actions_with(model, popup.as_ref());
    if let Some(hit) = actions.iter().find(|it| layout::hit(it.rect, column, row)) {
        return Target::Action(hit.action);
    }
    if let Some(popup) = popup {
        if !layout::hit(popup.area(model.size), column, row) && model.me.is_some() {
            return Target::Outside;
        }
        let line = popup.line_at(model.size, column, row);
        return line.map_or(Target::Nothing, Target::Line);
    }
    let tabs = header::tabs(model);
    let mut tabs = tabs.iter();
    if let Some((tab, ..)) = tabs.find(|(_, rect, _)| layout::hit(*rect, column, row)) {
        return Target::Tab(*tab);
    }
    if areas.pane.is_none() && model.opened && layout::hit(areas.over_list(), column, row)
        || areas
            .pane
            .is_some_and(|pane| layout::hit(pane, column, row))
    {
        return Target::Pane;
    }
    if layout::hit(areas.chips, column, row) {
        let chips = filters::chips(model, areas.chips);
        let hit = chips.iter().find(|it| layout::hit(it.area, column, row));
        match hit.map(|chip| chip.filter) {
            Some(ChipFilter::All) => Target::ShowAll,
            Some(ChipFilter::Filter(filter)) => Target::Filter(filter),
            Some(ChipFilter::Parent | ChipFilter::More) | None => Target::Filters,
        }
    } else if layout::hit(areas.column_headers, column, row) {
        list::order_at(model, &areas, column).map_or(Target::ColumnHeaders, Target::Order)
    } else if layout::hit(areas.rows, column, row) {
        Target::Row(usize::from(row - areas.rows.y))
    } else {
        Target::Nothing
    }
}
