//! The deletion of a collaborator: the records it affects, and the successor.

mod view;

use epic_events::{
    api_error::ApiError,
    v1::{Collaborator, DeleteCollaboratorRequest, Role},
};

use super::{Component, Effect, lost_reply::is_deleted, picker::Picker};
use crate::{
    api::{ApiRequest, ApiResponse},
    app::{
        availability::Availability, context::Context, effect::Outcome, network::owner::RequestSlot,
        sign_out::SignOutReason,
    },
    form::spec::PickSource,
    keys::{Action, KeyContext},
    messages::Arg,
    record::{ParentFilter, Record, Tab},
    screens::spec::ListQuery,
    tone::Tone,
};

/// The deletion.
const DELETE: RequestSlot = RequestSlot::new("delete");
/// The number of assigned records of a tab; the slot's index is the tab's.
const ASSIGNED: RequestSlot = RequestSlot::new("assignments");

/// The deletion of a collaborator.
#[derive(Clone, Debug)]
pub struct DeleteCollaborator {
    person: Collaborator,
    /// The number of assigned records of each tab, and whether it is a lower bound; `None` before
    /// the response.
    assignments: Vec<(Tab, Option<(u64, bool)>)>,
    /// The successor: identifier and name.
    successor: Option<(i64, String)>,
    /// Why the deletion failed.
    notice: Option<String>,
    /// Whether the deletion is pending.
    busy: bool,
}

impl DeleteCollaborator {
    /// The deletion of this record, if it is a collaborator.
    pub(super) fn new(record: &Record) -> Option<Self> {
        let Record::Collaborator(person) = record else {
            return None;
        };
        let tabs: &[Tab] = match person.role() {
            Role::Commercial => &[Tab::Clients, Tab::Contracts, Tab::Events],
            Role::Support => &[Tab::Events],
            Role::Gestion | Role::Unspecified => &[],
        };
        Some(Self {
            person: person.clone(),
            assignments: tabs.iter().map(|tab| (*tab, None)).collect(),
            successor: None,
            notice: None,
            busy: false,
        })
    }

    /// Whether the collaborator is known to have no assigned records.
    fn has_no_assignments(&self) -> bool {
        let mut counts = self.assignments.iter();
        counts.all(|(_, count)| *count == Some((0, false)))
    }

    fn delete(&mut self) -> Vec<Effect> {
        self.busy = true;
        self.notice = None;
        let request = ApiRequest::DeleteCollaborator(DeleteCollaboratorRequest {
            id: self.person.id,
            etag: self.person.etag.clone(),
            successor_id: self.successor.as_ref().map(|(id, _)| *id),
        });
        vec![Effect::Request {
            slot: DELETE,
            request,
        }]
    }

    fn on_deleted(&self, ctx: &Context<'_>) -> Vec<Effect> {
        if ctx.is_me(self.person.id) {
            return vec![Effect::SignOut {
                reason: SignOutReason::AccountDeleted,
                email: String::new(),
            }];
        }
        let name = [("name", Arg::Text(&self.person.name))];
        let text = ctx.messages.with("status-deleted", &name);
        vec![
            Effect::Close,
            Effect::ShowDeleted(self.person.id),
            Effect::status(text, Tone::Good),
        ]
    }
}

impl Component for DeleteCollaborator {
    fn key_context(&self) -> KeyContext {
        KeyContext::DeleteCollaborator
    }

    fn availability(&self, action: Action, _: &Context<'_>) -> Availability {
        match action {
            Action::Successor if self.has_no_assignments() => {
                Availability::NotApplicable("not-applicable-here")
            }
            _ => Availability::Enabled,
        }
    }

    fn on_open(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let id = self.person.id;
        let parent = match self.person.role() {
            Role::Support => ParentFilter::Support(id),
            // Other roles have no assigned records, so nothing requests their counts.
            Role::Commercial | Role::Gestion | Role::Unspecified => ParentFilter::Commercial(id),
        };
        let count = |(tab, _): &(Tab, _)| {
            let query = ListQuery {
                page_size: 1,
                page_token: String::new(),
                order: tab.screen().order,
                query: String::new(),
                filters: Vec::new(),
                parent: Some(parent),
                now: ctx.time(),
            };
            Effect::Request {
                slot: ASSIGNED.at(tab.index()),
                request: (tab.screen().list_request)(&query),
            }
        };
        self.assignments.iter().map(count).collect()
    }

    fn on_action(&mut self, action: Action, ctx: &Context<'_>) -> Vec<Effect> {
        match action {
            Action::Cancel => vec![Effect::Close],
            Action::Successor if !self.busy && !self.has_no_assignments() => {
                let title = ctx.messages.get("pick-successor");
                let picker = Picker::for_opener(PickSource::Successor, title);
                let picker = picker
                    .for_successor_of(self.person.id, self.person.role())
                    .or_nobody("successor-none");
                vec![Effect::Open(picker.into())]
            }
            Action::Yes if !self.busy => self.delete(),
            _ => Vec::new(),
        }
    }

    fn on_response(
        &mut self,
        slot: RequestSlot,
        _: &ApiRequest,
        response: ApiResponse,
        ctx: &Context<'_>,
    ) -> Vec<Effect> {
        match response {
            ApiResponse::Done if slot == DELETE => return self.on_deleted(ctx),
            ApiResponse::Page(page) => {
                let mut assignments = self.assignments.iter_mut();
                let count = assignments.find(|(tab, _)| slot == ASSIGNED.at(tab.index()));
                if let Some((_, count)) = count {
                    *count = Some((page.total, page.is_lower_bound));
                }
            }
            _ => {}
        }
        Vec::new()
    }

    fn on_error(&mut self, slot: RequestSlot, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let sentence = ctx.messages.api_error(&error, Some(ctx.now));
        if slot != DELETE {
            return vec![Effect::status(sentence, Tone::Bad)];
        }
        if is_deleted(&error) {
            return self.on_deleted(ctx);
        }
        self.busy = false;
        self.notice = Some(sentence);
        Vec::new()
    }

    fn on_outcome(&mut self, outcome: Outcome, _: &Context<'_>) -> Vec<Effect> {
        if let Outcome::Picked(successor) = outcome {
            self.successor = successor;
        }
        Vec::new()
    }

    fn on_session_end(&mut self) {
        self.busy = false;
    }
}
