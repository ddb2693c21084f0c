//! Runs overlays and applies the effects that they return.

use super::{
    account,
    cmd::{Cmd, Timer},
    context::Context,
    effect::DEBOUNCE,
    model::Model,
    network::owner::{OverlayId, RequestOwner},
    overlay::{Component, Effect, stack::Hook},
    tab::{actions, load, previous},
};
use crate::tone::Status;

/// Runs a method of an overlay, and applies its effects. Does nothing if the overlay is closed.
pub(super) fn run_overlay(
    model: &mut Model,
    id: OverlayId,
    run: impl FnOnce(&mut dyn Component, &Context<'_>) -> Vec<Effect>,
) -> Vec<Cmd> {
    let (overlays, ctx) = model.overlays_and_context(id);
    let Some(overlay) = overlays.get_mut(id) else {
        return Vec::new();
    };
    let effects = run(overlay.component_mut(), &ctx);
    let mut cmds = Vec::new();
    for effect in effects {
        cmds.extend(apply_effect(model, id, effect));
    }
    cmds
}

/// Runs the scheduled hooks.
pub(super) fn run_hooks(model: &mut Model) -> Vec<Cmd> {
    let mut cmds = Vec::new();
    while let Some((id, hook)) = model.overlays.next_hook() {
        cmds.extend(run_overlay(model, id, |overlay, ctx| match hook {
            Hook::Open => overlay.on_open(ctx),
            Hook::Refresh => overlay.refresh(ctx),
        }));
    }
    cmds
}

fn apply_effect(model: &mut Model, source: OverlayId, effect: Effect) -> Vec<Cmd> {
    match effect {
        Effect::Close => model.close(source),
        Effect::Open(overlay) => model.overlays.open(overlay, Some(source)),
        Effect::Return(outcome) => {
            let opener = model.overlays.opener(source);
            model.close(source);
            if let Some(opener) = opener {
                return run_overlay(model, opener, |it, ctx| it.on_outcome(outcome, ctx));
            }
        }
        Effect::Request { slot, request } => {
            let owner = RequestOwner::Overlay(source, slot);
            return vec![model.send(owner, request)];
        }
        Effect::Debounce(generation) => {
            return vec![Cmd::After(DEBOUNCE, Timer::Overlay(source, generation))];
        }
        Effect::SetStatus(Status { text, tone }) => model.set_status(text, tone),
        Effect::Copy(text) => return vec![Cmd::Copy(text)],
        Effect::RunAction(action) => return actions::run_list_action(model, action),
        Effect::OpenLink(link) => return actions::open_link(model, link),
        Effect::ChangeList(change) => return actions::change_list(model, change),
        Effect::ReloadList => return load::reload(model, model.tab, true),
        Effect::Replace(record) => model.lists[record.tab()].replace(&record),
        Effect::ShowSaved(record) => return load::show_saved(model, &record),
        Effect::ShowCreated(record) => {
            if record.tab() != model.tab {
                previous::remember(model, record.tab(), false);
            }
            return load::show_created(model, record);
        }
        Effect::ShowDeleted(id) => return load::show_deleted(model, id),
        Effect::CancelRequests => model.pending.cancel(|_| true),
        Effect::SignOut { reason, email } => return account::sign_out(model, reason, email),
        Effect::PasswordChanged(me) => return account::password_changed(model, me),
    }
    Vec::new()
}
