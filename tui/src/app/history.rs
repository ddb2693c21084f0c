//! The history of a record: who changed what, and when, the latest first.

use epic_events::v1::ListHistoryResponse;

use super::{
    cmd::Cmd,
    front,
    model::Model,
    overlay::{Overlay, history::History},
};
use crate::{
    api::{ApiRequest, RequestKind},
    keys::Action,
    view,
};

/// How near the end of what has come the next page is asked for.
const AHEAD: usize = 20;

/// The history that is on the screen.
pub(super) fn shown(model: &mut Model) -> Option<&mut History> {
    let mut overlays = model.overlays.iter_mut();
    overlays.find_map(|overlay| match overlay {
        Overlay::History(history) => Some(&mut **history),
        _ => None,
    })
}

/// Opens the history of the selected record.
pub(super) fn open(model: &mut Model) -> Vec<Cmd> {
    let Some(history) = model.selected().map(History::new) else {
        return Vec::new();
    };
    model.overlays.push(Overlay::History(Box::new(history)));
    refresh(model)
}

/// Asks for the latest entries.
pub(super) fn refresh(model: &mut Model) -> Vec<Cmd> {
    let Some(history) = shown(model) else {
        return Vec::new();
    };
    history.stale = false;
    let call = history.call(String::new());
    vec![model.ask(RequestKind::History, call)]
}

/// Asks again after the session was over, when the answer was given up.
pub(super) fn take_up(model: &mut Model) -> Vec<Cmd> {
    match shown(model) {
        Some(_) => refresh(model),
        None => Vec::new(),
    }
}

fn next_page_if_near(model: &mut Model) -> Vec<Cmd> {
    let waits = model.pending.waits_for(RequestKind::History);
    let Some(history) = shown(model).filter(|_| !waits) else {
        return Vec::new();
    };
    if !history.has_more() || history.selected + AHEAD < history.entries.len() {
        return Vec::new();
    }
    let call = history.call(history.next.clone());
    vec![model.ask(RequestKind::History, call)]
}

/// Takes a page.
pub(super) fn take(model: &mut Model, asked: &ApiRequest, page: ListHistoryResponse) -> Vec<Cmd> {
    let first = matches!(asked, ApiRequest::ListHistory(request) if request.page_token.is_empty());
    let Some(history) = shown(model) else {
        return Vec::new();
    };
    let total = u64::try_from(page.total_size).unwrap_or_default();
    history.total = Some((total, page.total_size_is_lower_bound));
    history.refused = None;
    if first {
        history.begin(page);
    } else {
        history.append(page);
    }
    next_page_if_near(model)
}

/// Does an action of the history.
pub(super) fn run(model: &mut Model, action: Action) -> Vec<Cmd> {
    let screen = isize::try_from(model.size.1 / 4).unwrap_or(1);
    let reach = view::reading_reach(model);
    let Some(history) = shown(model) else {
        return Vec::new();
    };
    let by = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -screen,
        Action::PageDown => screen,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        Action::Choose => {
            history.reading = match history.reading {
                None if history.current().is_some() => Some(0),
                _ => None,
            };
            return Vec::new();
        }
        _ if history.reading.take().is_some() => return Vec::new(),
        _ => return front::close(model),
    };
    match &mut history.reading {
        Some(line) => *line = line.saturating_add_signed(by).min(reach),
        None => history.step(by),
    }
    next_page_if_near(model)
}
