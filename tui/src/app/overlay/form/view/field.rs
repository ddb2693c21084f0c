//! A field of a form: a box as wide as what belongs in it, with what was understood beside it.

use std::ops::Range;

use epic_events::{policy::Denied, value::ATTENDEES_MAX};
use ratatui::{
    style::Style,
    text::{Line, Span},
};

use super::strength;
use crate::{
    app::context::Context,
    form::{
        field::{Alternative, Field, roles},
        spec::Kind,
    },
    layout,
    messages::Arg,
    record::value::Value,
    theme,
    widgets::{
        input,
        popup::Popup,
        text::{fit, pad, wrap},
    },
};

/// Visible lines of a note at least, and at most where the screen has room.
const NOTE_LINES: (u16, u16) = (4, 12);
/// Lines below a note: its error or hint, and a blank one.
const BELOW_NOTE: u16 = 3;
/// Lines of the other value in a conflict at most.
const ALTERNATIVE_LINES: usize = 4;
/// The largest number of attendees, as the hint says it.
const NUMBER_MAX: u64 = ATTENDEES_MAX.unsigned_abs() as u64;

/// The columns in which a field is drawn.
#[derive(Clone, Copy)]
pub(super) struct FieldArea {
    /// The columns of the label, with the padding before it.
    label: u16,
    /// The columns of the longest text in a box.
    room: u16,
    is_focused: bool,
}

/// Columns of the padding before a label.
const PADDING: u16 = 2;
/// Columns between the label and the mark of the field.
const GAP: u16 = 2;
/// Columns of the mark, and of the blank at each end of the box.
const BOX: u16 = 3;

impl FieldArea {
    /// The columns in a popup with lines of this width, for labels of at most that width.
    pub(super) const fn new(width: u16, label: u16) -> Self {
        let label = PADDING + label + GAP;
        Self {
            label,
            room: width.saturating_sub(label + BOX),
            is_focused: false,
        }
    }

    pub(super) const fn focused(self, is_focused: bool) -> Self {
        Self { is_focused, ..self }
    }

    /// The blanks before a line below the box, aligned with the text in it.
    fn indent(self) -> String {
        " ".repeat((self.label + 2).into())
    }

    /// The columns of the text in a box of this kind.
    fn box_width(self, kind: Kind) -> u16 {
        let width = match kind {
            // A date with the offset of its zone, and the cursor.
            Kind::Moment => 24,
            Kind::Date | Kind::Amount => 16,
            Kind::Number => 10,
            Kind::Phone => 28,
            Kind::Text(_)
            | Kind::Email
            | Kind::Lines
            | Kind::Password
            | Kind::NewPassword
            | Kind::Flag
            | Kind::Role
            | Kind::Link(_) => self.room,
        };
        width.min(self.room)
    }
}

/// Draws a field: its label, its value, and the lines below.
pub(super) fn draw(
    popup: &mut Popup,
    ctx: &Context<'_>,
    field: &Field,
    area: FieldArea,
    hint: Option<String>,
) {
    let kind = field.spec.kind;
    let hint = hint
        .or_else(|| understood(ctx, field))
        .filter(|_| field.error.is_none());
    let width = area.box_width(kind);
    let beside = area.room.saturating_sub(width + 1);
    let fits = |text: &String| layout::columns(text) <= beside;
    let (beside, below) = match hint {
        Some(text) if kind.is_parsed() && fits(&text) => (Some(text), None),
        hint => (None, hint),
    };
    let first = popup.items.len();
    let label = draw_label(ctx, field, area);
    if field.locked.is_none() && kind.is_typed() {
        draw_input(popup, ctx, field, label, area);
    } else {
        let rows = match &field.locked {
            Some(denied) => draw_locked(ctx, field, denied, area.room),
            None => draw_choice(ctx, field, area),
        };
        let mut start = label;
        for row in rows {
            start.extend(row);
            popup.items.push(Line::from(start));
            start = vec![Span::raw(" ".repeat((area.label + 1).into()))];
        }
    }
    if let Some(line) = popup.items.get_mut(first)
        && let Some(text) = beside
    {
        line.push_span(Span::styled(format!("  {text}"), theme::muted()));
    }
    let mut below = below;
    if kind == Kind::NewPassword {
        let messages = ctx.messages;
        let line = strength::bar(messages, field.strength, &area.indent());
        popup.items.push(line);
        below = strength::hint(messages, field.strength, field.error.is_some());
    }
    draw_messages(popup, ctx, field, area, below.as_deref());
}

/// What was understood of a typed value: the date with its weekday, the amount in full.
fn understood(ctx: &Context<'_>, field: &Field) -> Option<String> {
    let messages = ctx.messages;
    if field.locked.is_some() {
        return None;
    }
    match (field.spec.kind, field.value(ctx.now)) {
        (Kind::Number, _) => {
            let most = messages.count(NUMBER_MAX);
            Some(messages.with("hint-number", &[("most", Arg::Text(&most))]))
        }
        (_, Ok(Value::Moment(at))) => {
            let at = at.to_zoned(ctx.now.time_zone().clone());
            Some(messages.long_date(at.date()))
        }
        (_, Ok(Value::Date(date))) => Some(messages.long_date(date)),
        (_, Ok(Value::Cents(cents))) => Some(messages.amount(cents)),
        (Kind::Lines, _) => Some(messages.get("hint-optional")),
        _ => None,
    }
}

/// The label, and the mark of a field that is focused or wrong.
fn draw_label(ctx: &Context<'_>, field: &Field, area: FieldArea) -> Vec<Span<'static>> {
    let width = area.label - PADDING;
    let label = pad(&ctx.messages.get(field.spec.label), width, false);
    let (mark, style) = match (area.is_focused, field.error.is_some()) {
        (true, true) => (theme::MARK, theme::bad_in_front()),
        (false, true) => (theme::MARK, theme::bad()),
        (true, false) => (theme::MARK, theme::accent()),
        (false, false) => (" ", theme::muted()),
    };
    vec![
        Span::raw(" ".repeat(PADDING.into())),
        Span::styled(label, style),
        Span::styled(mark, style),
    ]
}

/// The value of a field that the user may not change, and why: beside it, or below where it has no room.
fn draw_locked(
    ctx: &Context<'_>,
    field: &Field,
    denied: &Denied,
    width: u16,
) -> Vec<Vec<Span<'static>>> {
    let value = fit(&format_value(ctx, &field.saved, field.spec.kind), width);
    let reason = format!("⊘ {}", ctx.messages.denied(denied));
    let needed = layout::columns(&value) + layout::columns(&reason) + 2;
    let mut row = vec![Span::raw(" "), Span::styled(value, theme::text())];
    if needed <= width {
        row.push(Span::styled(format!("  {reason}"), theme::muted()));
        return vec![row];
    }
    let below = wrap(&reason, width).into_iter();
    let below = below.map(|line| vec![Span::styled(format!(" {line}"), theme::muted())]);
    [row].into_iter().chain(below).collect()
}

/// The box of a field, and what the text in it looks like.
fn box_style(field: &Field, area: FieldArea) -> Style {
    let ground = if area.is_focused {
        theme::field_in_front()
    } else {
        theme::field()
    };
    match (field.error.is_some(), area.is_focused) {
        (true, true) => theme::wrong_field_in_front(),
        (true, false) => ground.patch(theme::underlined()),
        (false, _) => ground,
    }
}

/// The lines of a typed field, the first one after its label, and the cursor.
fn draw_input(
    popup: &mut Popup,
    ctx: &Context<'_>,
    field: &Field,
    label: Vec<Span<'static>>,
    area: FieldArea,
) {
    let width = area.box_width(field.spec.kind);
    let visible = match field.spec.kind {
        Kind::Lines => {
            let (least, most) = NOTE_LINES;
            let above = u16::try_from(popup.top.len() + popup.items.len()).unwrap_or(u16::MAX);
            // A note is the last field.
            let room = Popup::most_lines(ctx.size).saturating_sub(above.saturating_add(BELOW_NOTE));
            let height = room.clamp(least, most);
            input::lines(&field.input, width, height, area.is_focused)
        }
        kind => input::line(&field.input, width, kind.is_secret(), area.is_focused),
    };
    if area.is_focused {
        let y = u16::try_from(popup.items.len()).unwrap_or(u16::MAX);
        let x = area.label + 2 + visible.column;
        popup.cursor = Some((x, y + visible.line, true));
    }
    let style = box_style(field, area);
    let mut line = label;
    let track = track(visible.hidden, visible.lines.len());
    for (index, text) in visible.lines.into_iter().enumerate() {
        let text = format!(" {}", pad(&text, width, false));
        line.push(Span::styled(text, style));
        let (sign, ink) = match &track {
            None => (" ", Style::new()),
            Some(thumb) if thumb.contains(&index) => ("┃", theme::accent()),
            Some(_) => ("│", theme::faint()),
        };
        line.push(Span::styled(sign, style.patch(ink)));
        popup.items.push(Line::from(std::mem::take(&mut line)));
        line.push(Span::raw(" ".repeat((area.label + 1).into())));
    }
}

/// The lines of the scroll bar's thumb beside visible lines, if there are hidden ones above or below.
fn track((above, below): (usize, usize), visible: usize) -> Option<Range<usize>> {
    let hidden = above + below;
    if hidden == 0 {
        return None;
    }
    let length = (visible * visible / (visible + hidden)).max(1);
    // Only at an end of the text is the thumb at that end of the track.
    let last = visible.saturating_sub(length);
    let start = (above * last).div_ceil(hidden);
    let start = if below > 0 {
        start.min(last.saturating_sub(1))
    } else {
        last
    };
    Some(start..start + length)
}

/// The lines below the value: its error, the hint, and the alternative value.
fn draw_messages(
    popup: &mut Popup,
    ctx: &Context<'_>,
    field: &Field,
    area: FieldArea,
    hint: Option<&str>,
) {
    let (indent, width) = (area.indent(), area.room);
    if let Some(error) = &field.error {
        for (index, line) in wrap(error, width.saturating_sub(2)).into_iter().enumerate() {
            let sign = if index == 0 { "✗ " } else { "  " };
            let text = format!("{indent}{sign}{line}");
            popup.items.push(Line::styled(text, theme::bad()));
        }
    }
    for line in hint.into_iter().flat_map(|hint| wrap(hint, width)) {
        let text = format!("{indent}{line}");
        popup.items.push(Line::styled(text, theme::muted()));
    }
    if let Some(Alternative { is_theirs, value }) = &field.alternative {
        let id = if *is_theirs {
            "alternative-theirs"
        } else {
            "alternative-mine"
        };
        let value = format_value(ctx, value, field.spec.kind);
        let text = ctx.messages.with(id, &[("value", Arg::Text(&value))]);
        let mut lines = wrap(&text, width.saturating_sub(2));
        if lines.len() > ALTERNATIVE_LINES {
            lines.truncate(ALTERNATIVE_LINES);
            lines[ALTERNATIVE_LINES - 1].push('…');
        }
        for (index, line) in lines.into_iter().enumerate() {
            let sign = if index == 0 { "⇄ " } else { "  " };
            let text = format!("{indent}{sign}{line}");
            popup.items.push(Line::styled(text, theme::warning()));
        }
    }
}

/// The value of a field that is chosen with a key rather than typed.
fn draw_choice(ctx: &Context<'_>, field: &Field, area: FieldArea) -> Vec<Vec<Span<'static>>> {
    let option = |text: String, on: bool| {
        let (sign, style) = if on {
            ("(•) ", theme::accent())
        } else {
            ("( ) ", theme::muted())
        };
        [
            Span::styled(format!(" {sign}"), style),
            Span::styled(format!("{text} "), if on { theme::text() } else { style }),
        ]
    };
    match field.spec.kind {
        Kind::Flag => {
            let on = field.chosen == Value::Flag(true);
            let options = [
                option(ctx.messages.get("yes"), on),
                option(ctx.messages.get("no"), !on),
            ];
            vec![options.concat()]
        }
        Kind::Role => {
            let options = roles()
                .map(|role| option(ctx.messages.role(role), field.chosen == Value::Role(role)));
            in_rows(options, area.room + BOX)
        }
        _ => {
            let room = area.room.saturating_sub(2);
            let value = format_value(ctx, &field.chosen, field.spec.kind);
            let text = format!(" {} ▾ ", pad(&value, room, false));
            vec![vec![Span::styled(text, box_style(field, area))]]
        }
    }
}

/// Puts options into as many rows of this width as they need.
fn in_rows(
    options: impl Iterator<Item = [Span<'static>; 2]>,
    width: u16,
) -> Vec<Vec<Span<'static>>> {
    let mut rows = vec![Vec::new()];
    let mut used = 0;
    for option in options {
        let needed: usize = option.iter().map(Span::width).sum();
        used += needed;
        if used > usize::from(width) && used > needed {
            rows.push(Vec::new());
            used = needed;
        }
        if let Some(row) = rows.last_mut() {
            row.extend(option);
        }
    }
    rows
}

/// A value as a form displays it.
fn format_value(ctx: &Context<'_>, value: &Value, kind: Kind) -> String {
    match value {
        Value::Flag(true) => ctx.messages.get("yes"),
        Value::Flag(false) => ctx.messages.get("no"),
        Value::Nothing if kind == Kind::Flag => ctx.messages.get("no"),
        Value::Role(role) => ctx.messages.role(*role),
        Value::Text(text) => text.replace('\n', " "),
        value => value.to_input(ctx.messages.lang(), ctx.now),
    }
}
