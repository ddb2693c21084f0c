//! The behaviour of the client, without I/O and without drawing. The path of a keystroke:
//!
//! 1. `runtime` turns it into a [`Msg`] and calls [`update`]; the current time is a message too.
//! 2. [`update`] routes the message by focus: to the login screen, to the list in front
//!    (`tab`), or to the overlay in front ([`overlay`]).
//! 3. An overlay changes itself and returns effects (`effect`); `reaction` applies them to the
//!    [`Model`]: it closes and opens overlays, changes lists, sends requests.
//! 4. [`update`] returns [`Cmd`]s, such as requests and timers, which `runtime` executes.
//! 5. A response arrives as [`Msg::Response`]; `network::response` routes it to the tab or overlay
//!    that made the request, or postpones the request while the server is unavailable.
//! 6. `view` draws the model.

mod account;
pub(crate) mod availability;
mod burst;
pub mod cmd;
pub(crate) mod context;
pub(crate) mod effect;
mod login;
pub mod model;
pub(crate) mod network;
pub mod overlay;
pub(crate) mod pane;
mod previous_view;
mod reaction;
mod recent_changes;
mod sign_out;
mod status;
pub(crate) mod tab;
mod text_input;

use crossterm::event::KeyEvent;
use epic_events::v1::GetMeRequest;

use self::{
    cmd::Target,
    effect::ListChange,
    model::Focus,
    network::{
        owner::{OverlayId, RequestKind},
        response, retry,
    },
    tab::{actions, live, load, recent},
};
pub use self::{
    cmd::{Cmd, Msg, Timer},
    model::{DemoAccount, Model, Start},
};
use crate::{
    api::ApiRequest,
    keys::{self, Action},
    layout,
    tone::Tone,
};

/// Handles a message. Returns the commands for the runtime.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Cmd> {
    let is_input = matches!(
        msg,
        Msg::Key(_) | Msg::Paste(_) | Msg::Click(_) | Msg::Scroll(_) | Msg::ScrollPane(_)
    );
    if is_input && !matches!(msg, Msg::Key(_)) {
        model.quitting = None;
    }
    let mut cmds = route(model, msg);
    cmds.extend(reaction::run_hooks(model));
    cmds.extend(recent::follow(model));
    cmds.extend(status::start_timer(model));
    if is_input {
        cmds.extend(live::on_user_input(model));
    }
    cmds
}

fn route(model: &mut Model, msg: Msg) -> Vec<Cmd> {
    match msg {
        Msg::Clock(now) => model.now = now,
        Msg::Drawn => model.overlays.on_frame(),
        Msg::Arrived(frames) => model.overlays.on_arrival(frames),
        Msg::Start if model.resume => {
            let request = ApiRequest::GetMe(GetMeRequest {});
            return vec![model.send(RequestKind::Login, request)];
        }
        Msg::Start | Msg::Tick => {}
        Msg::Key(_) | Msg::Paste(_) | Msg::Click(_) | Msg::Scroll(_) | Msg::ScrollPane(_)
            if layout::areas(model.size).is_none() =>
        {
            return on_input_unseen(model, &msg);
        }
        Msg::Resize(width, height) => {
            model.size = (width, height);
            return load::on_resize(model);
        }
        Msg::Key(key) => return on_key(model, key),
        Msg::Paste(text) => return text_input::paste(model, &text),
        Msg::Click(target) => return on_click(model, target),
        Msg::Scroll(rows) => return on_scroll(model, rows),
        Msg::ScrollPane(rows) => actions::scroll_pane(model, rows),
        Msg::Response { id, result } => return response::on_response(model, id, result),
        Msg::Warning(text) => model.show_warning(text),
        Msg::Changes(events) => return live::on_changes(model, events),
        Msg::Timer(timer) => return on_timer(model, timer),
    }
    Vec::new()
}

/// Handles an input while the window is too small to show what it would change: only Ctrl-C has an effect,
/// unless an overlay is open, whose input would be lost.
fn on_input_unseen(model: &Model, msg: &Msg) -> Vec<Cmd> {
    match msg {
        Msg::Key(key) if keys::is_interrupt(*key) && model.quits_unseen() => {
            vec![Cmd::Quit]
        }
        _ => Vec::new(),
    }
}

fn on_key(model: &mut Model, key: KeyEvent) -> Vec<Cmd> {
    if keys::is_redraw(key) {
        return vec![Cmd::Redraw];
    }
    let key = keys::without_alt_gr(key);
    model.status = None;
    if let Some(cmds) = burst::on_key(model, key) {
        return cmds;
    }
    if let Some(cmds) = text_input::on_key(model, key) {
        return cmds;
    }
    match keys::find(model.key_context(), key) {
        Some(binding) => on_action(model, binding.action),
        None => text_input::edit(model, key),
    }
}

/// Runs an action in the focused component.
fn on_action(model: &mut Model, action: Action) -> Vec<Cmd> {
    match model.focus() {
        Focus::Login => login::on_action(model, action),
        Focus::Search => actions::run_search_action(model, action),
        Focus::List => actions::run_list_action(model, action),
        Focus::Overlay(id) => on_overlay_action(model, id, action),
    }
}

fn on_overlay_action(model: &mut Model, id: OverlayId, action: Action) -> Vec<Cmd> {
    let is_unseen = model.overlays.is_unseen(id);
    let front = model.overlays.front();
    if is_unseen && front.is_some_and(|it| it.component().is_answer(action)) {
        let text = model.messages.get("status-unseen");
        model.set_status(text, Tone::Warn);
        return Vec::new();
    }
    reaction::run_overlay(model, id, |it, ctx| it.on_action(action, ctx))
}

fn on_click(model: &mut Model, target: Target) -> Vec<Cmd> {
    model.status = None;
    match target {
        Target::Action(action) => on_action(model, action),
        Target::Line(line) => match model.focus() {
            Focus::Overlay(id) => {
                reaction::run_overlay(model, id, |it, ctx| it.on_click(line, ctx))
            }
            Focus::Login | Focus::List | Focus::Search => Vec::new(),
        },
        Target::Tab(tab) => {
            model.list_mut().searching = false;
            load::show_tab(model, tab)
        }
        Target::ShowAll => actions::change_list(model, ListChange::Filter(Vec::new())),
        Target::Filter(filter) => {
            let active = &model.list().criteria.filters;
            let chosen = model.tab.screen().chosen(filter, active);
            actions::change_list(model, ListChange::Filter(chosen))
        }
        Target::Order(column) => actions::change_list(model, ListChange::Sort(column)),
        Target::Outside => on_action(model, Action::Cancel),
        Target::Filters => actions::run_list_action(model, Action::Filter),
        Target::ColumnHeaders => actions::run_list_action(model, Action::Sort),
        Target::Row(row) => actions::on_row_click(model, row),
        Target::Pane | Target::Nothing => Vec::new(),
    }
}

fn on_scroll(model: &mut Model, rows: isize) -> Vec<Cmd> {
    match model.focus() {
        Focus::List | Focus::Search => {
            let visible = model.visible_rows();
            let needs_next = model.list_mut().scroll(rows, visible);
            load::request_next_page(model, needs_next)
        }
        Focus::Overlay(id) => reaction::run_overlay(model, id, |it, ctx| it.on_scroll(rows, ctx)),
        Focus::Login => Vec::new(),
    }
}

fn on_timer(model: &mut Model, timer: Timer) -> Vec<Cmd> {
    match timer {
        Timer::Search(tab, generation) if generation == model.lists[tab].generation => {
            load::reload(model, tab, false)
        }
        Timer::Search(..) => Vec::new(),
        Timer::Overlay(id, generation) => {
            reaction::run_overlay(model, id, |it, ctx| it.on_timer(generation, ctx))
        }
        Timer::Retry(generation) => retry::on_timer(model, generation),
        Timer::Refresh => live::refresh_visible(model),
        Timer::Quit(generation) => burst::on_timer(model, generation),
        Timer::Recent(generation) => recent::on_timer(model, generation),
        Timer::Status(generation) => {
            status::on_timer(model, generation);
            Vec::new()
        }
    }
}
