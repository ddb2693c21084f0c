//! From a key's action to what it does, by where keys go.

use super::{act, cmd::Cmd, dialog, model::Model};
use crate::keys::{Action, KeyContext};

/// Does what an action of this place means, or says why not.
pub(super) fn run(model: &mut Model, action: Action) -> Vec<Cmd> {
    match model.place() {
        KeyContext::List => act::in_list(model, action),
        KeyContext::Login => dialog::in_login(model, action),
        KeyContext::Search => act::in_search(model, action),
        _ => dialog::in_overlay(model, action),
    }
}
