use ratatui::text::{Line, Span};

use super::{Entry, Palette};
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, list, placeholder, search_line, width},
    },
    keys::{self, KeyContext},
    layout,
    screens::spec::{is_too_long, too_long},
    theme,
    widgets::{
        popup::{Anchor, FRAME, Popup},
        text::pad,
    },
};

impl Draw for Palette {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let width = width(ctx);
        let mut popup = Popup::new(messages.get("palette-title"), width);
        popup.anchor = Anchor::Upper;
        search_line(&mut popup, &self.input);
        let room = width - FRAME;
        let entries = self.entries(ctx);
        if entries.is_empty() {
            let sentence = if is_too_long(self.input.value()) {
                too_long(messages)
            } else if self.is_searching(ctx) {
                messages.get("loading")
            } else {
                messages.get("no-match")
            };
            placeholder(&mut popup, &sentence);
            return popup;
        }
        let lines = entries.iter().map(|entry| match entry {
            Entry::Action(action) => {
                let mut bindings = keys::bindings(KeyContext::List);
                let binding = bindings.find(|binding| binding.action == *action);
                let label = binding.map_or_else(String::new, |it| messages.get(it.label));
                let key = binding.and_then(|binding| binding.keys.first());
                let key = key.map_or_else(String::new, |key| key.name(messages));
                justified(&label, &key, room)
            }
            Entry::Record(record) => {
                let kind = messages.get(record.tab().screen().title);
                let detail = format!("{kind} · {}", record.id());
                justified(record.name(), &detail, room)
            }
        });
        list(&mut popup, lines.collect(), self.selected);
        popup
    }
}

fn justified(left: &str, right: &str, room: u16) -> Line<'static> {
    let needed = layout::columns(right);
    let label = pad(left, room.saturating_sub(needed + 4), false);
    Line::from(vec![
        Span::raw(format!("  {label} ")),
        Span::styled(right.to_owned(), theme::muted()),
    ])
}
