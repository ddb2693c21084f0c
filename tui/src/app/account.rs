//! One's own account: the password.

use super::{cmd::Cmd, model::Model, overlay::Overlay};
use crate::{form::Form, screens::login};

/// The form for a password of one's own.
fn password(model: &Model) -> Form {
    let (id, lang) = ((model.new_id)(), model.words.lang());
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
    form.warn(model.words.get("notice-must-change"));
    model.overlays.push(Overlay::Form(Box::new(form)));
    Vec::new()
}
