use ratatui::text::Line;

use super::Confirm;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, NARROW_WIDTH, paragraph},
    },
    theme,
    widgets::popup::Popup,
};

impl Draw for Confirm {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let mut popup = Popup::new(self.title.clone(), NARROW_WIDTH.min(ctx.size.0));
        popup.is_dangerous = self.destroys();
        popup.top.push(Line::default());
        paragraph(&mut popup, &self.text, theme::text());
        popup
    }
}
