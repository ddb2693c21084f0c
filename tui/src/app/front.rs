//! What lies over the tabs: finding it, and closing it.

use super::{
    cmd::Cmd,
    model::Model,
    overlay::{Overlay, Removal},
    pick::Picker,
};
use crate::{api::RequestKind, form::Form, keys::KeyContext};

/// The form that keys go to.
pub(super) fn focused_form(model: &mut Model) -> Option<&mut Form> {
    match model.overlays.last_mut() {
        _ if model.me.is_none() => Some(&mut model.login),
        Some(Overlay::Form(form)) => Some(form),
        _ => None,
    }
}

/// The pick-list that is on the screen.
pub(super) fn picker(model: &mut Model) -> Option<&mut Picker> {
    model
        .overlays
        .iter_mut()
        .rev()
        .find_map(|overlay| match overlay {
            Overlay::Picker(picker) => Some(&mut **picker),
            _ => None,
        })
}

/// The deletion that is on the screen.
pub(super) fn removal(model: &mut Model) -> Option<&mut Removal> {
    model
        .overlays
        .iter_mut()
        .rev()
        .find_map(|overlay| match overlay {
            Overlay::Removal(removal) => Some(&mut **removal),
            _ => None,
        })
}

/// Closes the overlay in front, and no longer waits for answers to it.
pub(super) fn close(model: &mut Model) -> Vec<Cmd> {
    match model.overlays.pop() {
        Some(Overlay::Form(_)) => model.forget(|purpose| {
            matches!(
                purpose,
                RequestKind::Save | RequestKind::Reread | RequestKind::Session
            )
        }),
        Some(Overlay::Picker(_)) => model.forget(|purpose| {
            matches!(
                purpose,
                RequestKind::Choices | RequestKind::Week | RequestKind::Assign
            )
        }),
        Some(Overlay::Removal(_)) => {
            model.forget(|purpose| {
                matches!(purpose, RequestKind::Holdings(_) | RequestKind::Remove)
            });
        }
        Some(Overlay::Palette(_)) => model.forget(|p| matches!(p, RequestKind::Found(_))),
        Some(Overlay::Confirm(_)) => {
            model.forget(|p| matches!(p, RequestKind::Reset | RequestKind::EndSession));
        }
        Some(Overlay::History(_)) => model.forget(|p| p == RequestKind::History),
        Some(Overlay::Sessions(_)) => model.forget(|p| p == RequestKind::Sessions),
        _ => {}
    }
    Vec::new()
}

/// Closes the last overlay of this sort, and whatever was opened over it while the answer was on
/// its way.
pub(super) fn close_last(model: &mut Model, sort: KeyContext) -> Option<Overlay> {
    let at = model.overlays.iter().rposition(|o| o.place() == sort)?;
    model.overlays.drain(at..).next()
}
