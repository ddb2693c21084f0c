use ratatui::text::{Line, Span};

mod field;
mod strength;

use self::field::FieldArea;
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, spinner, width},
    },
    form::Form,
    layout,
    messages::Arg,
    theme,
    tone::{Status, Tone},
    widgets::{
        popup::{FRAME, PADDED_FRAME, Popup},
        text::{fit, wrap},
    },
};

/// Rows of a screen on which groups of fields are parted by a blank line.
const TALL: u16 = 24;
/// Rows of a screen on which a blank line parts the last field from the frame.
const ROOMY: u16 = 28;

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
        add_contents(&mut popup, ctx, self, front);
        popup.count = state(ctx, self);
        if self.busy && ctx.offline {
            // Keys have no effect during a save, because the form must display the values that it
            // sends.
            popup.bottom.push(Line::default());
            let id = if self.is_reading() {
                "checking-waits"
            } else {
                "saving-waits"
            };
            for line in wrap(&messages.get(id), width - PADDED_FRAME) {
                popup.bottom.push(Line::styled(line, theme::warning()));
            }
        }
        if ctx.size.1 >= ROOMY {
            popup.bottom.push(Line::default());
        }
        popup
    }
}

/// What the frame says about the form: that it is being saved, or how many fields are wrong.
fn state(ctx: &Context<'_>, form: &Form) -> Line<'static> {
    let messages = ctx.messages;
    let busy = |id| {
        let text = format!("{} {}", spinner(ctx), messages.get(id));
        Line::from(Span::styled(text, theme::muted()))
    };
    match (form.busy, form.is_reading()) {
        // The form says at its end what it waits for.
        (true, _) if ctx.offline => return Line::default(),
        (_, true) => return busy("checking"),
        (true, _) => return busy("saving"),
        (false, false) => {}
    }
    let wrong = form.visible_fields();
    let wrong = wrong.filter(|(_, field)| field.error.is_some()).count();
    if wrong == 0 {
        return Line::default();
    }
    let count = Arg::Number(i64::try_from(wrong).unwrap_or(i64::MAX));
    let text = messages.with("form-to-correct", &[("count", count)]);
    Line::from(Span::styled(format!("✗ {text}"), theme::bad()))
}

/// The notice of a form, with the sign of its tone, in lines of this width.
pub(crate) fn notice(ctx: &Context<'_>, form: &Form, width: u16) -> Vec<Line<'static>> {
    let Some(notice) = throttle_notice(ctx, form).or_else(|| form.notice.clone()) else {
        return Vec::new();
    };
    let (sign, style) = match notice.tone {
        Tone::Warn => ("! ", theme::warning()),
        Tone::Bad => ("✗ ", theme::bad()),
        tone => ("", theme::tone(tone)),
    };
    let indent = " ".repeat(layout::columns(sign).into());
    let lines = wrap(&notice.text, width.saturating_sub(2)).into_iter();
    let lines = lines.enumerate().map(|(index, line)| {
        let sign = if index == 0 { sign } else { &*indent };
        Line::styled(format!("{sign}{line}"), style)
    });
    lines.collect()
}

/// Adds the notices of a form, and its fields.
fn add_contents(popup: &mut Popup, ctx: &Context<'_>, form: &Form, front: bool) {
    let width = popup.width.saturating_sub(PADDED_FRAME);
    popup.top.extend(notice(ctx, form, width));
    if let Some(change) = form.deletion.as_ref().or(form.change_notice.as_ref()) {
        for line in wrap(&change.text, width) {
            let style = theme::tone(change.tone);
            popup.top.push(Line::styled(line, style));
        }
    }
    popup.top.push(Line::default());
    add_fields(popup, ctx, form, front);
}

/// Adds the fields of a form.
pub(crate) fn add_fields(popup: &mut Popup, ctx: &Context<'_>, form: &Form, front: bool) {
    let labels = form
        .visible_fields()
        .map(|(_, field)| layout::columns(&ctx.messages.get(field.spec.label)));
    let area = FieldArea::new(popup.width - FRAME, labels.max().unwrap_or(0));
    for (index, field) in form.visible_fields() {
        let is_focused = front && index == form.focus;
        if field.spec.begins_group && ctx.size.1 >= TALL && !popup.items.is_empty() {
            popup.items.push(Line::default());
            popup.item_of_line.push(index);
        }
        let start = popup.items.len();
        let hint = (field.spec.hint)(form, &ctx.cells());
        field::draw(popup, ctx, field, area.focused(is_focused), hint);
        popup.item_of_line.resize(popup.items.len(), index);
        if is_focused {
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
