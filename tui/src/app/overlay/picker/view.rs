use ratatui::text::{Line, Span};

use super::{CHOICES, Choice, Picker};
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, list, placeholder, search_line, width},
    },
    form::spec::PickSource,
    theme,
    tone::Tone,
    widgets::{
        popup::{FRAME, Popup},
        text::{fit, pad, wrap},
    },
};

impl Draw for Picker {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let width = width(ctx);
        let mut popup = Popup::new(fit(&self.title, width - 6), width);
        search_line(&mut popup, &self.input);
        let room = width - FRAME;
        // Supports have longer details than others.
        let label = match self.source {
            PickSource::Support => room / 3,
            _ => room * 2 / 5,
        };
        let lines = self.choices.iter().map(|it| choice_line(it, room, label));
        list(&mut popup, lines.collect(), self.selected);
        if self.choices.is_empty() {
            let is_loading = ctx.waits_for(CHOICES);
            let id = if is_loading { "loading" } else { "no-match" };
            placeholder(&mut popup, &ctx.messages.get(id));
            popup.highlighted = false;
        }
        if let Some(notice) = &self.notice {
            popup.bottom.push(Line::default());
            for text in wrap(notice, room) {
                popup.bottom.push(Line::styled(text, theme::warning()));
            }
        }
        popup
    }
}

fn choice_line(choice: &Choice, room: u16, label: u16) -> Line<'static> {
    let rest = room.saturating_sub(label + 5);
    let owner_mark = if choice.is_owner { " ● " } else { "   " };
    let detail = rest / 2;
    let sign = if choice.tone == Tone::Warn {
        "! "
    } else {
        "  "
    };
    Line::from(vec![
        Span::raw(owner_mark),
        Span::raw(pad(&choice.label, label, false)),
        Span::styled(
            format!("{sign}{}", pad(&choice.detail, detail, false)),
            theme::tone(choice.tone),
        ),
        Span::styled(
            format!(" {}", fit(&choice.extra, rest - detail)),
            theme::dim(),
        ),
    ])
}
