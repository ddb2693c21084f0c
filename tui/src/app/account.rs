//! The user's session: signing in and out, its end, and the password.

use epic_events::v1::{LogoutRequest, Me};
use uuid::Uuid;

use super::{
    cmd::Cmd,
    model::{Live, Model},
    network::owner::RequestKind,
    overlay::{Overlay, form},
    sign_out::SignOutReason,
    tab::{PerTab, list::List, load},
};
use crate::{
    api::ApiRequest,
    form::Form,
    screens::login,
    tone::{Status, Tone},
};

/// Opens the lists after a login. Lists and overlays stay unchanged for a user whose session the
/// server has ended.
pub(super) fn signed_in(model: &mut Model, me: Me) -> Vec<Cmd> {
    let is_same_user = model.interrupted == Some(me.id);
    if !is_same_user {
        reset(model);
    }
    model.interrupted = None;
    model.resume = false;
    let must_change = me.must_change_password;
    model.me = Some(me);
    model.login.busy = false;
    for field in &mut model.login.fields {
        field.input.reset();
    }
    if is_same_user {
        load::invalidate_lists(model);
        model.overlays.refresh_all();
    } else if must_change {
        require_new_password(model);
        return Vec::new();
    }
    load::show_tab(model, model.tab)
}

/// Returns to the list in front after the user's password was changed.
pub(super) fn password_changed(model: &mut Model, me: Me) -> Vec<Cmd> {
    model.me = Some(me);
    let text = model.messages.get("status-password-changed");
    model.set_status(text, Tone::Good);
    load::show_tab(model, model.tab)
}

/// Shows the login screen after the server ended the session. Lists and overlays stay for the same
/// user.
pub(super) fn session_ended(model: &mut Model) -> Vec<Cmd> {
    model.resume = false;
    if model.overlays.any(|overlay| overlay.outlives_session()) {
        return Vec::new();
    }
    let Some(me) = model.me.take() else {
        return Vec::new();
    };
    model.interrupted = Some(me.id);
    model.pending.cancel(|_| true);
    for overlay in model.overlays.iter_mut() {
        overlay.component_mut().on_session_end();
    }
    model.login.busy = false;
    let text = model.messages.get("session-over");
    model.login.warn(text);
    model.login.fields[0].input = me.email.into();
    model.login.focus = 1;
    Vec::new()
}

/// Signs out, deletes the loaded data, and shows the login screen with this reason and email.
pub(super) fn sign_out(model: &mut Model, reason: SignOutReason, email: String) -> Vec<Cmd> {
    // This deletes the tokens in any case, also of a session that has ended already.
    let cmd = model.send(
        RequestKind::Logout(reason),
        ApiRequest::Logout(LogoutRequest {}),
    );
    reset(model);
    model.login.notice = Some(Status {
        text: model.messages.get(reason.message()),
        tone: Tone::Plain,
    });
    if !email.is_empty() {
        model.login.fields[0].input = email.into();
        model.login.focus = 1;
    }
    vec![cmd]
}

/// Shows that the session is still open on the server: on the login screen, or in the status line
/// if the user has signed in again.
pub(super) fn logout_failed(model: &mut Model, reason: SignOutReason) {
    if !reason.leaves_session() {
        return;
    }
    if model.me.is_none() {
        let text = model.messages.get("signed-out-here");
        model.login.warn(text);
    } else {
        let text = model.messages.get("previous-session-open");
        model.set_status(text, Tone::Warn);
    }
}

/// Deletes the loaded data and all input of the user.
fn reset(model: &mut Model) {
    model.me = None;
    model.interrupted = None;
    model.offline = None;
    model.live = Live::default();
    model.overlays.clear();
    model.opened = false;
    let zone = model.now.time_zone();
    model.lists = PerTab::new(|tab| List::new(tab, zone.clone()));
    model.previous_views.clear();
    model.pending.cancel(|owner| !owner.is_logout());
    let lang = model.messages.lang();
    model.login = Form::new(&login::LOGIN, None, None, Uuid::nil(), lang, &model.now);
}

/// Opens the form for a new password in front, unless it is open. It cannot be closed before the
/// one-time password is changed.
pub(super) fn require_new_password(model: &mut Model) {
    let is_mandatory = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if form.mandatory);
    if !model.overlays.iter().any(is_mandatory) {
        let form = form::required_password(&model.context());
        model.overlays.open(form.into(), None);
    }
}
