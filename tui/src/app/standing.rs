//! Whether an action can be done here, now, by this person, with this record. The footer, the
//! help, the palette and the keys all ask here.

use epic_events::policy::{self, Denied, Rpc};

use super::{Model, form::Kind, overlay::Overlay, pick::Pick};
use crate::{
    keys::{self, Action, Binding, Place},
    layout,
    screens::Record,
};

/// Whether an action can be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    Ready,
    /// The rights say no.
    Denied(Denied),
    /// It means nothing here; the Fluent message says why.
    Void(&'static str),
}

/// Whether the action can be done where keys go now.
#[must_use]
pub fn standing(model: &Model, action: Action) -> Standing {
    match model.place() {
        Place::List => in_list(model, action),
        Place::Form => in_form(model, action),
        Place::Removal if action == Action::Successor => match model.overlays.last() {
            Some(Overlay::Removal(removal)) if !removal.holdings.is_empty() => Standing::Ready,
            _ => Standing::Void("void-here"),
        },
        Place::Menu if action == Action::Toggle => match model.overlays.last() {
            Some(Overlay::Menu(menu)) if menu.many => Standing::Ready,
            _ => Standing::Void("void-here"),
        },
        _ => Standing::Ready,
    }
}

pub(super) fn in_list(model: &Model, action: Action) -> Standing {
    let screen = model.tab.screen();
    let selected = model.selected();
    match action {
        Action::New => rights(
            model,
            Some(screen.create.rpc),
            model.me.as_ref().map(|me| me.id),
        ),
        Action::Edit => with_record(model, Some(screen.edit.rpc)),
        Action::Assign => with_record(model, screen.assign),
        Action::Delete => with_record(model, screen.delete),
        Action::ResetPassword => match selected {
            Some(Record::Collaborator(_)) => with_record(model, Some(policy::RESET_PASSWORD)),
            _ => Standing::Void("void-here"),
        },
        Action::Open | Action::Go if selected.is_none() => Standing::Void("void-no-record"),
        Action::Open if model.opened || layout::has_pane(model.size) => {
            Standing::Void("void-open-already")
        }
        Action::Back if !model.opened && model.list().is_whole() => Standing::Void("void-here"),
        _ => Standing::Ready,
    }
}

fn with_record(model: &Model, rpc: Option<Rpc>) -> Standing {
    match model.selected() {
        None => Standing::Void("void-no-record"),
        Some(record) => rights(model, rpc, record.owner()),
    }
}

fn rights(model: &Model, rpc: Option<Rpc>, owner: Option<i64>) -> Standing {
    let (Some(rpc), Some(actor)) = (rpc, model.actor()) else {
        return Standing::Void("void-here");
    };
    match policy::permit(actor, rpc, owner, &[]) {
        Ok(_) => Standing::Ready,
        Err(denied) => Standing::Denied(denied),
    }
}

fn in_form(model: &Model, action: Action) -> Standing {
    let Some(Overlay::Form(form)) = model.overlays.last() else {
        return Standing::Void("void-here");
    };
    let field = form.focused();
    let fits = match action {
        Action::Choose => matches!(field.spec.kind, Kind::Link(_)),
        Action::Toggle => matches!(field.spec.kind, Kind::Flag | Kind::Role),
        Action::Calendar => field.spec.kind.is_day(),
        Action::Theirs => field.other.is_some(),
        _ => true,
    };
    if fits {
        Standing::Ready
    } else {
        Standing::Void("void-here")
    }
}

/// What the footer offers, most useful first.
#[must_use]
pub fn offers(model: &Model) -> Vec<&'static Binding> {
    let mut offers: Vec<_> = keys::here(model.place())
        .filter(|binding| binding.footer > 0)
        .filter(|binding| standing(model, binding.action) == Standing::Ready)
        .collect();
    offers.sort_by_key(|binding| binding.footer);
    offers
}

/// The pick-list of who can be put in charge of this record.
#[must_use]
pub const fn assignee(record: &Record) -> Option<Pick> {
    match record {
        Record::Client(_) => Some(Pick::Commercial),
        Record::Event(_) => Some(Pick::Support),
        Record::Collaborator(_) | Record::Contract(_) => None,
    }
}
