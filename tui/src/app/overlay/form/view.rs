use epic_events::policy::Denied;
use ratatui::text::{Line, Span};

mod strength;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, spinner, width},
    },
    form::{
        Form,
        field::{Alternative, Field, roles},
        spec::Kind,
    },
    layout,
    messages::Arg,
    record::value::Value,
    theme,
    tone::{Status, Tone},
    widgets::{
        input,
        popup::{FRAME, Popup},
        text::{fit, pad, wrap},
    },
};

/// Visible lines of a note.
const NOTE_LINES: u16 = 4;

impl Draw for Form {
    fn popup(&self, ctx: &Context<'_>, front: bool) -> Popup {
        let messages = ctx.messages;
        let title = match &self.target {
            Some(record) => {
                let name = [("name", Arg::Text(record.name()))];
                messages.with(self.spec.title, &name)
            }
            None => messages.get(self.spec.title),
        };
        let width = width(ctx);
        let mut popup = Popup::new(fit(&title, width.saturating_sub(6)), width);
        add_fields(&mut popup, ctx, self, front);
        if self.is_reading() && !ctx.offline {
            let text = format!("{} {}", spinner(ctx), messages.get("checking"));
            popup.bottom.push(Line::styled(text, theme::dim()));
        } else if self.busy && ctx.offline {
            // Keys have no effect during a save, because the form must display the values that it
            // sends.
            popup.bottom.push(Line::default());
            let id = if self.is_reading() {
                "checking-waits"
            } else {
                "saving-waits"
            };
            for line in wrap(&messages.get(id), width - FRAME) {
                popup.bottom.push(Line::styled(line, theme::warning()));
            }
        } else if self.busy {
            let text = format!("{} {}", spinner(ctx), messages.get("saving"));
            popup.bottom.push(Line::styled(text, theme::dim()));
        }
        popup
    }
}

/// Adds the fields of a form, and its notices.
pub(crate) fn add_fields(popup: &mut Popup, ctx: &Context<'_>, form: &Form, front: bool) {
    let width = popup.width.saturating_sub(FRAME);
    let notice = throttle_notice(ctx, form).or_else(|| form.notice.clone());
    if let Some(notice) = &notice {
        let is_warning = notice.tone == Tone::Warn;
        let style = if is_warning {
            theme::warning()
        } else {
            theme::tone(notice.tone)
        };
        for (index, line) in wrap(&notice.text, width.saturating_sub(2))
            .into_iter()
            .enumerate()
        {
            let sign = match (is_warning, index) {
                (true, 0) => "! ",
                (true, _) => "  ",
                (false, _) => "",
            };
            popup.top.push(Line::styled(format!("{sign}{line}"), style));
        }
    }
    if let Some(change) = &form.change_notice {
        for line in wrap(&change.text, width) {
            let style = theme::tone(change.tone);
            popup.top.push(Line::styled(line, style));
        }
    }
    popup.top.push(Line::default());
    let labels = form
        .visible_fields()
        .map(|(_, field)| ctx.messages.get(field.spec.label));
    let label_width = labels
        .map(|label| layout::columns(&label))
        .max()
        .unwrap_or(0)
        + 4;
    for (index, field) in form.visible_fields() {
        let focused = front && index == form.focus;
        let start = popup.items.len();
        let hint = (field.spec.hint)(form, &ctx.cells());
        let area = FieldArea {
            label: label_width,
            width: popup.width.saturating_sub(FRAME + label_width),
            focused,
        };
        draw_field(popup, ctx, field, area, hint);
        popup.item_of_line.resize(popup.items.len(), index);
        if focused {
            popup.focus = start..popup.items.len();
        }
    }
}

/// The notice of the delay after too many wrong passwords, or that the delay has ended.
fn throttle_notice(ctx: &Context<'_>, form: &Form) -> Option<Status> {
    let seconds = form.seconds_until_retry(ctx.now.timestamp())?;
    let number = |count: u64| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let messages = ctx.messages;
    let (text, tone) = match seconds {
        0 => (messages.get("throttle-over"), Tone::Plain),
        1..=90 => (
            messages.with("throttle-seconds", &[("count", number(seconds))]),
            Tone::Warn,
        ),
        _ => (
            messages.with(
                "throttle-minutes",
                &[("count", number(seconds.div_ceil(60)))],
            ),
            Tone::Warn,
        ),
    };
    Some(Status { text, tone })
}

/// The columns in which a field is drawn.
#[derive(Clone, Copy)]
struct FieldArea {
    /// The columns of the label.
    label: u16,
    /// The columns of the value.
    width: u16,
    focused: bool,
}

impl FieldArea {
    fn indent(self) -> String {
        " ".repeat(self.label.into())
    }
}

fn draw_field(
    popup: &mut Popup,
    ctx: &Context<'_>,
    field: &Field,
    area: FieldArea,
    hint: Option<String>,
) {
    let label = draw_label(ctx, field, area);
    if field.locked.is_none() && field.spec.kind.is_typed() {
        draw_input(popup, field, label, area);
    } else {
        let mut line = label;
        line.extend(match &field.locked {
            Some(denied) => draw_locked(ctx, field, denied, area.width),
            None => draw_choice(ctx, field, area.width, area.focused),
        });
        popup.items.push(Line::from(line));
    }
    let mut hint = hint.filter(|_| field.error.is_none());
    if field.spec.kind == Kind::NewPassword {
        let messages = ctx.messages;
        let line = strength::bar(messages, field.strength, &area.indent());
        popup.items.push(line);
        hint = strength::hint(messages, field.strength, field.error.is_some());
    }
    draw_messages(popup, ctx, field, area, hint);
}

/// The mark of the focused field, and the label.
fn draw_label(ctx: &Context<'_>, field: &Field, area: FieldArea) -> Vec<Span<'static>> {
    let label = pad(&ctx.messages.get(field.spec.label), area.label - 2, false);
    let (mark, style) = if area.focused {
        ("▌ ", theme::focused_label())
    } else {
        ("  ", theme::label())
    };
    vec![
        Span::styled(mark, theme::accent()),
        Span::styled(label, style),
    ]
}

/// The value of a field that the user may not change, and why.
fn draw_locked(
    ctx: &Context<'_>,
    field: &Field,
    denied: &Denied,
    width: u16,
) -> Vec<Span<'static>> {
    let kind = field.spec.kind;
    let room = if kind.is_parsed() { width } else { width / 2 };
    let value = fit(&format_value(ctx, &field.saved, kind), room);
    let reason = format!("  ⊘ {}", ctx.messages.denied(denied));
    let room = width.saturating_sub(layout::columns(&value));
    vec![
        Span::styled(value, theme::dim()),
        Span::styled(fit(&reason, room), theme::dim()),
    ]
}

/// The lines of a typed field, the first one after its label, and the cursor.
fn draw_input(popup: &mut Popup, field: &Field, label: Vec<Span<'static>>, area: FieldArea) {
    let visible = match field.spec.kind {
        Kind::Lines => input::lines(&field.input, area.width, NOTE_LINES),
        kind => input::line(&field.input, area.width, kind.is_secret()),
    };
    if area.focused {
        let y = u16::try_from(popup.items.len()).unwrap_or(u16::MAX);
        popup.cursor = Some((area.label + visible.column, y + visible.line, true));
    }
    let mut line = label;
    for text in visible.lines {
        let (text, style) = if area.focused {
            (pad(&text, area.width, false), theme::input())
        } else {
            (text, theme::plain())
        };
        line.push(Span::styled(text, style));
        popup.items.push(Line::from(std::mem::take(&mut line)));
        line.push(Span::raw(area.indent()));
    }
}

/// The lines below the value: its error, the hint, and the alternative value.
fn draw_messages(
    popup: &mut Popup,
    ctx: &Context<'_>,
    field: &Field,
    area: FieldArea,
    hint: Option<String>,
) {
    let (indent, width) = (area.indent(), area.width);
    if let Some(error) = &field.error {
        for (index, line) in wrap(error, width.saturating_sub(2)).into_iter().enumerate() {
            let sign = if index == 0 { "✗ " } else { "  " };
            let text = format!("{indent}{sign}{line}");
            popup.items.push(Line::styled(text, theme::tone(Tone::Bad)));
        }
    }
    if let Some(hint) = hint {
        let text = format!("{indent}{}", fit(&hint, width));
        popup.items.push(Line::styled(text, theme::dim()));
    }
    if let Some(Alternative { is_theirs, value }) = &field.alternative {
        let id = if *is_theirs {
            "alternative-theirs"
        } else {
            "alternative-mine"
        };
        let value = format_value(ctx, value, field.spec.kind);
        let text = ctx.messages.with(id, &[("value", Arg::Text(&value))]);
        let text = format!("{indent}⇄ {}", fit(&text, width.saturating_sub(2)));
        popup.items.push(Line::styled(text, theme::warning()));
    }
}

/// The value of a field that is chosen with a key rather than typed.
fn draw_choice(ctx: &Context<'_>, field: &Field, width: u16, focused: bool) -> Vec<Span<'static>> {
    let option = |text: String, on: bool| {
        let (sign, style) = if on {
            ("● ", theme::plain())
        } else {
            ("○ ", theme::dim())
        };
        Span::styled(format!("{sign}{text}   "), style)
    };
    match field.spec.kind {
        Kind::Flag => {
            let on = field.chosen == Value::Flag(true);
            vec![
                option(ctx.messages.get("yes"), on),
                option(ctx.messages.get("no"), !on),
            ]
        }
        Kind::Role => roles()
            .map(|role| option(ctx.messages.role(role), field.chosen == Value::Role(role)))
            .collect(),
        _ => {
            let pick = format!("[{}]", ctx.messages.get("pick"));
            let room = width.saturating_sub(layout::columns(&pick) + 1);
            let value = format_value(ctx, &field.chosen, field.spec.kind);
            let style = if focused {
                theme::accent()
            } else {
                theme::dim()
            };
            vec![
                Span::raw(pad(&value, room, false)),
                Span::raw(" "),
                Span::styled(pick, style),
            ]
        }
    }
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
