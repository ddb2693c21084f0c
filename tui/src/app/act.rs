//! What the actions of a tab's list do.

use std::time::Duration;

use super::{
    account,
    availability::{self, Availability},
    cmd::{Cmd, Timer},
    history,
    load::{forget_lists, next_page_if, reload, show_tab},
    menus,
    model::Model,
    overlay::{Confirm, Help, MenuChoice, Overlay, Palette, Removal, Yes},
    pick::{For, Picker},
    retry, sessions,
};
use crate::{
    api::RequestKind,
    form::{Form, spec::FormSpec},
    keys::Action,
    layout,
    messages::Arg,
    record::{Link, ParentFilter, Record, Tab},
    screens::spec::{ListQuery, Order},
    tone::Tone,
};

/// How long to wait for more typing before the server is asked.
pub(super) const DEBOUNCE: Duration = Duration::from_millis(180);

/// Does an action of the list, or says why it cannot be done.
pub(super) fn in_list(model: &mut Model, action: Action) -> Vec<Cmd> {
    match availability::availability(model, action) {
        Availability::Enabled => {}
        Availability::Denied(denied) => {
            let text = availability::refusal(model, action, &denied);
            model.say(text, Tone::Warn);
            return Vec::new();
        }
        Availability::NotApplicable(why) => {
            let text = model.messages.get(why);
            model.say(text, Tone::Dim);
            return Vec::new();
        }
    }
    let visible = model.visible();
    let page = isize::try_from(visible).unwrap_or(isize::MAX);
    match action {
        Action::Up => step(model, -1),
        Action::Down => step(model, 1),
        Action::PageUp => step(model, -page),
        Action::PageDown => step(model, page),
        Action::Top => step(model, isize::MIN),
        Action::Bottom => step(model, isize::MAX),
        Action::Tab1 => show_tab(model, Tab::Collaborators),
        Action::Tab2 => show_tab(model, Tab::Clients),
        Action::Tab3 => show_tab(model, Tab::Contracts),
        Action::Tab4 => show_tab(model, Tab::Events),
        Action::NextTab => show_tab(model, neighbour(model.tab, 1)),
        Action::PreviousTab => show_tab(model, neighbour(model.tab, 3)),
        Action::Open => open(model),
        Action::Back => back(model),
        Action::New => open_form(model, model.tab.screen().create, None),
        Action::Edit => open_form(model, model.tab.screen().edit, model.selected().cloned()),
        Action::Assign => assign(model),
        Action::Delete => delete(model),
        Action::ResetPassword => reset_password(model),
        Action::Search => {
            model.opened = false;
            model.list_mut().searching = true;
            Vec::new()
        }
        Action::Filter => open_overlay(model, Overlay::Menu(menus::filters(model))),
        Action::Sort => open_overlay(model, Overlay::Menu(menus::orders(model))),
        Action::Go => open_overlay(model, Overlay::Menu(menus::links(model))),
        Action::History => history::open(model),
        Action::Refresh => refresh(model),
        Action::Palette => open_overlay(model, Overlay::Palette(Palette::default())),
        Action::Help => open_overlay(model, Overlay::Help(Help::default())),
        Action::Sessions => sessions::open(model),
        Action::OwnPassword => account::change_password(model),
        Action::Mouse => toggle_mouse(model),
        Action::Logout => account::logout(model),
        Action::Quit => vec![Cmd::Quit],
        _ => Vec::new(),
    }
}

/// Does an action of the search line.
pub(super) fn in_search(model: &mut Model, action: Action) -> Vec<Cmd> {
    let tab = model.tab;
    let list = model.list_mut();
    list.searching = false;
    if action == Action::Cancel && !list.search.value().is_empty() {
        list.search.reset();
        return reload(model, tab, true);
    }
    Vec::new()
}

fn open_overlay(model: &mut Model, overlay: Overlay) -> Vec<Cmd> {
    model.overlays.push(overlay);
    Vec::new()
}

/// Opens a form; a new record needs the UUID of its request from the start.
pub(super) fn open_form(
    model: &mut Model,
    spec: &'static FormSpec,
    target: Option<Record>,
) -> Vec<Cmd> {
    let (id, lang) = ((model.new_id)(), model.messages.lang());
    let form = Form::new(spec, target, model.actor(), id, lang, &model.now);
    open_overlay(model, Overlay::Form(Box::new(form)))
}

const fn neighbour(tab: Tab, ahead: usize) -> Tab {
    Tab::ALL[(tab.index() + ahead) % Tab::ALL.len()]
}

fn step(model: &mut Model, by: isize) -> Vec<Cmd> {
    let visible = model.visible();
    let more = model.list_mut().step(by, visible);
    next_page_if(model, more)
}

fn open(model: &mut Model) -> Vec<Cmd> {
    model.opened = !layout::has_pane(model.size);
    Vec::new()
}

/// Closes the record, or else takes away what narrows the list, one thing at a time.
fn back(model: &mut Model) -> Vec<Cmd> {
    if model.opened {
        model.opened = false;
        return Vec::new();
    }
    let tab = model.tab;
    let list = model.list_mut();
    if list.search.value().is_empty() && list.wanted.within.take().is_none() {
        list.wanted.filters.clear();
    }
    list.search.reset();
    reload(model, tab, true)
}

fn refresh(model: &mut Model) -> Vec<Cmd> {
    let mut cmds = retry::retry_now(model);
    forget_lists(model);
    cmds.extend(show_tab(model, model.tab));
    cmds
}

fn assign(model: &mut Model) -> Vec<Cmd> {
    let Some(record) = model.selected().cloned() else {
        return Vec::new();
    };
    let Some(pick) = availability::assignee(&record) else {
        return Vec::new();
    };
    let messages = &model.messages;
    let name = Arg::Text(record.name());
    let title = match &record {
        Record::Event(event) => {
            let span = crate::screens::events::span(event);
            let when = span.map(|(start, end)| messages.span(start, end, model.now.time_zone()));
            let when = when.unwrap_or_default();
            messages.with(
                "pick-support",
                &[("name", name), ("when", Arg::Text(&when))],
            )
        }
        _ => messages.with("pick-commercial", &[("name", name)]),
    };
    let picker = Picker::new(pick, For::Record(Box::new(record)), title);
    open_picker(model, picker)
}

/// Opens a pick-list and asks for its lines.
pub(super) fn open_picker(model: &mut Model, picker: Picker) -> Vec<Cmd> {
    let lines = picker.call(String::new(), model.time());
    let week = picker.week_call(String::new(), &model.now);
    model.overlays.push(Overlay::Picker(Box::new(picker)));
    let mut cmds = vec![model.ask(RequestKind::Choices, lines)];
    if let Some(week) = week {
        cmds.push(model.ask(RequestKind::Week, week));
    }
    cmds
}

fn delete(model: &mut Model) -> Vec<Cmd> {
    let Some(Record::Collaborator(person)) = model.selected().cloned() else {
        return Vec::new();
    };
    let held = match person.role() {
        epic_events::v1::Role::Commercial => vec![
            (Tab::Clients, ParentFilter::Commercial(person.id)),
            (Tab::Contracts, ParentFilter::Commercial(person.id)),
            (Tab::Events, ParentFilter::Commercial(person.id)),
        ],
        epic_events::v1::Role::Support => vec![(Tab::Events, ParentFilter::Support(person.id))],
        _ => Vec::new(),
    };
    let now = model.time();
    let cmds = held
        .iter()
        .map(|&(tab, of)| {
            let ask = ListQuery {
                page_size: 1,
                page_token: String::new(),
                order: tab.screen().order,
                query: String::new(),
                filters: Vec::new(),
                within: Some(of),
                now,
            };
            model.ask(RequestKind::Holdings(tab), (tab.screen().call)(&ask))
        })
        .collect();
    model.overlays.push(Overlay::Removal(Box::new(Removal {
        person,
        holdings: held.into_iter().map(|(tab, _)| (tab, None)).collect(),
        successor: None,
        notice: None,
        busy: false,
    })));
    cmds
}

fn reset_password(model: &mut Model) -> Vec<Cmd> {
    let Some(record) = model.selected() else {
        return Vec::new();
    };
    let question = Confirm {
        title: model.messages.get("question-reset-title"),
        text: if model.is_me(record.id()) {
            model.messages.get("question-reset-yourself")
        } else {
            let name = Arg::Text(record.name());
            model.messages.with("question-reset", &[("name", name)])
        },
        yes: Yes::Reset(record.id()),
        busy: false,
    };
    open_overlay(model, Overlay::Confirm(Box::new(question)))
}

fn toggle_mouse(model: &mut Model) -> Vec<Cmd> {
    model.mouse = !model.mouse;
    let id = if model.mouse { "mouse-on" } else { "mouse-off" };
    let text = model.messages.get(id);
    model.say(text, Tone::Plain);
    vec![Cmd::Mouse(model.mouse)]
}

/// Takes a line of a menu.
pub(super) fn take(model: &mut Model, choice: MenuChoice) -> Vec<Cmd> {
    let tab = model.tab;
    let list = model.list_mut();
    match choice {
        MenuChoice::Sort(by) => {
            let again = list.wanted.order.by == by;
            let descending = again && !list.wanted.order.descending;
            list.wanted.order = Order { by, descending };
            reload(model, tab, true)
        }
        MenuChoice::All => {
            list.wanted.filters.clear();
            list.wanted.within = None;
            reload(model, tab, true)
        }
        MenuChoice::Filter(index) => {
            list.wanted.filters = vec![index];
            reload(model, tab, false)
        }
        MenuChoice::Link(link) => follow(model, *link),
        MenuChoice::Top => step(model, isize::MIN),
    }
}

/// Goes to a related record or list.
pub(super) fn follow(model: &mut Model, link: Link) -> Vec<Cmd> {
    model.tab = link.tab;
    model.opened = false;
    let list = model.list_mut();
    list.wanted.filters.clear();
    list.wanted.within = link.within;
    list.search = link.query.into();
    list.selected = None;
    if let Some(id) = link.select {
        list.seek(id);
    }
    reload(model, link.tab, true)
}

/// Asks for the list a moment after the last letter.
pub(super) fn search_soon(model: &mut Model) -> Vec<Cmd> {
    let tab = model.tab;
    let generation = model.next_generation();
    model.list_mut().generation = generation;
    vec![Cmd::After(DEBOUNCE, Timer::Search(tab, generation))]
}
