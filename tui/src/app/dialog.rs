//! What actions do in what lies over the tabs: forms, pick-lists, menus, questions.

use std::mem;

use epic_events::v1::{DeleteCollaboratorRequest, ResetPasswordRequest};

use super::{
    account, act, choosing,
    cmd::Cmd,
    finding, front, history,
    model::Model,
    overlay::{Calendar, Confirm, Overlay, Removal, Yes},
    pick::{For, Picker},
    sessions,
};
use crate::{
    api::{ApiRequest, RequestKind},
    form::{
        Form,
        field::next_role,
        spec::{Kind, PickSource},
    },
    keys::Action,
    record::{Record, value::Value},
    tone::Tone,
};

/// Does an action of the login screen.
pub(super) fn in_login(model: &mut Model, action: Action) -> Vec<Cmd> {
    match action {
        Action::Next => model.login.step(1),
        Action::Previous => model.login.step(-1),
        Action::Fill1 => fill(model, 0),
        Action::Fill2 => fill(model, 1),
        Action::Fill3 => fill(model, 2),
        Action::Quit => return vec![Cmd::Quit],
        Action::Save
            if !model.login.is_last() && model.login.fields[1].input.value().is_empty() =>
        {
            model.login.step(1);
        }
        Action::Save if model.login.is_waiting(model.now.timestamp()) => {}
        Action::Save => {
            model.login.notice = None;
            model.login.again = None;
            let Some(call) = model.login.build(&model.messages, &model.now) else {
                return Vec::new();
            };
            model.login.busy = true;
            return vec![model.ask(RequestKind::Session, call)];
        }
        _ => {}
    }
    Vec::new()
}

/// Fills in a demo account.
pub(super) fn fill(model: &mut Model, index: usize) {
    let Some(account) = model.demo.get(index).cloned() else {
        return;
    };
    for (at, text) in [account.email, account.password].into_iter().enumerate() {
        model.login.fields[at].put(Value::Text(text), &model.now);
        model.login.fields[at].problem = None;
    }
    model.login.focus = 1;
}

/// Does an action of the overlay in front.
pub(super) fn in_overlay(model: &mut Model, action: Action) -> Vec<Cmd> {
    match model.overlays.last_mut() {
        Some(Overlay::Form(_)) => in_form(model, action),
        Some(Overlay::Picker(_)) => choosing::in_pick(model, action),
        Some(Overlay::Menu(_)) => choosing::in_menu(model, action),
        Some(Overlay::Confirm(_)) => in_question(model, action),
        Some(Overlay::Removal(_)) => in_removal(model, action),
        Some(Overlay::Secret(secret)) => match action {
            Action::Copy => {
                secret.copied = true;
                vec![Cmd::Copy(secret.password.clone())]
            }
            _ if secret.own => {
                let email = secret.email.clone();
                account::end(model, "password-replaced", email)
            }
            _ => front::close(model),
        },
        Some(Overlay::Palette(_) | Overlay::Help(_)) => finding::in_finder(model, action),
        Some(Overlay::Calendar(_)) => in_calendar(model, action),
        Some(Overlay::History(_)) => history::run(model, action),
        Some(Overlay::Sessions(_)) => sessions::run(model, action),
        None => Vec::new(),
    }
}

fn in_form(model: &mut Model, action: Action) -> Vec<Cmd> {
    let now = model.now.clone();
    let messages = model.messages.clone();
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    if action == Action::Cancel {
        return cancel_form(model);
    }
    if form.busy {
        return Vec::new();
    }
    match action {
        Action::Next | Action::Previous => {
            leave_field(model);
            if let Some(form) = front::focused_form(model) {
                form.step(if action == Action::Next { 1 } else { -1 });
            }
        }
        Action::Save => return save(model),
        Action::Choose => match form.focused().spec.kind {
            Kind::Link(pick) => return pick_for_field(model, pick),
            _ if form.is_last() => return save(model),
            _ => return in_form(model, Action::Next),
        },
        Action::Toggle => {
            let field = form.focused_mut();
            field.chosen = match (&field.spec.kind, &field.chosen) {
                (Kind::Flag, chosen) => Value::Flag(*chosen != Value::Flag(true)),
                (Kind::Role, Value::Role(role)) => Value::Role(next_role(Some(*role))),
                (Kind::Role, _) => Value::Role(next_role(None)),
                (_, chosen) => chosen.clone(),
            };
            field.visited = true;
            form.notice = form.notice.take().filter(|_| form.forced);
            form.check(&messages, &now);
        }
        Action::Calendar if form.focused().spec.kind.is_day() => {
            let day = match form.focused().value(&now) {
                Ok(Value::Date(date)) => date,
                Ok(Value::Moment(time)) => time.to_zoned(now.time_zone().clone()).date(),
                _ => now.date(),
            };
            model.overlays.push(Overlay::Calendar(Calendar { day }));
        }
        Action::Theirs => {
            form.focused_mut().swap(&now);
            form.check(&messages, &now);
        }
        _ => {}
    }
    Vec::new()
}

/// Checks the field that is left, with the code that the server runs.
fn leave_field(model: &mut Model) {
    let now = model.now.clone();
    let messages = model.messages.clone();
    if let Some(form) = front::focused_form(model) {
        form.focused_mut().visited = true;
        form.tidy(form.focus, &now);
        form.check(&messages, &now);
    }
}

/// Goes to a field, leaving the one before as Tab does.
pub(super) fn focus_field(model: &mut Model, index: usize) {
    leave_field(model);
    if let Some(form) = front::focused_form(model) {
        form.go_to(index);
    }
}

fn cancel_form(model: &mut Model) -> Vec<Cmd> {
    let Some(Overlay::Form(form)) = model.overlays.last() else {
        return Vec::new();
    };
    if form.forced {
        return account::logout(model);
    }
    let (title, text) = if form.busy && model.offline.is_some() {
        ("question-waiting-title", "question-waiting")
    } else if form.busy {
        ("question-saving-title", "question-saving")
    } else if form.is_dirty(&model.now) {
        ("question-discard-title", "question-discard")
    } else {
        return front::close(model);
    };
    let question = Confirm {
        title: model.messages.get(title),
        text: model.messages.get(text),
        yes: Yes::Discard,
        busy: false,
    };
    model.overlays.push(Overlay::Confirm(Box::new(question)));
    Vec::new()
}

fn save(model: &mut Model) -> Vec<Cmd> {
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    if form.is_waiting(model.now.timestamp()) {
        return Vec::new();
    }
    form.notice = None;
    form.again = None;
    if form.target.is_some() && !form.is_dirty(&model.now) {
        let text = model.messages.get("nothing-to-save");
        model.say(text, Tone::Dim);
        return front::close(model);
    }
    let Some(call) = form.build(&model.messages, &model.now) else {
        return Vec::new();
    };
    form.busy = true;
    let purpose = match call {
        ApiRequest::ChangePassword(_) => RequestKind::Session,
        _ => RequestKind::Save,
    };
    vec![model.ask(purpose, call)]
}

fn pick_for_field(model: &mut Model, pick: PickSource) -> Vec<Cmd> {
    let title = model.messages.get(match pick {
        PickSource::Client => "pick-client",
        PickSource::Contract => "pick-contract",
        PickSource::Commercial | PickSource::Support | PickSource::Successor => "pick-successor",
    });
    let target = front::focused_form(model).and_then(|form| form.target.clone());
    let mut picker = Picker::new(pick, For::Field, title);
    if let (PickSource::Successor, Some(Record::Collaborator(person))) = (pick, target) {
        picker = picker.leaving(person.id, person.role());
    }
    act::open_picker(model, picker)
}

fn in_question(model: &mut Model, action: Action) -> Vec<Cmd> {
    if action == Action::Cancel {
        return front::close(model);
    }
    let Some(Overlay::Confirm(question)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    if action != Action::Yes || mem::replace(&mut question.busy, true) {
        return Vec::new();
    }
    match question.yes.clone() {
        Yes::Discard => {
            model.overlays.pop();
            front::close(model)
        }
        Yes::Assign(call) => {
            model.overlays.pop();
            if let Some(Overlay::Picker(picker)) = model.overlays.last_mut() {
                picker.busy = true;
            }
            vec![model.ask(RequestKind::Assign, call)]
        }
        // To end the session that one is in is to sign out.
        Yes::End { here: true, .. } => account::logout(model),
        Yes::End { id, .. } => sessions::end(model, id),
        Yes::Reset(id) => {
            let call = ApiRequest::ResetPassword(ResetPasswordRequest { id });
            vec![model.ask(RequestKind::Reset, call)]
        }
    }
}

fn in_removal(model: &mut Model, action: Action) -> Vec<Cmd> {
    let Some(Overlay::Removal(removal)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    let Removal {
        person, successor, ..
    } = &**removal;
    match action {
        Action::Cancel => front::close(model),
        Action::Successor if !removal.busy && !removal.holds_nothing() => {
            let title = model.messages.get("pick-successor");
            let picker = Picker::new(PickSource::Successor, For::Removal, title);
            let picker = picker.leaving(person.id, person.role());
            act::open_picker(model, picker)
        }
        Action::Yes if !removal.busy => {
            let call = ApiRequest::DeleteCollaborator(DeleteCollaboratorRequest {
                id: person.id,
                etag: person.etag.clone(),
                successor_id: successor.as_ref().map(|(id, _)| *id),
            });
            removal.busy = true;
            removal.notice = None;
            vec![model.ask(RequestKind::Remove, call)]
        }
        _ => Vec::new(),
    }
}

fn in_calendar(model: &mut Model, action: Action) -> Vec<Cmd> {
    let Some(Overlay::Calendar(calendar)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    match action {
        Action::Cancel => front::close(model),
        Action::Choose => {
            let day = calendar.day;
            model.overlays.pop();
            put_day(model, day);
            Vec::new()
        }
        _ => {
            calendar.step(action);
            Vec::new()
        }
    }
}

/// Puts the day into the field, keeping its time; a moment without one starts at nine.
fn put_day(model: &mut Model, day: jiff::civil::Date) {
    let now = model.now.clone();
    let zone = now.time_zone().clone();
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else {
        return;
    };
    let form: &mut Form = form;
    let time = match form.focused().value(&now) {
        Ok(Value::Moment(time)) => time.to_zoned(zone.clone()).time(),
        _ => jiff::civil::time(9, 0, 0, 0),
    };
    let value = match form.focused().spec.kind {
        Kind::Date => Value::Date(day),
        _ => match day.to_datetime(time).to_zoned(zone) {
            Ok(at) => Value::Moment(at.timestamp()),
            Err(_) => return,
        },
    };
    form.focused_mut().put(value, &now);
    form.check(&model.messages, &now);
}
