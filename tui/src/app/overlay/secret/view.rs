use ratatui::text::Line;

use super::Secret;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, NARROW_WIDTH, paragraph},
    },
    messages::Arg,
    theme,
    tone::Tone,
    widgets::popup::Popup,
};

impl Draw for Secret {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let title = messages.get("secret-title");
        let mut popup = Popup::new(title, NARROW_WIDTH.min(ctx.size.0));
        popup.top.push(Line::default());
        let args = [
            ("name", Arg::Text(self.name.as_str())),
            ("email", Arg::Text(&self.email)),
        ];
        let text = messages.with("secret-for", &args);
        paragraph(&mut popup, &text, theme::text());
        popup.top.push(Line::default());
        let password = Line::styled(self.password.clone(), theme::strong());
        popup.top.push(password.centered());
        popup.top.push(Line::default());
        let (text, tone) = if self.copied {
            (messages.get("secret-copied"), Tone::Good)
        } else {
            (messages.get("secret-once"), Tone::Warn)
        };
        paragraph(&mut popup, &text, theme::tone(tone));
        popup
    }
}
