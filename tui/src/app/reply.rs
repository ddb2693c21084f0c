//! Answers of the server, to where they were asked.

use epic_events::{api_error::ApiError, reason::Reason};

use super::{
    account,
    cmd::Cmd,
    front, history,
    list::{After, Age},
    load,
    model::Model,
    overlay::{Overlay, Secret},
    pending::PendingRequest,
    pick::For,
    retry, sessions,
};
use crate::{
    api::{ApiRequest, ApiResponse, Page, RequestKind},
    client::RequestError,
    keys::KeyContext,
    messages::Arg,
    record::Record,
    tone::Tone,
};

/// Handles a reply; one to a request that was cancelled only shows that the server answers.
pub(super) fn on_reply(
    model: &mut Model,
    ticket: u64,
    result: Result<ApiResponse, RequestError>,
) -> Vec<Cmd> {
    let question = model.pending.take(ticket);
    let result = match result {
        Err(RequestError::Unavailable { message }) => {
            // The tokens are gone already: signing out is not tried again.
            let question = question.filter(|it| it.purpose != RequestKind::Logout);
            if let Some(question) = question {
                return retry::postpone(model, question, message);
            }
            retry::give_up_if_idle(model);
            return Vec::new();
        }
        Err(RequestError::Api(refusal)) => Err(Some(refusal)),
        Err(RequestError::SessionEnded) => Err(None),
        Ok(reply) => Ok(reply),
    };
    let was_offline = retry::is_back(model);
    let mut cmds = match (question, result) {
        (None, _) => Vec::new(),
        (Some(question), Ok(reply)) => take(model, &question, reply),
        (Some(question), Err(Some(refusal))) => refused(model, &question, refusal),
        (Some(_), Err(None)) => account::session_over(model),
    };
    if was_offline {
        // After the reply, which may have cancelled or replaced what waits.
        cmds.extend(model.pending.resend(model.time()));
    }
    cmds
}

fn take(model: &mut Model, question: &PendingRequest, reply: ApiResponse) -> Vec<Cmd> {
    match (question.purpose, reply) {
        (RequestKind::Session, ApiResponse::Me(me)) => {
            account::signed_in(model, me, &question.call)
        }
        (RequestKind::Page(tab), ApiResponse::Page(page)) => {
            let visible = model.visible();
            let appended = has_token(&question.call);
            let list = &mut model.lists[tab.index()];
            let after = list.take(page, appended, visible);
            let more = after == After::More || (tab == model.tab && list.wants_more(visible));
            match list.next_page().filter(|_| more) {
                Some(call) => vec![model.ask(RequestKind::Page(tab), call)],
                None => Vec::new(),
            }
        }
        (RequestKind::Again(tab), ApiResponse::Page(page)) => load::followed(model, tab, page),
        (RequestKind::Look(tab), ApiResponse::Record(record)) => {
            model.lists[tab.index()].put(&record);
            Vec::new()
        }
        (RequestKind::Me, ApiResponse::Me(me)) => {
            model.me = Some(me);
            Vec::new()
        }
        (RequestKind::Sessions, ApiResponse::Sessions(found)) => sessions::take(model, found),
        (RequestKind::EndSession, ApiResponse::Done) => sessions::ended(model, &question.call),
        (RequestKind::History, ApiResponse::History(page)) => {
            history::take(model, &question.call, page)
        }
        (RequestKind::Count(tab, index), ApiResponse::Page(page)) => {
            let counts = &mut model.lists[tab.index()].counts;
            if let Some(count) = counts.get_mut(index) {
                *count = Some((page.total, page.at_least));
            }
            Vec::new()
        }
        (RequestKind::Save, ApiResponse::Record(record)) => saved(model, *record),
        (RequestKind::Save, ApiResponse::Password(record, password)) => {
            let cmds = saved(model, (*record).clone());
            hand_over(model, *record, password);
            cmds
        }
        (RequestKind::Reset, ApiResponse::Password(record, password)) => {
            front::close_last(model, KeyContext::Confirm);
            model.lists[record.tab().index()].put(&record);
            // One's own session ended with the password; until this one is noted down, nothing
            // may come between.
            if model.is_me(record.id()) {
                model.forget(|_| true);
            }
            hand_over(model, *record, password);
            Vec::new()
        }
        (RequestKind::Reread, ApiResponse::Record(record)) => reread(model, *record),
        (RequestKind::Choices, ApiResponse::Page(page)) => choices(model, question, page),
        (RequestKind::Week, ApiResponse::Page(page)) => week(model, page),
        (RequestKind::Assign, ApiResponse::Record(record)) => {
            front::close_last(model, KeyContext::Picker);
            let id = match *record {
                Record::Event(_) => "status-supports",
                _ => "status-in-charge",
            };
            let (who, what) = (Arg::Text(record.owner_name()), Arg::Text(record.name()));
            let text = model.messages.with(id, &[("who", who), ("what", what)]);
            let cmds = keep(model, &record);
            model.say(text, Tone::Good);
            cmds
        }
        (RequestKind::Holdings(tab), ApiResponse::Page(page)) => {
            if let Some(removal) = front::removal(model)
                && let Some((_, held)) = removal.holdings.iter_mut().find(|(t, _)| *t == tab)
            {
                *held = Some((page.total, page.at_least));
            }
            Vec::new()
        }
        (RequestKind::Remove, ApiResponse::Done) => removed(model),
        (RequestKind::Found(tab), ApiResponse::Page(page)) => {
            if let Some(Overlay::Palette(palette)) = model.overlays.last_mut() {
                palette.found[tab.index()] = page.records;
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn has_token(call: &ApiRequest) -> bool {
    match call {
        ApiRequest::ListCollaborators(request) => !request.page_token.is_empty(),
        ApiRequest::ListClients(request) => !request.page_token.is_empty(),
        ApiRequest::ListContracts(request) => !request.page_token.is_empty(),
        ApiRequest::ListEvents(request) => !request.page_token.is_empty(),
        _ => false,
    }
}

/// Closes the form and shows what was saved.
fn saved(model: &mut Model, record: Record) -> Vec<Cmd> {
    let form = front::close_last(model, KeyContext::Form);
    let created = matches!(form, Some(Overlay::Form(form)) if form.target.is_none());
    let id = if created {
        "status-created"
    } else {
        "status-saved"
    };
    let text = model
        .messages
        .with(id, &[("name", Arg::Text(record.name()))]);
    let cmds = if created {
        let tab = record.tab();
        load::forget_lists(model);
        let list = &mut model.lists[tab.index()];
        // A new record that the filters would hide is no good answer to having made it.
        list.wanted.filters.clear();
        list.wanted.within = None;
        list.search.reset();
        list.seek(record.id());
        list.selected = Some(record);
        load::show_tab(model, tab)
    } else {
        keep(model, &record)
    };
    model.say(text, Tone::Good);
    cmds
}

/// Puts a saved record where it stands; what other lists show of it may be old.
fn keep(model: &mut Model, record: &Record) -> Vec<Cmd> {
    load::forget_lists(model);
    model.lists[record.tab().index()].put(record);
    load::show_tab(model, model.tab)
}

fn hand_over(model: &mut Model, record: Record, password: String) {
    if let Record::Collaborator(person) = record {
        let own = model.is_me(person.id);
        model.overlays.push(Overlay::Secret(Secret {
            own,
            name: person.name,
            email: person.email,
            password,
            copied: false,
        }));
    }
}

/// Shows what somebody else saved beside what is filled in.
fn reread(model: &mut Model, theirs: Record) -> Vec<Cmd> {
    model.lists[theirs.tab().index()].put(&theirs);
    let now = model.now.clone();
    let Some(form) = model.form_mut() else {
        return Vec::new();
    };
    if form.meet(theirs.clone(), &now) {
        return Vec::new();
    }
    // A first try was saved although its answer got lost: nothing is left to do.
    saved(model, theirs)
}

fn choices(model: &mut Model, question: &PendingRequest, page: Page) -> Vec<Cmd> {
    let (messages, now) = (model.messages.clone(), model.now.clone());
    let Some(picker) = front::picker(model) else {
        return Vec::new();
    };
    picker.take(page.records, has_token(&question.call), &messages, &now);
    if picker.is_remote() || page.next.is_empty() {
        return Vec::new();
    }
    let call = picker.call(page.next, now.timestamp());
    vec![model.ask(RequestKind::Choices, call)]
}

fn week(model: &mut Model, page: Page) -> Vec<Cmd> {
    let (messages, now) = (model.messages.clone(), model.now.clone());
    let Some(picker) = front::picker(model) else {
        return Vec::new();
    };
    picker.take_week(page.records, &messages, &now);
    let next = Some(page.next).filter(|token| !token.is_empty());
    match next.and_then(|token| picker.week_call(token, &now)) {
        Some(call) => vec![model.ask(RequestKind::Week, call)],
        None => Vec::new(),
    }
}

fn removed(model: &mut Model) -> Vec<Cmd> {
    let Some(Overlay::Removal(removal)) = front::close_last(model, KeyContext::Removal) else {
        return Vec::new();
    };
    if model.is_me(removal.person.id) {
        return account::end(model, "account-deleted", String::new());
    }
    let name = Arg::Text(&removal.person.name);
    let text = model.messages.with("status-deleted", &[("name", name)]);
    let visible = model.visible();
    model.list_mut().remove(removal.person.id, visible);
    load::forget_lists(model);
    model.say(text, Tone::Good);
    load::show_tab(model, model.tab)
}

/// Puts a refusal where one looks: under its field, into its pick-list, or at the foot.
fn refused(model: &mut Model, question: &PendingRequest, refusal: ApiError) -> Vec<Cmd> {
    let messages = model.messages.clone();
    let sentence = messages.refusal(&refusal);
    let now = model.time();
    let must_change = refusal.reason == Reason::PasswordChangeRequired;
    match question.purpose {
        RequestKind::Session if model.me.is_none() => model.login.refuse(refusal, &messages, now),
        RequestKind::Save | RequestKind::Session => {
            let outdated = refusal.reason == Reason::EtagOutdated;
            let Some(form) = model.form_mut() else {
                return Vec::new();
            };
            form.refuse(refusal, &messages, now);
            let target = form.target.as_ref().map(|r| (r.tab(), r.id()));
            if let (true, Some((tab, id))) = (outdated, target) {
                form.warn(sentence);
                return vec![model.ask(RequestKind::Reread, ApiRequest::get(tab, id))];
            }
        }
        RequestKind::Assign => {
            let Some(picker) = front::picker(model) else {
                return Vec::new();
            };
            picker.busy = false;
            picker.notice = Some(sentence.clone());
            // The record in hand is old: what is there now decides whether to choose again.
            if refusal.reason == Reason::EtagOutdated && matches!(picker.purpose, For::Record(_)) {
                front::close_last(model, KeyContext::Picker);
                model.say(sentence, Tone::Warn);
                return load::reload(model, model.tab, true);
            }
        }
        RequestKind::Remove => {
            if let Some(removal) = front::removal(model) {
                removal.busy = false;
                removal.notice = Some(sentence);
            }
        }
        RequestKind::Reset => {
            front::close_last(model, KeyContext::Confirm);
            model.say(sentence, Tone::Bad);
        }
        RequestKind::Page(tab) => {
            // Coming back to the tab tries again.
            let list = &mut model.lists[tab.index()];
            list.age = Age::NotLoaded;
            list.failed = true;
            model.say(sentence, Tone::Bad);
        }
        RequestKind::History => {
            if let Some(history) = history::shown(model) {
                history.refused = Some(sentence);
            }
        }
        purpose @ (RequestKind::Sessions | RequestKind::EndSession) if !must_change => {
            return sessions::refused(model, purpose, sentence);
        }
        RequestKind::Again(tab) => model.lists[tab.index()].leave_as_it_is(),
        RequestKind::Look(tab) if refusal.reason == Reason::NoSuchRecord => {
            load::gone(model, tab, "");
        }
        // What nobody asked for is not worth a word.
        RequestKind::Count(..) | RequestKind::Look(_) | RequestKind::Me => {}
        _ => model.say(sentence, Tone::Bad),
    }
    if must_change {
        return account::must_change_password(model);
    }
    Vec::new()
}
