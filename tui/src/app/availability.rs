//! Whether an action of the list can be run now, by this user, on this record. Footer, palette and
//! keys all use it.

use epic_events::policy::{self, Denied, Rpc};

use super::{context::Context, pane, tab::back::BackStep};
use crate::{
    keys::{self, Action, Binding, KeyContext, RecordActionId},
    layout,
    messages::{Arg, sentence},
    record::{Record, Tab},
    screens::spec::MissingRecord,
};

/// Whether an action can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Availability {
    /// It can be run.
    Enabled,
    /// The access policy denies it.
    Denied(Denied),
    /// It has no effect here; the Fluent message is the reason.
    NotApplicable(&'static str),
}

/// Whether an action of the list can be run.
pub(super) fn of_action_in_list(ctx: &Context<'_>, action: Action) -> Availability {
    let screen = ctx.tab.screen();
    let selected = ctx.selected();
    match action {
        Action::Record(id) => of_record_action(ctx, id),
        Action::New => match lacking(ctx) {
            Some(MissingRecord { not_yet, .. }) => {
                not_yet.map_or(Availability::Enabled, Availability::NotApplicable)
            }
            None => check_policy(ctx, Ok(screen.create.rpc), ctx.me.map(|me| me.id)),
        },
        Action::Edit => for_selected(ctx, Ok(screen.edit.rpc)),
        Action::Assign => for_selected(ctx, screen.assign),
        Action::Delete => for_selected(ctx, screen.delete),
        Action::Open | Action::Go | Action::History if selected.is_none() => {
            Availability::NotApplicable("not-applicable-no-record")
        }
        Action::Open if ctx.opened || layout::has_pane(ctx.size) => {
            Availability::NotApplicable("not-applicable-already-open")
        }
        Action::Back if BackStep::next(ctx).is_none() => {
            Availability::NotApplicable("not-applicable-here")
        }
        Action::GoBack if ctx.previous.is_none() => {
            Availability::NotApplicable("not-applicable-back")
        }
        Action::PaneUp | Action::PaneDown if !pane::has_more(ctx) => {
            Availability::NotApplicable("not-applicable-scroll")
        }
        // Nothing restricts the others where they have a key.
        _ if keys::bindings(KeyContext::List).any(|it| it.action == action) => {
            Availability::Enabled
        }
        _ => Availability::NotApplicable("not-applicable-here"),
    }
}

/// The record that the selected one lacks, if the user may add it now and none of the tab: the key of a new
/// record adds it then.
pub(super) fn missing_record(ctx: &Context<'_>) -> Option<MissingRecord> {
    lacking(ctx).filter(|missing| missing.not_yet.is_none())
}

/// The same, also if it cannot be added yet.
fn lacking(ctx: &Context<'_>) -> Option<MissingRecord> {
    let screen = ctx.tab.screen();
    let is_enabled = |rpc, owner| check_policy(ctx, Ok(rpc), owner) == Availability::Enabled;
    if is_enabled(screen.create.rpc, ctx.me.map(|me| me.id)) {
        return None;
    }
    let record = ctx.selected()?;
    let missing = (screen.missing)(record)?;
    is_enabled(missing.tab.screen().create.rpc, record.owner()).then_some(missing)
}

/// Fluent message: the label of a key, which names what it adds to the selected record.
pub(crate) fn label(ctx: &Context<'_>, binding: &Binding) -> &'static str {
    let is_new = (binding.context, binding.action) == (KeyContext::List, Action::New);
    let missing = missing_record(ctx).filter(|_| is_new);
    match (missing, binding.action) {
        (Some(missing), _) => missing.label,
        (None, Action::Sessions) if ctx.owner_of_sessions().is_none() => "key-own-sessions",
        _ => binding.label,
    }
}

/// The text by which the palette and the help find a key: its label, then other words for it.
pub(crate) fn searched_text(ctx: &Context<'_>, binding: &Binding) -> String {
    let label = ctx.messages.get(label(ctx, binding));
    match binding.action.other_words() {
        Some(words) if binding.context == KeyContext::List => {
            format!("{label} {}", ctx.messages.get(words))
        }
        _ => label,
    }
}

/// Whether an action that a tab specifies for its records can be run.
fn of_record_action(ctx: &Context<'_>, id: RecordActionId) -> Availability {
    match (ctx.selected(), ctx.tab.screen().action(id)) {
        (None, _) => Availability::NotApplicable("not-applicable-no-record"),
        (Some(_), Some(action)) => for_selected(ctx, Ok(action.rpc)),
        (Some(_), None) => {
            let mut tabs = Tab::ALL.into_iter();
            let action = tabs.find_map(|tab| tab.screen().action(id));
            let reason = action.map_or("not-applicable-here", |action| {
                action.not_applicable_elsewhere
            });
            Availability::NotApplicable(reason)
        }
    }
}

fn for_selected(ctx: &Context<'_>, rpc: Result<Rpc, &'static str>) -> Availability {
    match ctx.selected() {
        _ if rpc.is_err() => check_policy(ctx, rpc, None),
        None => Availability::NotApplicable("not-applicable-no-record"),
        Some(record) => check_policy(ctx, rpc, record.owner()),
    }
}

fn check_policy(
    ctx: &Context<'_>,
    rpc: Result<Rpc, &'static str>,
    owner: Option<i64>,
) -> Availability {
    let rpc = match rpc {
        Ok(rpc) => rpc,
        Err(reason) => return Availability::NotApplicable(reason),
    };
    let Some(actor) = ctx.actor() else {
        return Availability::NotApplicable("not-applicable-here");
    };
    match policy::permit(actor, rpc, owner, &[]) {
        Ok(_) => Availability::Enabled,
        Err(denied) => Availability::Denied(denied),
    }
}

/// The sentence for an action of the list that the access policy denies; it names the roles or the
/// collaborator that may run it.
pub(crate) fn denial_message(ctx: &Context<'_>, action: Action, denied: &Denied) -> String {
    let messages = &ctx.messages;
    let record = ctx.selected();
    let owner_name = record.map_or("", Record::owner_name);
    let is_event = matches!(record, Some(Record::Event(_)));
    let Some(what) = verb_phrase(ctx.tab, action).map(|id| messages.get(&id)) else {
        return messages.denial(denied);
    };
    let what = ("what", Arg::Text(&what));
    let name = ("name", Arg::Text(owner_name));
    let text = match denied {
        Denied::NotYours if owner_name.is_empty() => messages.get("denied-unassigned"),
        Denied::NotYours if is_event => messages.with("denied-not-its-support", &[name, what]),
        Denied::NotYours => messages.with("denied-not-in-charge", &[name, what]),
        Denied::AlreadyAssigned if !owner_name.is_empty() => {
            messages.with("denied-in-charge", &[name])
        }
        Denied::Role { allowed } => {
            let allowed = messages.departments(allowed);
            messages.with("denied-action", &[("allowed", Arg::Text(&allowed)), what])
        }
        Denied::AlreadyAssigned | Denied::Unlisted | Denied::Field { .. } => {
            messages.denied(denied)
        }
    };
    sentence(&text)
}

/// Fluent message: the action on the tab's records as a verb phrase; `None` for an action that the
/// access policy does not restrict.
fn verb_phrase(tab: Tab, action: Action) -> Option<String> {
    let kind = tab.kind().name();
    Some(match action {
        Action::New => format!("can-new-{kind}s"),
        Action::Edit => format!("can-edit-{kind}s"),
        Action::Assign => format!("can-assign-{kind}s"),
        Action::Delete => format!("can-delete-{kind}s"),
        Action::Record(id) => tab.screen().action(id)?.verb_phrase.to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Lang, Messages};

    #[test]
    fn every_restricted_action_has_a_verb_phrase() {
        for tab in Tab::ALL {
            let screen = tab.screen();
            let assign = screen.assign.map(|_| Action::Assign).ok();
            let delete = screen.delete.map(|_| Action::Delete).ok();
            let actions = screen.actions.iter().map(|it| Action::Record(it.id));
            let actions = actions.chain(assign).chain(delete);
            for action in actions.chain([Action::New, Action::Edit]) {
                let id = verb_phrase(tab, action).unwrap();
                for messages in Lang::ALL.map(Messages::new) {
                    assert_ne!(messages.get(&id), id, "{:?}", messages.lang());
                }
            }
        }
    }
}
