//! The login screen.

use ratatui::text::{Line, Span};

use crate::{
    app::{
        model::Model,
        overlay::{
            draw::{WIDTH, spinner},
            form::view::add_fields,
        },
    },
    theme,
    view::status,
    widgets::{
        popup::{PADDED_FRAME, Popup},
        text::pad,
    },
};

/// The login screen.
pub(super) fn popup(model: &Model) -> Popup {
    let mut popup = Popup::new("Epic Events".to_owned(), WIDTH.min(model.size.0));
    let hello = if model.resume {
        "login-resuming"
    } else {
        "login-intro"
    };
    popup.top.push(Line::default());
    popup.top.push(Line::raw(model.messages.get(hello)));
    let ctx = model.context();
    add_fields(&mut popup, &ctx, &model.login, true);
    let cause = status::cause(
        model,
        model.size.0,
        popup.width.saturating_sub(PADDED_FRAME),
    );
    // On a small screen there is room for one of the two.
    if cause.is_empty() && !model.demo.is_empty() {
        popup.bottom.push(Line::default());
        popup.bottom.push(Line::styled(
            model.messages.get("login-demo"),
            theme::strong(),
        ));
        for (index, account) in model.demo.iter().enumerate() {
            let role = pad(&model.messages.role(account.role), 12, false);
            let email = pad(&account.email, 32, false);
            popup.bottom.push(Line::from(vec![
                Span::styled(format!("{}  ", index + 1), theme::accent()),
                Span::raw(format!("{role}{email} ")),
                Span::styled(account.password.clone(), theme::muted()),
            ]));
        }
    }
    if !cause.is_empty() {
        popup.bottom.push(Line::default());
        let lines = cause.into_iter();
        let lines = lines.map(|line| Line::styled(line, theme::warning()));
        popup.bottom.extend(lines);
    } else if model.login.busy {
        popup.bottom.push(Line::default());
        let text = format!("{} {}", spinner(&ctx), model.messages.get("signing-in"));
        popup.bottom.push(Line::styled(text, theme::muted()));
    }
    popup
}
