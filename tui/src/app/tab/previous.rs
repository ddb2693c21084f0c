//! The way back from a related record or list, which “go to” has opened.

use super::{list::Freshness, load};
use crate::{
    app::{cmd::Cmd, model::Model, previous_view::PreviousView},
    record::Tab,
};

/// Maximum number of steps back.
const MAX: usize = 20;

/// Remembers what is on the screen, before a link or a new record changes the list of this tab. `is_search`
/// says whether the link has a search text.
pub(in crate::app) fn remember(model: &mut Model, target: Tab, is_search: bool) {
    let list = &model.lists[target];
    let view = PreviousView {
        tab: model.tab,
        target,
        is_search,
        criteria: list.criteria.clone(),
        search: list.search.clone(),
        selected: list.selected.clone(),
        line: list.selected_line(),
    };
    if model.previous_views.len() == MAX {
        model.previous_views.remove(0);
    }
    model.previous_views.push(view);
}

/// Goes back to what was on the screen before the last link.
pub(super) fn go_back(model: &mut Model) -> Vec<Cmd> {
    let Some(view) = model.previous_views.pop() else {
        return Vec::new();
    };
    let PreviousView {
        tab,
        target,
        is_search: _,
        criteria,
        search,
        selected,
        line,
    } = view;
    let list = &mut model.lists[target];
    list.criteria = criteria;
    list.search = search;
    list.seek_on_line(selected, line);
    // It is loaded when its tab comes to the front.
    list.freshness = Freshness::NotLoaded;
    model.opened = false;
    load::show_tab(model, tab)
}
