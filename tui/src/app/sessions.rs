//! Where somebody is signed in, and ending it there.

use epic_events::{
    policy,
    v1::{ListSessionsRequest, RevokeSessionRequest, Session},
};

use super::{
    availability::{self, Availability},
    cmd::Cmd,
    front,
    model::Model,
    overlay::{Confirm, Overlay, Yes, sessions::Sessions},
};
use crate::{
    api::{ApiRequest, RequestKind},
    keys::Action,
    messages::Arg,
    record::Record,
    tone::Tone,
};

/// The sessions that are on the screen.
pub(super) fn shown(model: &mut Model) -> Option<&mut Sessions> {
    let mut overlays = model.overlays.iter_mut();
    overlays.find_map(|overlay| match overlay {
        Overlay::Sessions(sessions) => Some(&mut **sessions),
        _ => None,
    })
}

/// Whose sessions the key shows: those of the collaborator one stands on, where the rights allow
/// it; else one's own.
fn whose(model: &Model) -> Option<(i64, String)> {
    let Some(Record::Collaborator(person)) = model.selected() else {
        return None;
    };
    let of = ["collaborator_id"];
    let may = policy::permit(model.actor()?, policy::LIST_SESSIONS, Some(person.id), &of).is_ok();
    (may && !model.is_me(person.id)).then(|| (person.id, person.name.clone()))
}

/// Opens the list.
pub(super) fn open(model: &mut Model) -> Vec<Cmd> {
    let sessions = Sessions {
        of: whose(model),
        all: None,
        selected: 0,
        refused: None,
    };
    model.overlays.push(Overlay::Sessions(Box::new(sessions)));
    refresh(model)
}

/// Asks for the sessions, where they are on the screen.
pub(super) fn refresh(model: &mut Model) -> Vec<Cmd> {
    let Some(sessions) = shown(model) else {
        return Vec::new();
    };
    let call = ApiRequest::ListSessions(ListSessionsRequest {
        collaborator_id: sessions.of.as_ref().map(|(id, _)| *id),
    });
    vec![model.ask(RequestKind::Sessions, call)]
}

/// Takes the sessions.
pub(super) fn take(model: &mut Model, found: Vec<Session>) -> Vec<Cmd> {
    if let Some(sessions) = shown(model) {
        sessions.take(found);
    }
    Vec::new()
}

/// Does an action of the list.
pub(super) fn run(model: &mut Model, action: Action) -> Vec<Cmd> {
    match availability::availability(model, action) {
        Availability::Enabled => {}
        Availability::Denied(denied) => {
            let text = model.messages.denied(&denied);
            model.say(text, Tone::Warn);
            return Vec::new();
        }
        Availability::NotApplicable(_) => return Vec::new(),
    }
    let by = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::Top => isize::MIN,
        Action::Bottom => isize::MAX,
        Action::Refresh => return refresh(model),
        Action::Choose => return ask_to_end(model),
        _ => return front::close(model),
    };
    if let Some(sessions) = shown(model) {
        sessions.step(by);
    }
    Vec::new()
}

fn ask_to_end(model: &mut Model) -> Vec<Cmd> {
    let Some(session) = shown(model).and_then(|it| it.current().cloned()) else {
        return Vec::new();
    };
    let messages = &model.messages;
    let text = if session.current {
        messages.get("question-end-this")
    } else {
        let device = messages.device(&session.device);
        messages.with("question-end", &[("device", Arg::Text(&device))])
    };
    let question = Confirm {
        title: messages.get("question-end-title"),
        text,
        yes: Yes::End {
            id: session.id,
            here: session.current,
        },
        busy: false,
    };
    model.overlays.push(Overlay::Confirm(Box::new(question)));
    Vec::new()
}

/// Ends a session.
pub(super) fn end(model: &mut Model, id: String) -> Vec<Cmd> {
    let call = ApiRequest::RevokeSession(RevokeSessionRequest { id });
    vec![model.ask(RequestKind::EndSession, call)]
}

/// The session has ended.
pub(super) fn ended(model: &mut Model, asked: &ApiRequest) -> Vec<Cmd> {
    close_question(model);
    if let (ApiRequest::RevokeSession(request), Some(sessions)) = (asked, shown(model)) {
        sessions.remove(&request.id);
    }
    let text = model.messages.get("status-session-ended");
    model.say(text, Tone::Good);
    Vec::new()
}

/// The server did not tell the sessions, or not end one: what there is now may say why.
pub(super) fn refused(model: &mut Model, purpose: RequestKind, sentence: String) -> Vec<Cmd> {
    if purpose == RequestKind::Sessions {
        if let Some(sessions) = shown(model) {
            sessions.all = None;
            sessions.refused = Some(sentence);
        }
        return Vec::new();
    }
    close_question(model);
    model.say(sentence, Tone::Bad);
    refresh(model)
}

fn close_question(model: &mut Model) {
    model.overlays.pop_if(|overlay| match overlay {
        Overlay::Confirm(question) => matches!(question.yes, Yes::End { .. }),
        _ => false,
    });
}
