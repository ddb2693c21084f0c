//! Forms as sheets: signing in, and every record's.

use ratatui::text::{Line, Span};

use super::strength;
use crate::{
    app::model::Model,
    form::{
        Form,
        field::{Field, Other},
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

/// How wide a form is, where there is room.
const WIDTH: u16 = 76;
/// Lines of a note that are on the screen.
const NOTE_LINES: u16 = 4;

/// The login screen.
pub(super) fn login(model: &Model) -> Popup {
    let mut sheet = Popup::new("Epic Events".to_owned(), WIDTH.min(model.size.0));
    let hello = if model.resume {
        "login-resuming"
    } else {
        "login-hello"
    };
    sheet.top.push(Line::default());
    sheet.top.push(Line::raw(model.messages.get(hello)));
    fill(&mut sheet, model, &model.login, true);
    if !model.demo.is_empty() {
        sheet.bottom.push(Line::default());
        sheet.bottom.push(Line::styled(
            model.messages.get("login-demo"),
            theme::title(),
        ));
        for (index, account) in model.demo.iter().enumerate() {
            let role = pad(&model.messages.role(account.role), 12, false);
            let email = pad(&account.email, 32, false);
            sheet.bottom.push(Line::from(vec![
                Span::styled(format!("{}  ", index + 1), theme::accent()),
                Span::raw(format!("{role}{email} ")),
                Span::styled(account.password.clone(), theme::dim()),
            ]));
        }
    }
    if model.login.busy {
        sheet.bottom.push(Line::default());
        let text = format!(
            "{} {}",
            super::spinner(model),
            model.messages.get("signing-in")
        );
        sheet.bottom.push(Line::styled(text, theme::dim()));
    }
    sheet
}

/// A form.
pub(super) fn form(model: &Model, form: &Form) -> Popup {
    let title = match &form.target {
        Some(record) => model
            .messages
            .with(form.spec.title, &[("name", Arg::Text(record.name()))]),
        None => model.messages.get(form.spec.title),
    };
    let width = WIDTH.min(model.size.0.saturating_sub(4));
    let mut sheet = Popup::new(fit(&title, width.saturating_sub(6)), width);
    let front = matches!(model.overlays.last(),
        Some(crate::app::overlay::Overlay::Form(last)) if last.request_id == form.request_id);
    fill(&mut sheet, model, form, front);
    if form.busy && model.offline.is_some() {
        // Why keys do nothing: what was sent must be what is shown.
        sheet.bottom.push(Line::default());
        for line in wrap(&model.messages.get("saving-waits"), width - FRAME) {
            sheet.bottom.push(Line::styled(line, theme::warning()));
        }
    } else if form.busy {
        let text = format!("{} {}", super::spinner(model), model.messages.get("saving"));
        sheet.bottom.push(Line::styled(text, theme::dim()));
    }
    sheet
}

fn fill(sheet: &mut Popup, model: &Model, form: &Form, front: bool) {
    let width = sheet.width.saturating_sub(FRAME);
    let notice = waits(model, form).or_else(|| form.notice.clone());
    if let Some(notice) = &notice {
        let warns = notice.tone == Tone::Warn;
        let style = if warns {
            theme::warning()
        } else {
            theme::tone(notice.tone)
        };
        for (index, line) in wrap(&notice.text, width.saturating_sub(2))
            .into_iter()
            .enumerate()
        {
            let sign = match (warns, index) {
                (true, 0) => "! ",
                (true, _) => "  ",
                (false, _) => "",
            };
            sheet.top.push(Line::styled(format!("{sign}{line}"), style));
        }
    }
    if let Some(meanwhile) = &form.meanwhile {
        for line in wrap(&meanwhile.text, width) {
            let style = theme::tone(meanwhile.tone);
            sheet.top.push(Line::styled(line, style));
        }
    }
    sheet.top.push(Line::default());
    let labels = form
        .shown()
        .map(|(_, field)| model.messages.get(field.spec.label));
    let label_width = labels
        .map(|label| layout::columns(&label))
        .max()
        .unwrap_or(0)
        + 4;
    for (index, field) in form.shown() {
        let focused = front && index == form.focus;
        let start = sheet.items.len();
        let hint = (field.spec.hint)(form, &model.messages);
        draw_field(sheet, model, field, label_width, focused, hint);
        sheet.of.resize(sheet.items.len(), index);
        if focused {
            sheet.focus = start..sheet.items.len();
        }
    }
}

/// How long one must wait after too many wrong passwords, or that it is over.
fn waits(model: &Model, form: &Form) -> Option<Status> {
    let seconds = form.waits(model.now.timestamp())?;
    let left = |count: u64| Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let messages = &model.messages;
    let (text, tone) = match seconds {
        0 => (messages.get("wait-over"), Tone::Plain),
        1..=90 => (
            messages.with("wait-seconds", &[("count", left(seconds))]),
            Tone::Warn,
        ),
        _ => (
            messages.with("wait-minutes", &[("count", left(seconds.div_ceil(60)))]),
            Tone::Warn,
        ),
    };
    Some(Status { text, tone })
}

fn draw_field(
    sheet: &mut Popup,
    model: &Model,
    field: &Field,
    label_width: u16,
    focused: bool,
    hint: Option<String>,
) {
    let width = sheet.width.saturating_sub(FRAME + label_width);
    let label = pad(
        &model.messages.get(field.spec.label),
        label_width - 2,
        false,
    );
    let label_style = if focused {
        theme::field_in_front()
    } else {
        theme::label()
    };
    let mark = if focused { "▌ " } else { "  " };
    let mut head = vec![
        Span::styled(mark, theme::accent()),
        Span::styled(label, label_style),
    ];
    let blank = " ".repeat(label_width.into());
    if let Some(denied) = &field.locked {
        let value = fit(&show(model, &field.before, field.spec.kind), width / 2);
        let why = format!("  ⊘ {}", model.messages.denied(denied));
        let room = width.saturating_sub(layout::columns(&value));
        head.push(Span::styled(value, theme::dim()));
        head.push(Span::styled(fit(&why, room), theme::dim()));
        sheet.items.push(Line::from(head));
    } else if field.spec.kind.is_typed() {
        let shown = match field.spec.kind {
            Kind::Lines => input::lines(&field.input, width, NOTE_LINES),
            kind => input::line(&field.input, width, kind.is_secret()),
        };
        if focused {
            let y = u16::try_from(sheet.items.len()).unwrap_or(u16::MAX);
            sheet.cursor = Some((label_width + shown.column, y + shown.line, true));
        }
        for line in shown.lines {
            let text = if focused {
                pad(&line, width, false)
            } else {
                line
            };
            let style = if focused {
                theme::input()
            } else {
                theme::plain()
            };
            head.push(Span::styled(text, style));
            sheet.items.push(Line::from(std::mem::take(&mut head)));
            head.push(Span::raw(blank.clone()));
        }
    } else {
        head.extend(chosen(model, field, width, focused));
        sheet.items.push(Line::from(head));
    }
    let mut hint = hint.filter(|_| field.problem.is_none());
    if field.spec.kind == Kind::NewPassword {
        let messages = &model.messages;
        let line = strength::bar(messages, field.strength, &blank);
        sheet.items.push(line);
        hint = strength::hint(messages, field.strength, field.problem.is_some());
    }
    if let Some(problem) = &field.problem {
        for (index, line) in wrap(problem, width.saturating_sub(2))
            .into_iter()
            .enumerate()
        {
            let sign = if index == 0 { "✗ " } else { "  " };
            let text = format!("{blank}{sign}{line}");
            sheet.items.push(Line::styled(text, theme::tone(Tone::Bad)));
        }
    }
    if let Some(hint) = hint {
        let text = format!("{blank}{}", fit(&hint, width));
        sheet.items.push(Line::styled(text, theme::dim()));
    }
    if let Some(Other { theirs, value }) = &field.other {
        let id = if *theirs {
            "other-theirs"
        } else {
            "other-mine"
        };
        let value = show(model, value, field.spec.kind);
        let text = model.messages.with(id, &[("value", Arg::Text(&value))]);
        let text = format!("{blank}⇄ {}", fit(&text, width.saturating_sub(2)));
        sheet.items.push(Line::styled(text, theme::warning()));
    }
}

/// What is chosen with a key rather than typed.
fn chosen(model: &Model, field: &Field, width: u16, focused: bool) -> Vec<Span<'static>> {
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
                option(model.messages.get("yes"), on),
                option(model.messages.get("no"), !on),
            ]
        }
        Kind::Role => {
            use epic_events::v1::Role;
            [Role::Gestion, Role::Commercial, Role::Support]
                .map(|role| option(model.messages.role(role), field.chosen == Value::Role(role)))
                .into()
        }
        _ => {
            let pick = format!("[{}]", model.messages.get("pick"));
            let room = width.saturating_sub(layout::columns(&pick) + 1);
            let value = show(model, &field.chosen, field.spec.kind);
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

/// A value as it stands in a form.
fn show(model: &Model, value: &Value, kind: Kind) -> String {
    match value {
        Value::Flag(true) => model.messages.get("yes"),
        Value::Flag(false) => model.messages.get("no"),
        Value::Nothing if kind == Kind::Flag => model.messages.get("no"),
        Value::Role(role) => model.messages.role(*role),
        Value::Text(text) => text.replace('\n', " "),
        value => value.to_input(model.messages.lang(), &model.now),
    }
}
