//! Somebody's sessions as a sheet, two lines each: which client on which machine; from where, and
//! when it was last used.

use epic_events::{v1::Session, value};
use ratatui::text::{Line, Span};

use crate::{
    api::RequestKind,
    app::{model::Model, overlay::sessions::Sessions},
    layout::columns,
    messages::Arg,
    theme,
    widgets::{
        popup::{FRAME, Popup},
        text::{fit, wrap},
    },
};

/// How wide it is, where there is room.
const WIDTH: u16 = 76;
/// Columns before each line, for the mark of the session one stands on.
const MARK: u16 = 2;

/// The sessions.
pub(super) fn sheet(model: &Model, sessions: &Sessions) -> Popup {
    let messages = &model.messages;
    let width = WIDTH.min(model.size.0.saturating_sub(4));
    let title = match &sessions.of {
        Some((_, name)) => messages.with("sessions-of", &[("name", Arg::Text(name))]),
        None => messages.get("sessions-own"),
    };
    let mut sheet = Popup::new(fit(&title, width - 6), width);
    sheet.top.push(Line::default());
    for (index, session) in sessions.all.iter().flatten().enumerate() {
        let start = sheet.items.len();
        let selected = index == sessions.selected;
        sheet.items.extend(lines(model, session, width, selected));
        sheet.of.resize(sheet.items.len(), index);
        if selected {
            sheet.focus = start..sheet.items.len();
        }
    }
    if sheet.items.is_empty() {
        nothing(model, sessions, &mut sheet);
    }
    sheet
}

/// Why there are none.
fn nothing(model: &Model, sessions: &Sessions, sheet: &mut Popup) {
    let messages = &model.messages;
    let waiting = model.pending.waits_for(RequestKind::Sessions) || model.offline.is_some();
    let text = match (&sessions.refused, &sessions.all) {
        (Some(sentence), _) => sentence.clone(),
        (None, Some(_)) => messages.get("sessions-none"),
        (None, None) if waiting => format!("{} {}", super::spinner(model), messages.get("loading")),
        (None, None) => return,
    };
    for line in wrap(&text, sheet.width - FRAME - MARK) {
        let line = Line::styled(format!("  {line}"), theme::dim());
        sheet.items.push(line);
    }
}

fn lines(model: &Model, session: &Session, width: u16, selected: bool) -> [Line<'static>; 2] {
    let messages = &model.messages;
    let room = width.saturating_sub(FRAME + MARK);
    let (mark, style) = if selected {
        ("▌ ", theme::title())
    } else {
        ("  ", theme::plain())
    };
    let mark = || Span::styled(mark, theme::accent());
    let here = if session.current {
        format!("  ● {}", messages.get("session-here"))
    } else {
        String::new()
    };
    // The address is whole, whatever the device is called.
    let left = room.saturating_sub(columns(&session.address) + columns(&here) + 2);
    let device = fit(&messages.device(&session.device), left);
    let gap = left.saturating_sub(columns(&device)) + 2;
    let when = |wire| value::time(wire).map(|at| messages.when(at, &model.now));
    let told = |id, wire| {
        let when = when(wire).unwrap_or_default();
        messages.with(id, &[("when", Arg::Text(&when))])
    };
    let used = told("session-used", session.last_use_time.as_ref());
    let begun = told("session-begun", session.create_time.as_ref());
    let detail = fit(&format!("  {used} · {begun}"), room);
    [
        Line::from(vec![
            mark(),
            Span::styled(device, style),
            Span::styled(here, theme::accent()),
            Span::raw(" ".repeat(gap.into())),
            Span::raw(session.address.clone()),
        ]),
        Line::from(vec![mark(), Span::styled(detail, theme::dim())]),
    ]
}
