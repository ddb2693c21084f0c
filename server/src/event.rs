//! Answers `epic.v1.EventService`.

pub mod rows;

use epic_events::{
    event::{EventDraft, EventPatch, SupportAssignment},
    field_error::Validator,
    policy,
    v1::{
        AssignSupportRequest, AssignSupportResponse, CreateEventRequest, CreateEventResponse,
        Event, GetEventRequest, GetEventResponse, ListEventsRequest, ListEventsResponse,
        UpdateEventRequest, UpdateEventResponse, event_service_server::EventService,
    },
    value,
};
use futures_util::FutureExt as _;
use tonic::Request;

use crate::{
    auth::session::{self, Session},
    error::Result,
    event::rows::{EventRow, Filter},
    handler::{self, Reply, answer},
    shared::Shared,
};

/// Answers `epic.v1.EventService`.
pub struct Events(pub Shared);

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Self {
        let EventRow {
            id,
            contract_id,
            event_title,
            client_id,
            client_name,
            client_company,
            commercial_id,
            commercial_name,
            start_time,
            end_time,
            support_id,
            support_name,
            location,
            attendees,
            note,
            create_time,
            update_time,
            version,
        } = row;
        Self {
            id,
            contract_id,
            event_title,
            client_id,
            client_name,
            client_company,
            commercial_id,
            commercial_name,
            start_time: Some(value::wire_time(start_time)),
            end_time: Some(value::wire_time(end_time)),
            support_id,
            support_name,
            location,
            attendees,
            note,
            create_time: Some(value::wire_time(create_time)),
            update_time: Some(value::wire_time(update_time)),
            etag: value::format_etag(version),
        }
    }
}

fn filter(wire: &ListEventsRequest, caller: i64) -> Result<Filter> {
    let mut check = Validator::default();
    let start_after = check.optional("start_after", wire.start_after, |time| {
        value::time(Some(&time))
    });
    let start_before = check.optional("start_before", wire.start_before, |time| {
        value::time(Some(&time))
    });
    Ok(check.finish(|| {
        Some(Filter {
            mine: wire.mine.then_some(caller),
            support: wire.support_id,
            commercial: wire.commercial_id,
            client: wire.client_id,
            contract: wire.contract_id,
            no_support: wire.no_support,
            start_after: start_after?,
            start_before: start_before?,
        })
    })?)
}

impl Events {
    async fn list(&self, caller: Session, wire: ListEventsRequest) -> Result<ListEventsResponse> {
        let caller = caller.actor.id;
        let page = self.0.pages.read(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire, caller)?;
        let listed = self
            .0
            .db
            .read(|connection| rows::list(connection, filter, &page))
            .await?;
        let (total_size, total_size_is_lower_bound) = listed.total_size();
        Ok(ListEventsResponse {
            next_page_token: self.0.pages.next(&wire, caller, &listed),
            events: listed.rows.into_iter().map(Event::from).collect(),
            total_size,
            total_size_is_lower_bound,
        })
    }

    async fn get(&self, id: i64) -> Result<GetEventResponse> {
        let row = self.0.db.read(|connection| rows::get(connection, id));
        Ok(GetEventResponse {
            event: Some(row.await?.into()),
        })
    }

    async fn create(&self, caller: &Session, draft: EventDraft) -> Result<CreateEventResponse> {
        let row = self.0.db.write(caller.id, policy::CREATE_EVENT, move |tx| {
            let draft = draft.clone();
            async move {
                let owner = rows::lock_contract(tx, draft.contract_id).await?;
                let permit = tx.permit(owner, &[])?;
                rows::insert(tx, &permit, draft).await
            }
            .boxed()
        });
        Ok(CreateEventResponse {
            event: Some(row.await?.into()),
        })
    }

    async fn update(&self, caller: &Session, patch: EventPatch) -> Result<UpdateEventResponse> {
        let row = self.0.db.write(caller.id, policy::UPDATE_EVENT, move |tx| {
            let patch = patch.clone();
            async move {
                let (owner, version) = rows::lock(tx, patch.id).await?;
                let changed_fields = patch.changed_fields();
                let permit = tx.permit(owner, &changed_fields)?;
                version.must_be(patch.etag)?;
                rows::update(tx, &permit, patch).await
            }
            .boxed()
        });
        Ok(UpdateEventResponse {
            event: Some(row.await?.into()),
        })
    }

    async fn assign(
        &self,
        caller: &Session,
        assignment: SupportAssignment,
    ) -> Result<AssignSupportResponse> {
        let row = self
            .0
            .db
            .write(caller.id, policy::ASSIGN_SUPPORT, move |tx| {
                let assignment = assignment.clone();
                async move {
                    let (owner, version) = rows::lock(tx, assignment.id).await?;
                    let permit = tx.permit(owner, &[])?;
                    version.must_be(assignment.etag)?;
                    rows::assign(tx, &permit, assignment).await
                }
                .boxed()
            });
        Ok(AssignSupportResponse {
            event: Some(row.await?.into()),
        })
    }
}

#[tonic::async_trait]
impl EventService for Events {
    async fn list_events(&self, request: Request<ListEventsRequest>) -> Reply<ListEventsResponse> {
        let caller = session::of(&request)?;
        answer(self.list(caller, request.into_inner()).await)
    }

    async fn get_event(&self, request: Request<GetEventRequest>) -> Reply<GetEventResponse> {
        let id = handler::id(request.get_ref().id)?;
        answer(self.get(id).await)
    }

    async fn create_event(
        &self,
        request: Request<CreateEventRequest>,
    ) -> Reply<CreateEventResponse> {
        let caller = session::of(&request)?;
        let draft = handler::checked(request)?;
        answer(self.create(&caller, draft).await)
    }

    async fn update_event(
        &self,
        request: Request<UpdateEventRequest>,
    ) -> Reply<UpdateEventResponse> {
        let caller = session::of(&request)?;
        let patch = handler::checked(request)?;
        answer(self.update(&caller, patch).await)
    }

    async fn assign_support(
        &self,
        request: Request<AssignSupportRequest>,
    ) -> Reply<AssignSupportResponse> {
        let caller = session::of(&request)?;
        let assignment = handler::checked(request)?;
        answer(self.assign(&caller, assignment).await)
    }
}
