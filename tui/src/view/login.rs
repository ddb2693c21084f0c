//! The login screen: nothing is framed, and the wordmark is the only ornament.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
    widgets::Widget,
};

use crate::{
    app::{
        model::Model,
        overlay::form::view::{add_fields, notice},
    },
    layout::{POPUP_FRAME, POPUP_MARGIN, columns},
    messages::Lang,
    theme,
    view::status,
    widgets::{
        popup::{PADDED_FRAME, Popup},
        text::{fit, pad},
    },
};

/// Columns of the form, and those by which it is placed, so that its shorter lines are in the middle.
const WIDTH: u16 = 66;
const CENTERED: u16 = 54;
/// Rows of a screen that has room for the wordmark.
const TALL: u16 = 20;
/// The name of the program, in block characters.
const WORDMARK: [&str; 2] = [
    "█▀▀ █▀█ █ █▀▀   █▀▀ █ █ █▀▀ █▄ █ ▀█▀ █▀",
    "██▄ █▀▀ █ █▄▄   ██▄ ▀▄▀ ██▄ █ ▀█  █  ▄█",
];

/// The login screen.
pub(super) fn popup(model: &Model) -> Popup {
    let messages = &model.messages;
    let ctx = model.context();
    let x = model.size.0.saturating_sub(CENTERED) / 2;
    let mut popup = Popup::new(String::new(), WIDTH.min(model.size.0 - x));
    popup.is_plain = true;
    let width = popup.width.saturating_sub(PADDED_FRAME);
    if model.size.1 >= TALL {
        let lines = WORDMARK.map(|line| Line::styled(line, theme::accent()));
        popup.top.extend(lines);
        popup.top.push(Line::default());
    }
    let hello = if model.resume {
        "login-resuming"
    } else {
        "login-intro"
    };
    popup
        .top
        .push(Line::styled(messages.get(hello), theme::text()));
    popup.top.push(Line::default());
    add_fields(&mut popup, &ctx, &model.login, true);
    // A blank line, and that of the actions.
    popup.bottom = vec![Line::default(), Line::default()];
    let mut more = notice(&ctx, &model.login, width);
    let cause = status::cause(model, model.size.0, width);
    if !cause.is_empty() {
        let lines = cause.iter().cloned();
        more.extend(lines.map(|line| Line::styled(line, theme::warning())));
    }
    add_below(&mut popup, more);
    // The fields and the notice come first.
    let demo = if cause.is_empty() {
        demo_accounts(model)
    } else {
        Vec::new()
    };
    if fits(model, &popup, demo.len() + 1) {
        add_below(&mut popup, demo);
    }
    if !fits(model, &popup, 0) && model.size.1 >= TALL {
        popup.top.drain(..=WORDMARK.len());
    }
    popup.position = Some(Position::new(x, popup.area(model.size).y));
    popup
}

/// Adds lines below the actions, after a blank one.
fn add_below(popup: &mut Popup, lines: Vec<Line<'static>>) {
    if !lines.is_empty() {
        popup.bottom.push(Line::default());
        popup.bottom.extend(lines);
    }
}

/// Whether the screen has room for so many lines more.
fn fits(model: &Model, popup: &Popup, more: usize) -> bool {
    let rows = usize::from(model.size.1.saturating_sub(POPUP_MARGIN + POPUP_FRAME.1));
    popup.top.len() + popup.items.len() + popup.bottom.len() + more <= rows
}

/// The keys that fill in an account of the demo.
fn demo_accounts(model: &Model) -> Vec<Line<'static>> {
    let messages = &model.messages;
    if model.demo.is_empty() {
        return Vec::new();
    }
    let title = Line::styled(messages.get("login-demo"), theme::muted());
    let accounts = model.demo.iter().enumerate().map(|(index, account)| {
        let role = messages.role(account.role);
        Line::from(vec![
            Span::styled(format!("F{}  ", index + 1), theme::key()),
            Span::styled(pad(&role, 12, false), theme::text()),
            Span::styled(account.email.clone(), theme::muted()),
        ])
    });
    [title].into_iter().chain(accounts).collect()
}

/// Draws which server is used, whether the connection is encrypted, and the version.
pub(super) fn draw_foot(model: &Model, row: Rect, buffer: &mut Buffer) {
    let messages = &model.messages;
    let (scheme, host) = model
        .server
        .split_once("://")
        .unwrap_or(("", &model.server));
    let (host, state) = match scheme {
        _ if !model.demo.is_empty() => (messages.get("login-demo-server"), String::new()),
        "https" => (host.to_owned(), messages.get("login-encrypted")),
        _ => (host.to_owned(), messages.get("login-not-encrypted")),
    };
    let lang = match messages.lang() {
        Lang::En => "English",
        Lang::Fr => "Français",
    };
    let right = format!("epic {} · {lang} ", env!("CARGO_PKG_VERSION"));
    let room = row.width.saturating_sub(columns(&right) + 2);
    let left = fit(&format!("{host}  {state}"), room);
    Line::from(vec![Span::raw(" "), Span::styled(left, theme::muted())]).render(row, buffer);
    Line::styled(right, theme::muted())
        .right_aligned()
        .render(row, buffer);
}
