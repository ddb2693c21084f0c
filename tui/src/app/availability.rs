//! Whether an action can be done here, now, by this person, with this record. The footer, the
//! help, the palette and the keys all ask here.

use epic_events::policy::{self, Denied, Rpc};

use super::{model::Model, overlay::Overlay};
use crate::{
    form::spec::{Kind, PickSource},
    keys::{self, Action, Binding, KeyContext},
    layout,
    messages::Arg,
    record::{Record, Tab},
};

/// Whether an action can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    Enabled,
    /// The rights say no.
    Denied(Denied),
    /// It means nothing here; the Fluent message says why.
    NotApplicable(&'static str),
}

/// Whether the action can be done where keys go now.
#[must_use]
pub fn availability(model: &Model, action: Action) -> Availability {
    match model.place() {
        KeyContext::List => in_list(model, action),
        KeyContext::Form => in_form(model, action),
        KeyContext::Removal if action == Action::Successor => match model.overlays.last() {
            Some(Overlay::Removal(removal)) if !removal.holds_nothing() => Availability::Enabled,
            _ => Availability::NotApplicable("void-here"),
        },
        KeyContext::History if action == Action::Choose => match model.overlays.last() {
            Some(Overlay::History(history)) if history.can_be_read() => Availability::Enabled,
            _ => Availability::NotApplicable("void-here"),
        },
        KeyContext::Sessions if action == Action::Choose => to_end(model),
        KeyContext::Menu if action == Action::Toggle => match model.overlays.last() {
            Some(Overlay::Menu(menu)) if menu.many => Availability::Enabled,
            _ => Availability::NotApplicable("void-here"),
        },
        _ => Availability::Enabled,
    }
}

pub(super) fn in_list(model: &Model, action: Action) -> Availability {
    let screen = model.tab.screen();
    let selected = model.selected();
    match action {
        Action::New => rights(
            model,
            Ok(screen.create.rpc),
            model.me.as_ref().map(|me| me.id),
        ),
        Action::Edit => with_record(model, Ok(screen.edit.rpc)),
        Action::Assign => with_record(model, screen.assign),
        Action::Delete => with_record(model, screen.delete),
        Action::ResetPassword => match selected {
            Some(Record::Collaborator(_)) => with_record(model, Ok(policy::RESET_PASSWORD)),
            None => Availability::NotApplicable("void-no-record"),
            Some(_) => Availability::NotApplicable("void-password"),
        },
        Action::Open | Action::Go | Action::History if selected.is_none() => {
            Availability::NotApplicable("void-no-record")
        }
        Action::Open if model.opened || layout::has_pane(model.size) => {
            Availability::NotApplicable("void-open-already")
        }
        Action::Back if !model.opened && model.list().is_whole() => {
            Availability::NotApplicable("void-here")
        }
        _ => Availability::Enabled,
    }
}

fn with_record(model: &Model, rpc: Result<Rpc, &'static str>) -> Availability {
    match model.selected() {
        _ if rpc.is_err() => rights(model, rpc, None),
        None => Availability::NotApplicable("void-no-record"),
        Some(record) => rights(model, rpc, record.owner()),
    }
}

fn rights(model: &Model, rpc: Result<Rpc, &'static str>, owner: Option<i64>) -> Availability {
    let rpc = match rpc {
        Ok(rpc) => rpc,
        Err(why) => return Availability::NotApplicable(why),
    };
    let Some(actor) = model.actor() else {
        return Availability::NotApplicable("void-here");
    };
    match policy::permit(actor, rpc, owner, &[]) {
        Ok(_) => Availability::Enabled,
        Err(denied) => Availability::Denied(denied),
    }
}

fn in_form(model: &Model, action: Action) -> Availability {
    let Some(Overlay::Form(form)) = model.overlays.last() else {
        return Availability::NotApplicable("void-here");
    };
    let field = form.focused();
    let fits = match action {
        Action::Cancel => true,
        _ if form.busy => false,
        Action::Choose => matches!(field.spec.kind, Kind::Link(_)),
        Action::Toggle => matches!(field.spec.kind, Kind::Flag | Kind::Role),
        Action::Calendar => field.spec.kind.is_day(),
        Action::Theirs => field.other.is_some(),
        _ => true,
    };
    if fits {
        Availability::Enabled
    } else {
        Availability::NotApplicable("void-here")
    }
}

/// Whether the session one stands on can be ended.
fn to_end(model: &Model) -> Availability {
    let (Some(Overlay::Sessions(sessions)), Some(actor)) = (model.overlays.last(), model.actor())
    else {
        return Availability::NotApplicable("void-here");
    };
    let owner = sessions.of.as_ref().map_or(actor.id, |(id, _)| *id);
    match policy::permit(actor, policy::REVOKE_SESSION, Some(owner), &[]) {
        Err(denied) => Availability::Denied(denied),
        Ok(_) if sessions.current().is_none() => Availability::NotApplicable("void-here"),
        Ok(_) => Availability::Enabled,
    }
}

/// Why the rights say no to an action of the list, naming who can do it.
pub(super) fn refusal(model: &Model, action: Action, denied: &Denied) -> String {
    let messages = &model.messages;
    let record = model.selected();
    let holder = record.map_or("", Record::owner_name);
    let event = matches!(record, Some(Record::Event(_)));
    let name = [("name", Arg::Text(holder))];
    match denied {
        Denied::NotYours if holder.is_empty() => messages.get("denied-nobodys"),
        Denied::NotYours if event => messages.with("denied-not-its-support", &name),
        Denied::NotYours => messages.with("denied-not-in-charge", &name),
        Denied::AlreadyAssigned if !holder.is_empty() => messages.with("denied-in-charge", &name),
        Denied::Role { allowed } => {
            let allowed = messages.departments(allowed);
            let what = match action {
                Action::New => "new",
                Action::Edit => "edit",
                Action::Assign => "assign",
                Action::Delete => "delete",
                Action::ResetPassword => "password",
                _ => return messages.denied(denied),
            };
            let tab = match model.tab {
                Tab::Collaborators => "collaborators",
                Tab::Clients => "clients",
                Tab::Contracts => "contracts",
                Tab::Events => "events",
            };
            let what = messages.get(&format!("can-{what}-{tab}"));
            let blanks = [("allowed", Arg::Text(&allowed)), ("what", Arg::Text(&what))];
            messages.with("denied-action", &blanks)
        }
        _ => messages.denied(denied),
    }
}

/// What the footer offers, most useful first.
#[must_use]
pub fn offers(model: &Model) -> Vec<&'static Binding> {
    let mut offers: Vec<_> = keys::here(model.place())
        .filter(|binding| binding.footer > 0)
        .filter(|binding| availability(model, binding.action) == Availability::Enabled)
        .collect();
    offers.sort_by_key(|binding| binding.footer);
    offers
}

/// The pick-list of who can be put in charge of this record.
#[must_use]
pub const fn assignee(record: &Record) -> Option<PickSource> {
    match record {
        Record::Client(_) => Some(PickSource::Commercial),
        Record::Event(_) => Some(PickSource::Support),
        Record::Collaborator(_) | Record::Contract(_) => None,
    }
}
