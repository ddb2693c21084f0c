//! The login screen: its keys, and the accounts of the demo.

use epic_events::api_error::ApiError;

use super::{cmd::Cmd, model::Model, network::owner::RequestKind};
use crate::{keys::Action, record::value::Value};

/// Runs an action of the login screen.
pub(super) fn on_action(model: &mut Model, action: Action) -> Vec<Cmd> {
    match action {
        Action::Next => model.login.move_focus(1),
        Action::Previous => model.login.move_focus(-1),
        Action::Fill(index) => fill(model, index),
        Action::Quit => return vec![Cmd::Quit],
        Action::Save
            if !model.login.is_last() && model.login.fields[1].input.value().is_empty() =>
        {
            model.login.move_focus(1);
        }
        Action::Save if model.login.is_throttled(model.time()) => {}
        Action::Save => {
            model.login.notice = None;
            model.login.retry_at = None;
            let Some(request) = model.login.build(&model.messages, &model.now) else {
                return Vec::new();
            };
            model.login.busy = true;
            return vec![model.send(RequestKind::Login, request)];
        }
        _ => {}
    }
    Vec::new()
}

/// Fills in a demo account.
fn fill(model: &mut Model, index: usize) {
    let Some(account) = model.demo.get(index).cloned() else {
        return;
    };
    for (at, text) in [account.email, account.password].into_iter().enumerate() {
        model.login.fields[at].set(Value::Text(text), &model.now);
        model.login.fields[at].error = None;
    }
    model.login.focus = 1;
}

/// Runs after the input has changed.
pub(super) fn on_input(model: &mut Model) {
    model.login.focused_mut().error = None;
    model.login.notice = None;
    model.login.clear_elapsed_throttle(&model.now);
}

/// Shows the error of a failed login.
pub(super) fn on_error(model: &mut Model, error: ApiError) {
    let now = model.time();
    model.login.show_error(error, &model.messages, now);
}
