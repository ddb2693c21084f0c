use ratatui::text::{Line, Span};

use super::{Group, Help, reason};
use crate::{
    app::{
        availability,
        context::Context,
        overlay::draw::{Draw, grouped_list_with_notes, placeholder, search_line, width},
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
fn key_names(binding: &Binding, messages: &Messages, room: u16) -> String {
    let mut names = String::new();
    for key in binding.keys {
        let gap = if names.is_empty() { "" } else { "  " };
        let longer = format!("{names}{gap}{}", key.name(messages));
        if layout::columns(&longer) > room {
            break;
        }
        names = longer;
    }
    names
}

/// The columns of the keys in a group. Where a reason would be cut, blanks before the keys and further keys
/// give way to it.
fn key_columns(ctx: &Context<'_>, group: &[&Binding], room: u16) -> u16 {
    let missing = group.iter().filter_map(|binding| {
        let label = layout::columns(&ctx.messages.get(availability::label(ctx, binding)));
        let others = GAP + KEYS + GAP + label + GAP + SIGN;
        let (few_words, _) = reason(ctx, binding, room.saturating_sub(others))?;
        let line = others.saturating_add(layout::columns(&few_words));
        Some(line.saturating_sub(room))
    });
    let keys = KEYS.saturating_sub(missing.max().unwrap_or(0));
    let first_keys = group.iter().filter_map(|binding| binding.keys.first());
    let first_keys = first_keys.map(|key| layout::columns(&key.name(ctx.messages)));
    keys.max(first_keys.max().unwrap_or(0))
}

/// The columns of the keys of each binding: those of its group.
fn all_key_columns(ctx: &Context<'_>, bindings: &[&Binding], room: u16) -> Vec<u16> {
    let is_same = |one: &&Binding, other: &&Binding| {
        let [one, other] = [one, other].map(|it| Group::of(it).label());
        one == other
    };
    let groups = bindings.chunk_by(is_same);
    let columns = groups.flat_map(|group| {
        let columns = key_columns(ctx, group, room);
        group.iter().map(move |_| columns)
    });
    columns.collect()
}

/// Why a binding cannot be run, in few words, and whether there is room for it beside the action.
fn short_reason(
    ctx: &Context<'_>,
    binding: &Binding,
    key_columns: u16,
    room: u16,
) -> Option<(String, bool)> {
    let label = layout::columns(&ctx.messages.get(availability::label(ctx, binding)));
    let others = GAP + key_columns + GAP + label + GAP;
    let rest = room.saturating_sub(others);
    let (few_words, _) = reason(ctx, binding, rest.saturating_sub(SIGN))?;
    let text = format!("⊘ {few_words}");
    let fits = layout::columns(&text) <= rest;
    Some((text, fits))
}

/// The line of a binding: its keys, in this many columns, against its action. What cannot be run is muted,
/// with the reason, which begins further left if it needs more room.
fn line(ctx: &Context<'_>, binding: &Binding, key_columns: u16, room: u16) -> Line<'static> {
    let messages = ctx.messages;
    let keys = key_names(binding, messages, key_columns);
    let keys = pad(&keys, key_columns, true);
    let label = messages.get(availability::label(ctx, binding));
    match short_reason(ctx, binding, key_columns, room) {
        None => Line::from(vec![
            Span::styled(format!("  {keys}"), theme::key()),
            Span::raw(format!("  {}", pad(&label, LABEL, false))),
        ]),
        Some((_, false)) => Line::styled(format!("  {keys}  {label}"), theme::muted()),
        Some((reason, true)) => {
            let others = GAP + key_columns + GAP + layout::columns(&reason);
            let label = pad(&label, LABEL.min(room.saturating_sub(others)), false);
            let text = format!("  {keys}  {label}{reason}");
            Line::styled(text, theme::muted())
        }
    }
}

/// The line below that of a binding: the reason for which there is no room beside the action.
fn reason_line(
    ctx: &Context<'_>,
    binding: &Binding,
    key_columns: u16,
    room: u16,
) -> Option<Line<'static>> {
    let (reason, fits) = short_reason(ctx, binding, key_columns, room)?;
    let before = GAP + key_columns + GAP;
    let indent = " ".repeat(before.into());
    let reason = fit(&reason, room.saturating_sub(before));
    (!fits).then(|| Line::styled(format!("{indent}{reason}"), theme::muted()))
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
        let keys = all_key_columns(ctx, &bindings, room);
        grouped_list_with_notes(
            &mut popup,
            &groups,
            |index| reason_line(ctx, bindings[index], keys[index], room),
            (self.selected, most),
            |index| line(ctx, bindings[index], keys[index], room),
        );
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
