use ratatui::text::{Line, Span};

use super::{Group, Help, reason};
use crate::{
    app::{
        availability,
        context::Context,
        overlay::draw::{Draw, grouped_list, placeholder, search_line, width},
    },
    keys::Binding,
    layout,
    messages::Messages,
    record::table::SIGN,
    theme,
    widgets::{
        popup::{Anchor, PADDED_FRAME, Popup},
        text::{fit, pad, wrap},
    },
};

/// Columns of the names of keys, and of the action.
const KEYS: u16 = 20;
const LABEL: u16 = 24;
/// Columns before the keys, between keys and action, and at least between action and reason.
const GAP: u16 = 2;
/// Lines below the list at least, for the reason why the selected action cannot be run.
const REASON_LINES: usize = 2;

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

/// The line of a binding: its keys against its action. What cannot be run is muted, with the reason, which
/// begins further left if it needs more room.
fn line(ctx: &Context<'_>, binding: &Binding, room: u16) -> Line<'static> {
    let messages = ctx.messages;
    let keys = pad(&key_names(binding, messages), KEYS, true);
    let label = messages.get(availability::label(ctx, binding));
    // At least a gap parts the reason from the label.
    let least = layout::columns(&label) + GAP;
    let rest = room.saturating_sub(GAP + KEYS + GAP + least);
    match reason(ctx, binding, rest.saturating_sub(SIGN)) {
        None => Line::from(vec![
            Span::styled(format!("  {keys}"), theme::key()),
            Span::raw(format!("  {}", pad(&label, LABEL, false))),
        ]),
        Some((few_words, _)) => {
            let reason = fit(&format!("⊘ {few_words}"), rest);
            let spare = rest.saturating_sub(layout::columns(&reason));
            let label = pad(&label, LABEL.min(least + spare), false);
            let text = format!("  {keys}  {label}{reason}");
            Line::styled(text, theme::muted())
        }
    }
}

impl Draw for Help {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let messages = ctx.messages;
        let mut popup = Popup::new(messages.get("help-title"), width(ctx));
        popup.anchor = Anchor::Upper;
        search_line(&mut popup, &self.input);
        let room = popup.width - PADDED_FRAME;
        let bindings = self.lines(ctx);
        if bindings.is_empty() {
            placeholder(&mut popup, &messages.get("no-match"));
            return popup;
        }
        let groups = bindings.iter().map(|it| Group::of(it).label());
        let groups: Vec<_> = groups.map(|id| messages.get(id)).collect();
        let others = popup.top.len() + 1 + REASON_LINES;
        let most = usize::from(Popup::most_lines(ctx.size)).saturating_sub(others);
        grouped_list(&mut popup, &groups, (self.selected, most), |index| {
            line(ctx, bindings[index], room)
        });
        let selected = bindings.get(self.selected);
        let reason = selected.and_then(|binding| reason(ctx, binding, room));
        let mut reason = reason.map_or_else(Vec::new, |(_, sentence)| wrap(&sentence, room));
        reason.resize(REASON_LINES.max(reason.len()), String::new());
        popup.bottom.push(Line::default());
        let styled = reason
            .into_iter()
            .map(|text| Line::styled(text, theme::muted()));
        popup.bottom.extend(styled);
        popup
    }
}
