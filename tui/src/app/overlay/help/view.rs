use ratatui::text::{Line, Span};

use super::Help;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, list, placeholder, search_line, width},
    },
    keys::Binding,
    layout,
    messages::Messages,
    theme,
    widgets::{
        popup::{Anchor, Popup},
        text::pad,
    },
};

/// Columns of the names of keys, and of the action.
const KEYS: u16 = 25;
const LABEL: u16 = 28;

/// The keys of a binding whose names fit: half a name would be that of another key.
fn key_names(binding: &Binding, messages: &Messages) -> String {
    let mut names = String::new();
    for key in binding.keys {
        let gap = if names.is_empty() { "" } else { "  " };
        let longer = format!("{names}{gap}{}", key.name(messages));
        if layout::columns(&longer) > KEYS {
            break;
        }
        names = longer;
    }
    names
}

impl Draw for Help {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let mut popup = Popup::new(messages.get("help-title"), width(ctx));
        popup.anchor = Anchor::Upper;
        search_line(&mut popup, &self.input);
        let lines = self.lines(ctx).into_iter().map(|binding| {
            let keys = pad(&key_names(binding, messages), KEYS, false);
            let context = messages.get(binding.context.label());
            Line::from(vec![
                Span::styled(format!("  {keys}"), theme::accent()),
                Span::raw(pad(&messages.get(binding.label), LABEL, false)),
                Span::styled(context, theme::muted()),
            ])
        });
        let lines: Vec<_> = lines.collect();
        if lines.is_empty() {
            placeholder(&mut popup, &messages.get("no-match"));
            return popup;
        }
        list(&mut popup, lines, self.selected);
        popup
    }
}
