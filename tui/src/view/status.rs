//! The status line: that the server is offline, else the last message.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::{Clear, Widget},
};

use super::pane;
use crate::{
    app::{model::Model, network::offline::Offline},
    keys::KeyContext,
    layout,
    messages::Arg,
    theme,
    tone::{Status, Tone},
    widgets::text::{fit, shorten_name, wrap},
};

/// Draws the status line, with the position in the list to the right if the message leaves room for it.
/// While the server is offline, the line is a band, and a cause that does not fit is above it.
pub(super) fn draw(model: &Model, row: Rect, position: &str, buffer: &mut Buffer) {
    let beside = Rect {
        width: row.width.saturating_sub(layout::columns(position)),
        ..row
    };
    let mut has_room = true;
    if let Some(offline) = &model.offline {
        draw_offline(model, offline, row, beside, buffer);
        // The login screen and an open record have no room for it above the line.
        if model.me.is_some() && !covers_list(model) {
            draw_cause(model, beside, buffer);
        }
    } else if let Some(status) = &model.status {
        let message = message(status, beside.width, row.width);
        has_room = message.width() <= usize::from(beside.width);
        message.render(row, buffer);
    }
    if has_room {
        Line::styled(position.to_owned(), theme::muted())
            .right_aligned()
            .render(row, buffer);
    }
}

/// A message after the sign of its tone. It leaves the position in the list its room if shortening a name
/// is enough for that; otherwise it has the whole width.
fn message(status: &Status, beside: u16, width: u16) -> Line<'static> {
    let (sign, style, words) = match status.tone {
        Tone::Good => ("✓ ", theme::good(), theme::text()),
        Tone::Bad => ("✗ ", theme::bad(), theme::bad()),
        Tone::Warn => ("! ", theme::warning(), theme::warning()),
        Tone::Plain => ("", theme::text(), theme::text()),
        Tone::Dim => ("", theme::muted(), theme::muted()),
    };
    let before = 1 + layout::columns(sign);
    let room = width.saturating_sub(before);
    let beside = beside.saturating_sub(before);
    let text = if layout::columns(&status.text) <= beside {
        None
    } else {
        let shorten = |room| shorten_name(&status.text, room);
        shorten(beside).or_else(|| shorten(room))
    };
    let text = fit(text.as_ref().unwrap_or(&status.text), room);
    Line::from(vec![
        Span::raw(" "),
        Span::styled(sign, style),
        Span::styled(text, words),
    ])
}

fn draw_offline(model: &Model, offline: &Offline, row: Rect, beside: Rect, buffer: &mut Buffer) {
    let cause = &offline.outage.message;
    let rest = offline_text(model, offline, "");
    let text = if !is_too_long(model, offline, beside.width) {
        offline_text(model, offline, cause)
    } else if covers_list(model) {
        let room = beside.width.saturating_sub(layout::columns(&rest) + 1);
        offline_text(model, offline, &fit(cause, room))
    } else {
        // The cause is displayed above the line, or by the login screen.
        rest
    };
    let mut line = Line::styled(fit(&text, beside.width), theme::warning());
    for more in more_offline(model, offline) {
        let width: usize = more.iter().map(Span::width).sum();
        if line.width() + width <= usize::from(beside.width) {
            line.extend(more);
        }
    }
    buffer.set_style(row, theme::selected_behind());
    line.render(beside, buffer);
}

/// Whether a record is open over the list, up to the status line.
fn covers_list(model: &Model) -> bool {
    layout::areas(model.size).is_some_and(|areas| pane::is_over_list(model, &areas))
}

/// What follows the cause of an outage if there is room: the key that calls the server at once, and since
/// when the data on the screen may be old.
fn more_offline(model: &Model, offline: &Offline) -> [Vec<Span<'static>>; 2] {
    let since = offline.since.to_zoned(model.now.time_zone().clone());
    let since = since.strftime("%H:%M").to_string();
    let time = [("time", Arg::Text(&since))];
    let retry = model.messages.get("offline-retry-now");
    let shown = model.messages.with("offline-shown", &time);
    let key = vec![
        Span::raw("   "),
        Span::styled("r", theme::key()),
        Span::styled(format!(" {retry}"), theme::muted()),
    ];
    let age = vec![Span::styled(format!("   {shown}"), theme::muted())];
    // Elsewhere, `r` is a letter of a text.
    let has_key = model.key_context() == KeyContext::List;
    let is_shown = model.me.is_some() && model.list().total.is_some();
    [(has_key, key), (is_shown, age)].map(
        |(is_drawn, spans)| {
            if is_drawn { spans } else { Vec::new() }
        },
    )
}

/// Draws the cause of an outage above the status line, if it does not fit there.
fn draw_cause(model: &Model, status: Rect, buffer: &mut Buffer) {
    let screen = model.size.0;
    let lines = cause(model, status.width, screen.saturating_sub(4));
    let height = u16::try_from(lines.len()).unwrap_or(status.y).min(status.y);
    let area = Rect::new(0, status.y - height, screen, height);
    Clear.render(area, buffer);
    buffer.set_style(area, theme::selected_behind());
    for (row, line) in area.rows().zip(lines) {
        Line::styled(format!("   {line}"), theme::warning()).render(row, buffer);
    }
}

/// The cause of an outage in lines of this width; none if it fits into a status line of the other
/// width.
pub(super) fn cause(model: &Model, status_width: u16, width: u16) -> Vec<String> {
    let offline = model.offline.as_ref();
    let Some(offline) = offline.filter(|it| is_too_long(model, it, status_width)) else {
        return Vec::new();
    };
    let outage = &offline.outage;
    wrap(
        format!("{} {}", outage.message, outage.detail).trim(),
        width,
    )
}

/// Whether the cause does not fit into a status line of this width.
fn is_too_long(model: &Model, offline: &Offline, width: u16) -> bool {
    let text = offline_text(model, offline, &offline.outage.message);
    !offline.outage.detail.is_empty() || layout::columns(&text) > width
}

/// The cause, and when the server is called again.
fn offline_text(model: &Model, offline: &Offline, cause: &str) -> String {
    let seconds = Arg::Number(offline.seconds_until_retry(model.now.timestamp()));
    let zone = model.now.time_zone();
    let retry_at = zone.to_offset(offline.retry_at);
    let at = retry_at.to_datetime(offline.retry_at).strftime("%H:%M:%S");
    let id = if offline.is_retrying {
        "offline-trying"
    } else {
        "offline-next"
    };
    let args = [
        ("cause", Arg::Text(cause)),
        ("seconds", seconds),
        ("at", Arg::Text(&at.to_string())),
    ];
    format!(" ! {}", model.messages.with(id, &args).trim_start())
}
