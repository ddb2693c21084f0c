//! Loads the latest changes of the selected record.

use std::time::Duration;

use crate::app::{
    cmd::{Cmd, Timer},
    model::Model,
    network::owner::RequestKind,
    pane,
    recent_changes::Selection,
};

/// How long a record is selected before its changes are requested: longer than a key repeats.
const DELAY: Duration = Duration::from_millis(200);

/// Follows the selection, and schedules the request for its changes. Another record is shown from its
/// first line on.
pub(in crate::app) fn follow(model: &mut Model) -> Option<Cmd> {
    let is_shown = model.me.is_some() && pane::size(&model.context()).is_some();
    let selected = model.selected().filter(|_| is_shown);
    let selection = model.recent.compare(selected);
    if selection == Selection::Same {
        return None;
    }
    let selected = selected.cloned();
    if selection == Selection::Other {
        model.pane_top = 0;
    }
    let generation = model.next_generation();
    model.recent.select(selected.as_ref(), generation);
    let kind = RequestKind::Recent.into();
    model.pending.cancel(|owner| owner == kind);
    selected.map(|_| Cmd::After(DELAY, Timer::Recent(generation)))
}

/// Requests the changes, if the selection is still that of the timer.
pub(in crate::app) fn on_timer(model: &mut Model, generation: u64) -> Vec<Cmd> {
    let request = model.recent.request(generation);
    let cmd = request.map(|request| model.send(RequestKind::Recent, request));
    cmd.into_iter().collect()
}
