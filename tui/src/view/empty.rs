//! A list without records: why, and what helps.

use ratatui::{buffer::Buffer, layout::Rect, text::Line, widgets::Widget};

use crate::{
    app::{
        availability::{self, Availability},
        model::Model,
        network::owner::RequestKind,
        tab::back::BackStep,
    },
    keys::Action,
    layout,
    messages::Arg,
    record::Tab,
    theme,
    widgets::{table::Table, text::fit},
};

/// Rows that stand for a list while it is loaded.
const SKELETON: u16 = 6;

/// Draws the reason for an empty list and what helps, or what stands for its rows while they are loaded.
pub(super) fn draw(model: &Model, columns: &[(usize, u16)], area: Rect, buffer: &mut Buffer) {
    let list = model.list();
    let messages = &model.messages;
    let is_missing = list.total.is_none() || !model.context().shows_records();
    let (text, help) = if model.offline.is_some() && is_missing {
        (messages.get("list-not-loaded"), String::new())
    } else if model.pending.waits_for(RequestKind::Page(list.tab)) {
        if model.context().is_slow() {
            skeleton(columns, area, buffer);
        }
        return;
    } else if list.failed {
        (
            messages.get("list-failed"),
            messages.get("list-failed-help"),
        )
    } else if list.total.is_none() {
        return;
    } else {
        why_empty(model)
    };
    let room = area.width.saturating_sub(2);
    let texts = [(text, theme::text()), (help, theme::muted())];
    for (number, (text, style)) in (1..).zip(texts) {
        if number < area.height {
            let line = Line::styled(format!("  {}", fit(&text, room)), style);
            line.render(layout::line(area, number), buffer);
        }
    }
}

/// The reason why nothing was found, and what helps.
fn why_empty(model: &Model) -> (String, String) {
    let list = model.list();
    let messages = &model.messages;
    let search = list.search.value().trim();
    let has_none = matches!(list.count_of(&[]), Some((0, _)));
    if !search.is_empty() {
        let search = ("search", Arg::Text(search));
        let filters = list.criteria.filters.iter();
        let filters: Vec<_> = filters.map(|it| messages.get(it.label)).collect();
        let text = if filters.is_empty() {
            messages.with("nothing-found", &[search])
        } else {
            let filters = filters.join(", ");
            let filters = ("filters", Arg::Text(&filters));
            messages.with("nothing-found-filtered", &[search, filters])
        };
        return (text, what_esc_ends(model));
    }
    if list.is_unfiltered() || list.is_as_opened() && has_none {
        let text = messages.get(list.tab.screen().empty_text);
        return (text, how_to_add(model).unwrap_or_else(|reason| reason));
    }
    if let (Some((_, name)), []) = (&list.criteria.parent, &list.criteria.filters[..]) {
        let id = match list.tab {
            Tab::Contracts => "empty-related-contracts",
            Tab::Events => "empty-related-events",
            Tab::Clients | Tab::Collaborators => "empty-related-clients",
        };
        let text = messages.with(id, &[("name", Arg::Text(name))]);
        return (text, how_to_add(model).unwrap_or_else(|reason| reason));
    }
    (messages.get("nothing-here"), what_esc_ends(model))
}

/// What Esc ends, or the key that shows other records of a list that is as its tab opens it.
fn what_esc_ends(model: &Model) -> String {
    let list = model.list();
    let messages = &model.messages;
    let opening: Vec<_> = list.tab.screen().opens_with.iter().collect();
    match BackStep::next(&model.context()) {
        None => messages.get("nothing-here-as-opened-help"),
        Some(BackStep::Search) => messages.get("nothing-here-search-help"),
        Some(BackStep::Record | BackStep::Link) => messages.get("nothing-here-link-help"),
        Some(BackStep::Parent) => {
            let name = list.criteria.parent.as_ref().map_or("", |(_, name)| name);
            messages.with("nothing-here-parent-help", &[("name", Arg::Text(name))])
        }
        Some(BackStep::Filters) => match opening.first() {
            None => messages.get("nothing-here-help"),
            Some(filter) => {
                let filter = messages.get(filter.label);
                let filter = [("filter", Arg::Text(&filter))];
                messages.with("nothing-here-opening-help", &filter)
            }
        },
    }
}

/// The key that adds a record, or why the user cannot add one.
fn how_to_add(model: &Model) -> Result<String, String> {
    match model.availability(Action::New) {
        Availability::Enabled => Ok(model.messages.get("empty-new-help")),
        Availability::Denied(denied) => {
            let ctx = model.context();
            Err(availability::denial_message(&ctx, Action::New, &denied))
        }
        Availability::NotApplicable(reason) => Err(model.messages.get(reason)),
    }
}

/// Draws faint bars where the first two columns of rows come.
fn skeleton(columns: &[(usize, u16)], area: Rect, buffer: &mut Buffer) {
    for number in 0..SKELETON.min(area.height) {
        for (position, (_, width)) in columns.iter().enumerate().take(2) {
            // As uneven as names are.
            let length = *width * (5 + number * 7 % 4) / 9;
            let bar = "▁".repeat(length.into());
            let x = area.x + Table::start_of(columns, position);
            buffer.set_string(x, area.y + number, bar, theme::faint());
        }
    }
}
