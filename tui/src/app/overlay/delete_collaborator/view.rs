use ratatui::text::{Line, Span};

use super::DeleteCollaborator;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, NARROW_WIDTH, paragraph, spinner},
    },
    keys::{self, Action, KeyContext},
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
        let title = messages.with("delete-title", &[("name", name)]);
        let mut popup = Popup::new(title, NARROW_WIDTH.min(ctx.size.0));
        popup.is_dangerous = true;
        popup.top.push(Line::default());
        if self.has_no_assignments() {
            let text = messages.get("delete-nothing");
            paragraph(&mut popup, &text, theme::text());
        } else {
            self.draw_assignments(&mut popup, ctx);
        }
        popup.top.push(Line::default());
        if ctx.is_me(self.person.id) {
            let text = messages.get("delete-yourself");
            paragraph(&mut popup, &text, theme::warning());
        } else {
            paragraph(&mut popup, &messages.get("delete-rights"), theme::muted());
        }
        if let Some(notice) = &self.notice {
            popup.top.push(Line::default());
            paragraph(&mut popup, notice, theme::warning());
        }
        if self.busy {
            let text = format!("{} {}", spinner(ctx), messages.get("saving"));
            popup.bottom.push(Line::styled(text, theme::muted()));
        }
        popup
    }
}

impl DeleteCollaborator {
    /// Adds the numbers of assigned records, and the successor.
    fn draw_assignments(&self, popup: &mut Popup, ctx: &Context<'_>) {
        let messages = ctx.messages;
        paragraph(popup, &messages.get("delete-affects"), theme::text());
        for (tab, count) in &self.assignments {
            let text = count.map_or_else(|| "…".to_owned(), |count| messages.total(count));
            let noun = match tab {
                Tab::Contracts => "noun-contracts",
                Tab::Events => "noun-events",
                Tab::Clients | Tab::Collaborators => "noun-clients",
            };
            let number = count.map_or(2, |(count, _)| i64::try_from(count).unwrap_or(i64::MAX));
            popup.top.push(Line::from(vec![
                Span::raw(format!("  {} ", pad(&text, 7, true))),
                Span::raw(messages.with(noun, &[("count", Arg::Number(number))])),
            ]));
        }
        popup.top.push(Line::default());
        let key = keys::name_of(KeyContext::DeleteCollaborator, Action::Successor, messages);
        let (text, tone) = match &self.successor {
            Some((_, name)) => (
                messages.with("delete-to", &[("name", Arg::Text(name))]),
                Tone::Good,
            ),
            None => (
                messages.with("delete-to-nobody", &[("key", Arg::Text(&key))]),
                Tone::Warn,
            ),
        };
        paragraph(popup, &text, theme::tone(tone));
    }
}
