//! What lies over the tabs: finding it, and closing it.

use super::{
    cmd::Cmd,
    model::Model,
    overlay::{Overlay, Removal},
    pick::Picker,
};
use crate::{ask::Purpose, form::Form, keys::Place};

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
            Overlay::Pick(picker) => Some(&mut **picker),
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
            matches!(purpose, Purpose::Save | Purpose::Reread | Purpose::Session)
        }),
        Some(Overlay::Pick(_)) => model.forget(|purpose| {
            matches!(purpose, Purpose::Choices | Purpose::Week | Purpose::Assign)
        }),
        Some(Overlay::Removal(_)) => {
            model.forget(|purpose| matches!(purpose, Purpose::Holdings(_) | Purpose::Remove));
        }
        Some(Overlay::Palette(_)) => model.forget(|p| matches!(p, Purpose::Found(_))),
        Some(Overlay::Question(_)) => {
            model.forget(|p| matches!(p, Purpose::Reset | Purpose::EndSession));
        }
        Some(Overlay::History(_)) => model.forget(|p| p == Purpose::History),
        Some(Overlay::Sessions(_)) => model.forget(|p| p == Purpose::Sessions),
        _ => {}
    }
    Vec::new()
}

/// Closes the last overlay of this sort, and whatever was opened over it while the answer was on
/// its way.
pub(super) fn close_last(model: &mut Model, sort: Place) -> Option<Overlay> {
    let at = model.overlays.iter().rposition(|o| o.place() == sort)?;
    model.overlays.drain(at..).next()
}
