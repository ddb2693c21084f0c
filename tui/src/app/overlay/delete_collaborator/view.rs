use ratatui::text::{Line, Span};

use super::DeleteCollaborator;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, QUESTION_WIDTH, paragraph, spinner},
    },
    messages::Arg,
    record::Tab,
    theme,
    tone::Tone,
    widgets::{popup::Popup, text::pad},
};

impl Draw for DeleteCollaborator {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let name = Arg::Text(&self.person.name);
        let title = messages.with("removal-title", &[("name", name)]);
        let mut popup = Popup::new(title, QUESTION_WIDTH.min(ctx.size.0));
        popup.top.push(Line::default());
        if self.holds_nothing() {
            let text = messages.get("removal-nothing");
            paragraph(&mut popup, &text, theme::plain());
        } else {
            self.draw_holdings(&mut popup, ctx);
        }
        popup.top.push(Line::default());
        if ctx.is_me(self.person.id) {
            let text = messages.get("removal-yourself");
            paragraph(&mut popup, &text, theme::warning());
        } else {
            paragraph(&mut popup, &messages.get("removal-rights"), theme::dim());
        }
        if let Some(notice) = &self.notice {
            popup.top.push(Line::default());
            paragraph(&mut popup, notice, theme::warning());
        }
        if self.busy {
            let text = format!("{} {}", spinner(ctx), messages.get("saving"));
            popup.bottom.push(Line::styled(text, theme::dim()));
        }
        popup
    }
}

impl DeleteCollaborator {
    /// Adds how many records they are in charge of, and the successor.
    fn draw_holdings(&self, popup: &mut Popup, ctx: &Context<'_>) {
        let messages = ctx.messages;
        paragraph(popup, &messages.get("removal-affects"), theme::plain());
        for (tab, held) in &self.holdings {
            let count = held.map_or_else(
                || "…".to_owned(),
                |(count, at_least)| messages.count(count) + if at_least { "+" } else { "" },
            );
            let title = match tab {
                Tab::Clients => messages.get("tab-clients"),
                tab => messages.get(tab.screen().title),
            };
            popup.top.push(Line::from(vec![
                Span::raw(format!("  {} ", pad(&count, 7, true))),
                Span::raw(title),
            ]));
        }
        popup.top.push(Line::default());
        let (text, tone) = match &self.successor {
            Some((_, name)) => (
                messages.with("removal-to", &[("name", Arg::Text(name))]),
                Tone::Good,
            ),
            None => (messages.get("removal-to-nobody"), Tone::Warn),
        };
        paragraph(popup, &text, theme::tone(tone));
    }
}
