use ratatui::text::{Line, Span};

use super::Help;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, list, placeholder, search_line, width},
    },
    theme,
    widgets::{popup::Popup, text::pad},
};

impl Draw for Help {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let mut popup = Popup::new(messages.get("help-title"), width(ctx));
        search_line(&mut popup, &self.input);
        let lines = self.lines(ctx).into_iter().map(|binding| {
            let keys: Vec<_> = binding.keys.iter().map(|k| k.name(messages)).collect();
            let keys = pad(&keys.join("  "), 25, false);
            let context = messages.get(binding.context.label());
            Line::from(vec![
                Span::styled(format!("  {keys}"), theme::accent()),
                Span::raw(pad(&messages.get(binding.label), 30, false)),
                Span::styled(context, theme::dim()),
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
