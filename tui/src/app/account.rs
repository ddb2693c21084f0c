//! One's own account: signing in and out, and the password.

use epic_events::v1::Me;
use uuid::Uuid;

use super::{
    cmd::Cmd,
    front, history,
    list::List,
    load,
    model::{Live, Model},
    overlay::Overlay,
    sessions,
};
use crate::{
    api::{ApiRequest, RequestKind},
    form::Form,
    keys::KeyContext,
    record::Tab,
    screens::login,
    tone::{Status, Tone},
};

/// Somebody has signed in, or has a new password.
pub(super) fn signed_in(model: &mut Model, me: Me, call: &ApiRequest) -> Vec<Cmd> {
    if matches!(call, ApiRequest::ChangePassword(_)) {
        front::close_last(model, KeyContext::Form);
        model.me = Some(me);
        let text = model.messages.get("status-password-changed");
        model.say(text, Tone::Good);
        return load::show_tab(model, model.tab);
    }
    // Whoever comes back after the session ended finds everything as it was.
    let back = model.left == Some(me.id);
    if !back {
        leave(model);
    }
    model.left = None;
    model.resume = false;
    model.me = Some(me);
    model.login.busy = false;
    for field in &mut model.login.fields {
        field.input.reset();
    }
    if back {
        load::forget_lists(model);
        let mut cmds = load::show_tab(model, model.tab);
        cmds.extend(history::take_up(model));
        cmds.extend(sessions::refresh(model));
        return cmds;
    }
    enter(model)
}

/// Shows the work of somebody who has just signed in.
fn enter(model: &mut Model) -> Vec<Cmd> {
    if model.me.as_ref().is_some_and(|me| me.must_change_password) {
        return must_change_password(model);
    }
    load::show_tab(model, model.tab)
}

/// The session ended by itself: everything waits for whoever was signed in.
pub(super) fn session_over(model: &mut Model) -> Vec<Cmd> {
    model.resume = false;
    let own = |overlay: &Overlay| matches!(overlay, Overlay::Secret(secret) if secret.own);
    if model.overlays.iter().any(own) {
        return Vec::new();
    }
    // Signing out of a session that is over is what was wanted; a kept one may well be.
    let Some(me) = model.me.take() else {
        return Vec::new();
    };
    model.left = Some(me.id);
    model.pending.forget(|_| true);
    for overlay in &mut model.overlays {
        match overlay {
            Overlay::Form(form) => form.busy = false,
            Overlay::Picker(picker) => picker.busy = false,
            Overlay::Removal(removal) => removal.busy = false,
            Overlay::Confirm(question) => question.busy = false,
            _ => {}
        }
    }
    model.login.busy = false;
    let text = model.messages.get("session-over");
    model.login.warn(text);
    model.login.fields[0].input = me.email.into();
    model.login.focus = 1;
    Vec::new()
}

/// Ends the session and forgets everything that was read.
pub(super) fn logout(model: &mut Model) -> Vec<Cmd> {
    end(model, "signed-out", String::new())
}

/// Goes back to signing in, saying why, with this email filled in.
pub(super) fn end(model: &mut Model, why: &str, email: String) -> Vec<Cmd> {
    // A session that is over already is taken off the disk by this too.
    let cmd = model.ask(
        RequestKind::Logout,
        ApiRequest::Logout(epic_events::v1::LogoutRequest {}),
    );
    leave(model);
    model.login.notice = Some(Status {
        text: model.messages.get(why),
        tone: Tone::Plain,
    });
    if !email.is_empty() {
        model.login.fields[0].input = email.into();
        model.login.focus = 1;
    }
    vec![cmd]
}

/// Forgets everything of the one who was signed in.
fn leave(model: &mut Model) {
    model.me = None;
    model.left = None;
    model.offline = None;
    model.live = Live::default();
    model.overlays.clear();
    model.opened = false;
    model.lists = Tab::ALL.map(List::new);
    model
        .pending
        .forget(|purpose| purpose != RequestKind::Logout);
    let lang = model.messages.lang();
    model.login = Form::new(&login::LOGIN, None, None, Uuid::nil(), lang, &model.now);
}

/// The form for a password of one's own.
fn password(model: &Model) -> Form {
    let (id, lang) = ((model.new_id)(), model.messages.lang());
    let form = Form::new(&login::PASSWORD, None, model.actor(), id, lang, &model.now);
    form.by(model.me.clone())
}

/// Opens the form for a password of one's own.
pub(super) fn change_password(model: &mut Model) -> Vec<Cmd> {
    let form = password(model);
    model.overlays.push(Overlay::Form(Box::new(form)));
    Vec::new()
}

/// Opens it over everything else, once, with no way around it: the password was handed out.
pub(super) fn must_change_password(model: &mut Model) -> Vec<Cmd> {
    let forced = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if form.forced);
    if model.overlays.iter().any(forced) {
        return Vec::new();
    }
    let mut form = password(model);
    form.forced = true;
    form.warn(model.messages.get("notice-must-change"));
    model.overlays.push(Overlay::Form(Box::new(form)));
    Vec::new()
}
