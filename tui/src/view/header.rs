//! The header: the tabs and their areas for clicks, the signed-in collaborator, and the connection.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use crate::{
    app::model::Model,
    layout::{self, Areas},
    record::Tab,
    theme,
    widgets::text::{fit, with_initial},
};

/// Minimum width of a screen that shows the name of the program, and the role of the user.
const WIDE: u16 = 110;
/// Columns of the name of the program and of the gap after it.
const NAME: u16 = 10;

/// Draws the header.
pub(super) fn draw(model: &Model, areas: &Areas, buffer: &mut Buffer) {
    let row = areas.header;
    if is_wide(model) {
        let name = Line::from(vec![
            Span::styled(" ◆", theme::accent()),
            Span::styled(" Epic", theme::strong()),
        ]);
        name.render(row, buffer);
    }
    Line::styled("─".repeat(areas.rule.width.into()), theme::faint()).render(areas.rule, buffer);
    let tabs = tabs(model);
    for (tab, area, text) in &tabs {
        let style = if *tab == model.tab {
            let mark = Rect {
                y: areas.rule.y,
                ..area.intersection(row)
            };
            Line::styled("━".repeat(mark.width.into()), theme::accent()).render(mark, buffer);
            theme::tab()
        } else {
            theme::muted()
        };
        Line::styled(text.clone(), style).render(area.intersection(row), buffer);
    }
    let used = tabs.last().map_or(0, |(_, area, _)| area.right());
    let rest = Rect {
        x: used,
        width: row.width.saturating_sub(used),
        ..row
    };
    account(model, rest.width.saturating_sub(1))
        .right_aligned()
        .render(rest, buffer);
}

fn is_wide(model: &Model) -> bool {
    model.size.0 >= WIDE
}

/// The signed-in user and the state of the connection, within this width. A name is not truncated.
fn account(model: &Model, room: u16) -> Line<'static> {
    let Some(me) = &model.me else {
        return Line::default();
    };
    let (sign, style) = if model.offline.is_some() {
        ("○", theme::warning())
    } else {
        ("●", theme::good())
    };
    let role = format!("  {}", model.messages.role(me.role()));
    // The connection with its gaps.
    let room = room.saturating_sub(4);
    let short = with_initial(&me.name);
    let forms = [
        is_wide(model).then(|| format!("{}{role}", me.name)),
        Some(format!("{short}{role}")),
        Some(short),
    ];
    let mut forms = forms.into_iter().flatten();
    let text = forms.find(|it| layout::columns(it) <= room);
    Line::from(vec![
        Span::styled(fit(&text.unwrap_or_default(), room), theme::muted()),
        Span::styled(format!("  {sign} "), style),
    ])
}

/// The area and the text of each tab.
#[must_use]
pub fn tabs(model: &Model) -> Vec<(Tab, Rect, String)> {
    let mut x = if is_wide(model) { NAME - 1 } else { 0 };
    let gap = u16::from(is_wide(model));
    Tab::ALL
        .into_iter()
        .map(|tab| {
            let title = model.messages.get(tab.screen().title);
            let text = format!(" {} {title} ", tab.index() + 1);
            let area = Rect::new(x, 0, layout::columns(&text), 1);
            x += area.width + gap;
            (tab, area, text)
        })
        .collect()
}
