//! The line of filters with their areas for clicks, and the search field or the order to the right.

use epic_events::v1::Me;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
    widgets::Widget,
};

use crate::{
    app::{model::Model, tab::list::Count},
    layout,
    messages::Arg,
    record::table::ColumnHeader,
    screens::spec::Filter,
    theme,
    widgets::{
        input,
        text::{fit, pad},
    },
};

/// Columns of the search field.
const SEARCH: u16 = 24;
/// Maximum width of the name in the filter of a parent.
const PARENT: u16 = 30;
/// Columns around the text of a filter, on its ground.
const PADDING: u16 = 2;
/// Columns between two filters.
const GAP: u16 = 1;
/// Columns of the number of filters without room, and of the gap after it.
const MORE: u16 = 2 + PADDING + GAP;

/// A filter on the screen.
#[derive(Clone, Debug)]
pub(super) struct Chip {
    /// What it activates.
    pub(super) filter: ChipFilter,
    /// Its area.
    pub(super) area: Rect,
    text: String,
    on: bool,
}

/// What a filter on the screen activates.
#[derive(Clone, Copy, Debug)]
pub(super) enum ChipFilter {
    /// Nothing: it is the parent of the list.
    Parent,
    /// Shows all records, or all of the parent.
    All,
    /// A filter of the tab.
    Filter(&'static Filter),
    /// Nothing: it stands for the filters without room, which the menu has.
    More,
}

/// Draws the line. Returns the position of the cursor if the search field has the focus.
pub(super) fn draw(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let list = model.list();
    let (search, chips) = parts(model, area);
    for chip in chips {
        let style = if chip.on {
            theme::key().patch(theme::selected())
        } else {
            theme::muted()
        };
        Line::styled(format!(" {} ", chip.text), style).render(chip.area, buffer);
    }
    if search.is_empty() {
        return None;
    }
    if !is_searching(model) {
        let style = theme::muted();
        Line::styled(order_text(model), style).render(search, buffer);
        return None;
    }
    let visible = input::line(&list.search, SEARCH - 3, false, list.searching);
    let style = if list.searching {
        theme::field_in_front()
    } else {
        theme::field()
    };
    let line = Line::from(vec![
        Span::styled("/", theme::key()),
        Span::raw(" "),
        Span::styled(pad(&visible.lines.concat(), SEARCH - 2, false), style),
    ]);
    line.render(search, buffer);
    let cursor = Position::new(search.x + 2 + visible.column, search.y);
    list.searching.then_some(cursor)
}

fn is_searching(model: &Model) -> bool {
    let list = model.list();
    list.searching || !list.search.value().is_empty()
}

/// The area of the search field, or of the order that no column shows, which gives way to the filters.
fn search_area(model: &Model, all: &[Label], area: Rect) -> Rect {
    let width = if is_searching(model) {
        SEARCH.min(area.width / 2)
    } else {
        let width = layout::columns(&order_text(model));
        let labels = all.iter().map(|label| chip_width(&label.text));
        let fits = labels.sum::<u16>().saturating_add(width + 4) <= area.width;
        if fits { width } else { 0 }
    };
    Rect {
        x: area.right().saturating_sub(width + 1),
        width,
        ..area
    }
}

/// Columns of a filter with this text, and of the gap after it.
fn chip_width(text: &str) -> u16 {
    layout::columns(text).saturating_add(PADDING + GAP)
}

/// The order in which the tab opens, if no column shows it; otherwise empty.
fn order_text(model: &Model) -> String {
    let list = model.list();
    let order = list.criteria.order;
    let headers = (list.tab.screen().headers)();
    let mut headers = headers.iter();
    let has_column =
        |header: &&ColumnHeader| header.order == Some(order.column) && header.is_on(model.size.0);
    if list.criteria.shows_order || headers.any(has_column) {
        return String::new();
    }
    match (order.column, order.descending) {
        ("id", true) => model.messages.get("order-newest"),
        _ => String::new(),
    }
}

/// The filters that fit, in their order. Active ones have precedence and may lose their count; others
/// lose their counts before, then a number stands for the last ones.
pub(super) fn chips(model: &Model, area: Rect) -> Vec<Chip> {
    parts(model, area).1
}

/// The area of the search field or of the order, and the filters beside it.
fn parts(model: &Model, area: Rect) -> (Rect, Vec<Chip>) {
    let all = labels(model);
    let search = search_area(model, &all, area);
    let gap = if search.is_empty() {
        0
    } else {
        search.width + 2
    };
    let room = area.width.saturating_sub(gap + 1);
    (search, fitted(&all, area, room))
}

/// The filters that fit, and the number of those that do not.
fn fitted(all: &[Label], area: Rect, room: u16) -> Vec<Chip> {
    let shown = placed(all, area, room);
    if shown.len() == all.len() {
        return shown;
    }
    let mut shown = placed(all, area, room.saturating_sub(MORE));
    let text = format!("+{}", all.len() - shown.len());
    let end = shown
        .last()
        .map_or(area.x + 1, |last| last.area.right() + GAP);
    let width = layout::columns(&text) + PADDING;
    shown.push(Chip {
        filter: ChipFilter::More,
        area: Rect {
            x: end,
            width: width.min(area.right().saturating_sub(end)),
            ..area
        },
        text,
        on: false,
    });
    shown
}

fn placed(all: &[Label], area: Rect, room: u16) -> Vec<Chip> {
    // All filters have their counts, or the active ones, or none.
    let counted: [fn(&Label) -> bool; 2] = [|_| true, |label| label.on];
    let text = |label: &Label, is_counted: fn(&Label) -> bool| {
        let count = if is_counted(label) { &label.count } else { "" };
        format!("{}{count}", label.text)
    };
    let fits = |is_counted: &fn(&Label) -> bool| {
        let widths = all
            .iter()
            .map(|label| chip_width(&text(label, *is_counted)));
        widths.sum::<u16>() <= room
    };
    let is_counted = counted.into_iter().find(fits).unwrap_or(|_| false);
    let text = |label: &Label| text(label, is_counted);
    let mut left = room;
    // Active filters take their room first.
    for label in all.iter().filter(|label| label.on) {
        left = left.saturating_sub(chip_width(&text(label)));
    }
    let mut x = area.x + 1;
    let mut shown = Vec::new();
    for label in all {
        let mut text = text(label);
        if !label.on {
            if chip_width(&text) > left {
                continue;
            }
            left -= chip_width(&text);
        } else if chip_width(&text) > room {
            text = fit(&label.text, room.saturating_sub(PADDING));
        }
        let columns = layout::columns(&text) + PADDING;
        shown.push(Chip {
            filter: label.filter,
            area: Rect {
                x,
                width: columns,
                ..area
            },
            text,
            on: label.on,
        });
        x += columns + GAP;
    }
    shown
}

/// A filter that applies, before it is fitted to the screen.
struct Label {
    filter: ChipFilter,
    text: String,
    /// The number of its records, after a blank.
    count: String,
    on: bool,
}

/// Every filter that applies.
fn labels(model: &Model) -> Vec<Label> {
    let list = model.list();
    let messages = &model.messages;
    let mut all = Vec::new();
    let mut add = |filter, text, count, on| {
        all.push(Label {
            filter,
            text,
            count,
            on,
        });
    };
    if let Some((_, name)) = &list.criteria.parent {
        let of = messages.with("filter-parent", &[("name", Arg::Text(name))]);
        add(ChipFilter::Parent, fit(&of, PARENT), String::new(), true);
    }
    let active = &list.criteria.filters;
    let count = |count: Option<Count>| {
        let count = count.map(|count| format!(" {}", messages.total(count)));
        count.unwrap_or_default()
    };
    let label = messages.get("filter-all");
    let all_of_list = count(list.count_of(&[]));
    add(ChipFilter::All, label, all_of_list, active.is_empty());
    let role = model.me.as_ref().map(Me::role);
    for filter in list.tab.screen().filters {
        if role.is_some_and(|role| (filter.for_role)(role)) {
            let on = active.contains(&filter);
            let label = messages.get(filter.label);
            let count = count(list.count_beside(filter, active));
            add(ChipFilter::Filter(filter), label, count, on);
        }
    }
    all
}
