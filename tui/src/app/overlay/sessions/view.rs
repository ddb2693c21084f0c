use epic_events::{v1::Session, value};
use ratatui::text::{Line, Span};

use super::{SESSIONS, Sessions};
use crate::{
    app::{
        context::Context,
        overlay::draw::{Draw, spinner, width},
    },
    layout::columns,
    messages::Arg,
    theme,
    widgets::{
        popup::{FRAME, Popup},
        text::{fit, wrap},
    },
};

/// Columns before each line, for the mark of the selected session.
const MARK: u16 = 2;
/// Columns by which the times are indented.
const INDENT: u16 = 2;

impl Draw for Sessions {
    fn popup(&self, ctx: &Context<'_>, _: bool) -> Popup {
        let width = width(ctx);
        let title = match &self.owner {
            Some((_, name)) => {
                let name = [("name", Arg::Text(name))];
                ctx.messages.with("sessions-of", &name)
            }
            None => ctx.messages.get("sessions-own"),
        };
        let mut popup = Popup::new(fit(&title, width - 6), width);
        popup.top.push(Line::default());
        for (index, session) in self.all.iter().flatten().enumerate() {
            let start = popup.items.len();
            let selected = index == self.selected;
            popup.items.extend(lines(ctx, session, width, selected));
            popup.item_of_line.resize(popup.items.len(), index);
            if selected {
                popup.focus = start..popup.items.len();
            }
        }
        if popup.items.is_empty() {
            self.draw_placeholder(&mut popup, ctx);
        }
        popup
    }
}

impl Sessions {
    /// Adds the reason why there are no sessions.
    fn draw_placeholder(&self, popup: &mut Popup, ctx: &Context<'_>) {
        let messages = ctx.messages;
        let waiting = ctx.waits_for(SESSIONS) || ctx.offline;
        let text = match (&self.error, &self.all) {
            (Some(sentence), _) => sentence.clone(),
            (None, Some(_)) => messages.get("sessions-none"),
            (None, None) if waiting => format!("{} {}", spinner(ctx), messages.get("loading")),
            (None, None) => return,
        };
        for line in wrap(&text, popup.width - FRAME - MARK) {
            let line = Line::styled(format!("  {line}"), theme::muted());
            popup.items.push(line);
        }
    }
}

/// The lines of a session: client, machine and address; then the times of its last use and of its creation,
/// below each other where they have no room in a line.
fn lines(ctx: &Context<'_>, session: &Session, width: u16, selected: bool) -> Vec<Line<'static>> {
    let messages = ctx.messages;
    let room = width.saturating_sub(FRAME + MARK);
    let (mark, style) = if selected {
        ("▌ ", theme::strong())
    } else {
        ("  ", theme::text())
    };
    let mark = || Span::styled(mark, theme::accent());
    let current = if session.current {
        format!("  {}", messages.get("session-current"))
    } else {
        String::new()
    };
    // The device is truncated, the address is not.
    let device_width = room.saturating_sub(columns(&session.address) + columns(&current) + 2);
    let device = fit(&messages.device(&session.device), device_width);
    let gap = device_width.saturating_sub(columns(&device)) + 2;
    let when = |wire| value::time(wire).map(|at| messages.relative_time(at, ctx.now));
    let sentence = |id, wire| {
        let when = when(wire).unwrap_or_default();
        messages.with(id, &[("when", Arg::Text(&when))])
    };
    let used = sentence("session-used", session.last_use_time.as_ref());
    let created = sentence("session-created", session.create_time.as_ref());
    let both = format!("{used} · {created}");
    let times = if columns(&both) + INDENT <= room {
        vec![both]
    } else {
        vec![used, created]
    };
    let first = Line::from(vec![
        mark(),
        Span::styled(device, style),
        Span::styled(current, theme::accent()),
        Span::raw(" ".repeat(gap.into())),
        Span::raw(session.address.clone()),
    ]);
    let times = times.into_iter().map(|text| {
        let text = format!("  {}", fit(&text, room.saturating_sub(INDENT)));
        Line::from(vec![mark(), Span::styled(text, theme::muted())])
    });
    [first].into_iter().chain(times).collect()
}
