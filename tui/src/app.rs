//! The heart of the client: what it knows, what can happen, and what follows from it. No input or
//! output here, and no drawing; the time is told by messages.

mod account;
mod act;
pub mod availability;
mod choosing;
pub mod cmd;
mod dialog;
mod dispatch;
mod finding;
mod front;
pub mod history;
pub mod list;
mod live;
mod load;
mod menus;
pub mod model;
mod mouse;
mod offline;
pub mod overlay;
pub mod palette;
mod pending;
pub mod pick;
mod reply;
mod retry;
pub mod sessions;
mod typing;

use crossterm::event::KeyEvent;

pub use self::{
    cmd::{Cmd, Msg, Timer},
    model::{DemoAccount, Model, Start},
};
use crate::{
    api::{ApiRequest, RequestKind},
    keys,
};

/// Lets something happen. What is to be done outside comes back.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Cmd> {
    match msg {
        Msg::Clock(now) => model.now = now,
        Msg::Start if model.resume => {
            return vec![model.ask(
                RequestKind::Session,
                ApiRequest::GetMe(epic_events::v1::GetMeRequest {}),
            )];
        }
        Msg::Start | Msg::Tick => {}
        Msg::Resize(width, height) => {
            model.size = (width, height);
            let visible = model.visible();
            model
                .lists
                .iter_mut()
                .for_each(|list| list.show_row(visible));
            let more = model.list().wants_more(visible);
            return load::next_page_if(model, more);
        }
        Msg::Key(key) => return touched(model, |model| on_key(model, key)),
        Msg::Paste(text) => return touched(model, |model| typing::paste(model, &text)),
        Msg::Mouse(event) => return touched(model, |model| mouse::on_mouse(model, event)),
        Msg::Replied { ticket, result } => return reply::on_reply(model, ticket, result),
        Msg::Changes(news) => return live::on_news(model, news),
        Msg::Later(timer) => return on_timer(model, timer),
    }
    Vec::new()
}

/// Does what somebody at the keyboard wants.
fn touched(model: &mut Model, does: impl FnOnce(&mut Model) -> Vec<Cmd>) -> Vec<Cmd> {
    let mut cmds = does(model);
    cmds.extend(live::touch(model));
    cmds
}

fn on_key(model: &mut Model, key: KeyEvent) -> Vec<Cmd> {
    model.status = None;
    if let Some(cmds) = typing::letter(model, key) {
        return cmds;
    }
    match keys::find(model.place(), key) {
        Some(binding) => dispatch::run(model, binding.action),
        None => typing::edit(model, key),
    }
}

fn on_timer(model: &mut Model, timer: Timer) -> Vec<Cmd> {
    match timer {
        Timer::Search(tab, generation) if generation == model.lists[tab.index()].generation => {
            load::reload(model, tab, false)
        }
        Timer::Narrow(generation) => choosing::narrow_remote(model, generation),
        Timer::Palette(generation) => finding::search(model, generation),
        Timer::Retry(generation) => retry::on_timer(model, generation),
        Timer::Follow => live::follow(model),
        Timer::Search(..) => Vec::new(),
    }
}
