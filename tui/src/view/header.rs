//! The header: the tabs and their areas for clicks, the signed-in collaborator, and the connection.

use ratatui::{buffer::Buffer, layout::Rect, text::Line, widgets::Widget};

use crate::{
    app::model::Model,
    layout::{self, Areas},
    record::Tab,
    theme,
    widgets::text::fit,
};

/// Draws the header.
pub(super) fn draw(model: &Model, areas: &Areas, buffer: &mut Buffer) {
    let row = areas.header;
    let tabs = tabs(model);
    if tabs.first().is_some_and(|(_, rect, _)| rect.x > 12) {
        Line::styled(" Epic Events", theme::title()).render(row, buffer);
    }
    for (tab, rect, text) in &tabs {
        let style = if *tab == model.tab {
            theme::tab()
        } else {
            theme::dim()
        };
        let text = if *tab == model.tab {
            format!("▌{}▐", text.trim())
        } else {
            text.clone()
        };
        Line::styled(text, style).render(rect.intersection(row), buffer);
    }
    let used = tabs.last().map_or(0, |(_, rect, _)| rect.right());
    let Some(me) = &model.me else { return };
    let connection = if model.offline.is_some() {
        "○"
    } else {
        "●"
    };
    let left = row.width.saturating_sub(used + 1);
    let role = format!(" · {}", model.messages.role(me.role()));
    let end = format!("  {connection} ");
    // The name is truncated to the length of a first name before the department is dropped.
    let room = left.saturating_sub(layout::columns(&end));
    let beside_role = room.saturating_sub(layout::columns(&role));
    let text = if beside_role >= 6 || layout::columns(&me.name) <= beside_role {
        fit(&me.name, beside_role) + &role + &end
    } else {
        fit(&me.name, room) + &end
    };
    let rest = Rect {
        x: used,
        width: row.width.saturating_sub(used),
        ..row
    };
    Line::styled(fit(&text, left), theme::dim())
        .right_aligned()
        .render(rest, buffer);
    Line::styled("─".repeat(areas.rule.width.into()), theme::frame()).render(areas.rule, buffer);
}

/// The area and the text of each tab.
#[must_use]
pub fn tabs(model: &Model) -> Vec<(Tab, Rect, String)> {
    let narrow = model.size.0 < 84;
    let mut x = if narrow { 1 } else { 14 };
    Tab::ALL
        .into_iter()
        .map(|tab| {
            let title = model.messages.get(tab.screen().title);
            let text = format!(" {} {title} ", tab.index() + 1);
            let rect = Rect::new(x, 0, layout::columns(&text), 1);
            x += rect.width + u16::from(!narrow);
            (tab, rect, text)
        })
        .collect()
}
