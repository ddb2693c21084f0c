//! The assignment of the picked collaborator.

use epic_events::{
    api_error::ApiError,
    reason::Reason,
    v1::{AssignCommercialRequest, AssignSupportRequest},
};

use super::{PickTarget, Picker, workload::Availability};
use crate::{
    api::ApiRequest,
    app::{
        context::Context,
        network::owner::RequestSlot,
        overlay::{Effect, confirm::Confirm, lost_reply::reread},
    },
    form::spec::PickSource,
    messages::Arg,
    record::Record,
    screens::events::overlap,
    tone::Tone,
};

/// The assignment.
pub(super) const ASSIGN: RequestSlot = RequestSlot::new("assign");

/// A pending assignment.
#[derive(Clone)]
pub(super) struct Assignment {
    request: ApiRequest,
    /// The error of the server, while the record is read again.
    refusal: Option<ApiError>,
}

impl Picker {
    /// Assigns the record. A support is assigned without a question only if the check shows that
    /// they are free.
    pub(super) fn choose_owner(&mut self, owner: Option<i64>, ctx: &Context<'_>) -> Vec<Effect> {
        let request = match &self.target {
            PickTarget::Record(record) => assignment(record, owner),
            PickTarget::Opener(_) => None,
        };
        let Some(request) = request else {
            return Vec::new();
        };
        let is_support = self.source == PickSource::Support;
        let Some(support) = owner.filter(|_| is_support) else {
            return vec![self.assign_or_ask(request, ctx)];
        };
        let named = self.records.iter().find(|record| record.id() == support);
        let name = Arg::Text(named.map_or("", Record::name));
        let (title, text) = match self.support_availability(support) {
            Availability::Free => return vec![self.assign_or_ask(request, ctx)],
            Availability::Checking if self.waiting != Some(support) => {
                self.notice = Some(ctx.messages.with("pick-waiting", &[("name", name)]));
                self.waiting = Some(support);
                return Vec::new();
            }
            Availability::Checking | Availability::Unknown => {
                let text = ctx.messages.with("confirm-unchecked", &[("name", name)]);
                ("confirm-unchecked-title", text)
            }
            Availability::Busy(events) => {
                let events = overlap::summary(&events, ctx.messages, ctx.now).unwrap_or_default();
                let args = [("name", name), ("events", Arg::Text(&events))];
                let text = ctx.messages.with("confirm-busy", &args);
                ("confirm-busy-title", text)
            }
        };
        let title = ctx.messages.get(title);
        self.cancel_waiting();
        vec![Effect::Open(Confirm::send(title, text, request).into())]
    }

    /// Assigns the record, after a question if this cannot be undone, or if the user has not chosen a line yet.
    fn assign_or_ask(&mut self, request: ApiRequest, ctx: &Context<'_>) -> Effect {
        let who = self.choices.get(self.selected).map(|it| it.label.as_str());
        let is_final = self.source == PickSource::Commercial;
        let asks = is_final || !self.is_touched();
        let (Some(who), PickTarget::Record(record), true) = (who, &self.target, asks) else {
            return self.assign(request);
        };
        let args = [("who", Arg::Text(who)), ("what", Arg::Text(record.name()))];
        let (title, text) = if is_final {
            ("confirm-final-title", "confirm-final")
        } else {
            ("confirm-first-title", "confirm-first")
        };
        let title = ctx.messages.get(title);
        let text = ctx.messages.with(text, &args);
        Effect::Open(Confirm::send(title, text, request).into())
    }

    /// Continues with the support who was chosen before the check of their availability ended.
    pub(super) fn stop_waiting(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let Some(support) = self.waiting else {
            return Vec::new();
        };
        if self.support_availability(support) == Availability::Checking {
            return Vec::new();
        }
        self.cancel_waiting();
        // A click may have selected another line.
        let selected = self.choices.get(self.selected).and_then(|it| it.id);
        if selected != Some(support) {
            return Vec::new();
        }
        self.choose_owner(Some(support), ctx)
    }

    pub(super) fn cancel_waiting(&mut self) {
        if self.waiting.take().is_some() {
            self.notice = None;
        }
    }

    pub(super) fn assign(&mut self, request: ApiRequest) -> Effect {
        self.assignment = Some(Assignment {
            request: request.clone(),
            refusal: None,
        });
        Effect::Request {
            slot: ASSIGN,
            request,
        }
    }

    /// Reads the record again if its owner may already be the chosen one.
    pub(super) fn on_refused(&mut self, error: ApiError, ctx: &Context<'_>) -> Vec<Effect> {
        let target = match &self.target {
            PickTarget::Record(record) => Some(&**record),
            PickTarget::Opener(_) => None,
        };
        let reread = reread(&error, target);
        if let Some(assignment) = &mut self.assignment {
            assignment.refusal = Some(error);
        }
        reread.map_or_else(|| self.on_not_assigned(ctx), |it| vec![it])
    }

    /// Completes a refused assignment if the record has the chosen owner.
    pub(super) fn on_reread(&mut self, record: Record, ctx: &Context<'_>) -> Vec<Effect> {
        let assignment = self.assignment.as_ref();
        if assignment.is_some_and(|it| has_owner(&record, &it.request)) {
            return on_assigned(record, ctx);
        }
        self.on_not_assigned(ctx)
    }

    /// Shows why the assignment was refused. If the record is outdated, closes the pick-list,
    /// because its current owner may be the right one.
    pub(super) fn on_not_assigned(&mut self, ctx: &Context<'_>) -> Vec<Effect> {
        let Some(error) = self.assignment.take().and_then(|it| it.refusal) else {
            return Vec::new();
        };
        let sentence = ctx.messages.api_error(&error, Some(ctx.now));
        if error.reason == Reason::EtagOutdated {
            return vec![
                Effect::Close,
                Effect::status(sentence, Tone::Warn),
                Effect::ReloadList,
            ];
        }
        self.notice = Some(sentence);
        Vec::new()
    }
}

/// Closes the pick-list and shows the new owner.
pub(super) fn on_assigned(record: Record, ctx: &Context<'_>) -> Vec<Effect> {
    let id = match (&record, record.owner()) {
        (Record::Event(_), None) => "status-nobody-supports",
        (Record::Event(_), Some(_)) => "status-supports",
        // Only clients and events are assigned.
        (Record::Client(_) | Record::Collaborator(_) | Record::Contract(_), _) => {
            "status-in-charge"
        }
    };
    let (who, what) = (Arg::Text(record.owner_name()), Arg::Text(record.name()));
    let text = ctx.messages.with(id, &[("who", who), ("what", what)]);
    vec![
        Effect::Close,
        Effect::ShowSaved(record),
        Effect::status(text, Tone::Good),
    ]
}

/// The request that makes the collaborator the owner of the record; `None` if they cannot own it.
/// Only an event can become unassigned.
fn assignment(record: &Record, owner: Option<i64>) -> Option<ApiRequest> {
    let (id, etag) = (record.id(), record.etag().to_owned());
    match record {
        Record::Client(_) => Some(ApiRequest::AssignCommercial(AssignCommercialRequest {
            id,
            etag,
            commercial_id: owner?,
        })),
        Record::Event(_) => Some(ApiRequest::AssignSupport(AssignSupportRequest {
            id,
            etag,
            support_id: owner,
        })),
        Record::Collaborator(_) | Record::Contract(_) => None,
    }
}

/// Whether the record has the owner whom the request assigns.
fn has_owner(record: &Record, request: &ApiRequest) -> bool {
    match request {
        ApiRequest::AssignCommercial(request) => record.owner() == Some(request.commercial_id),
        ApiRequest::AssignSupport(request) => record.owner() == request.support_id,
        _ => false,
    }
}
