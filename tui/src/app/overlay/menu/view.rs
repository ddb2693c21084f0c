use ratatui::text::{Line, Span};

use super::Menu;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, list},
    },
    layout, theme,
    widgets::{
        popup::{Anchor, FRAME, Popup},
        text::{fit, pad},
    },
};

/// Its width.
const WIDTH: u16 = 54;
/// Columns between a label and its detail.
const GAP: u16 = 2;

impl Draw for Menu {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let mut popup = Popup::new(ctx.messages.get(self.title), WIDTH);
        let room = popup.width - FRAME;
        let lines = self.items.iter().map(|item| {
            let sign = if item.on { "✓" } else { " " };
            let key = item.key.map_or_else(String::new, |key| format!("{key}  "));
            let room = room.saturating_sub(layout::columns(&key) + 5);
            // The detail gives way to the label.
            let beside = room.saturating_sub(layout::columns(&item.label) + GAP);
            let detail = fit(&item.detail, beside.min(room / 2));
            let label = room.saturating_sub(layout::columns(&detail));
            let label = pad(&item.label, label, false);
            Line::from(vec![
                Span::styled(format!("  {sign} "), theme::accent()),
                Span::styled(key, theme::accent()),
                Span::raw(label),
                Span::styled(detail, theme::muted()),
            ])
        });
        list(&mut popup, &lines.collect::<Vec<_>>(), self.selected);
        popup.anchor = match self.title {
            "menu-filter" => Anchor::Filters,
            "menu-sort" => Anchor::Order,
            _ => Anchor::Row,
        };
        popup
    }
}
