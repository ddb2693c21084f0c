//! `epic.v1.EventService`.

mod period;
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
use tonic::{Request, Response};

use crate::{
    api::handler::{self, Reply},
    auth::{rows::lock_assignee, session},
    db::{
        Db,
        insert::RequestDigest,
        page::{
            list_cache::ListCache,
            token::{ListReply, PageTokens},
        },
    },
    error::Result,
    event::rows::{EventRow, Filter},
};

/// The handler of `epic.v1.EventService`.
pub(crate) struct EventHandler {
    pub(crate) db: Db,
    pub(crate) lists: ListCache<Filter, EventRow>,
    pub(crate) page_tokens: PageTokens,
}

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
    let &ListEventsRequest {
        page_size: _,
        page_token: _,
        order_by: _,
        query: _,
        mine,
        no_support,
        start_after,
        start_before,
        end_after,
        client_id,
        contract_id,
        commercial_id,
        support_id,
    } = wire;
    let mut check = Validator::default();
    let start_after = check.optional("start_after", start_after, |time| value::time(Some(&time)));
    let start_before = check.optional("start_before", start_before, |time| {
        value::time(Some(&time))
    });
    let end_after = check.optional("end_after", end_after, |time| value::time(Some(&time)));
    Ok(check.finish(|| {
        Some(Filter {
            mine: mine.then_some(caller),
            support: support_id,
            commercial: commercial_id,
            client: client_id,
            contract: contract_id,
            no_support,
            start_after: start_after?,
            start_before: start_before?,
            end_after: end_after?,
        })
    })?)
}

#[tonic::async_trait]
impl EventService for EventHandler {
    async fn list_events(&self, request: Request<ListEventsRequest>) -> Reply<ListEventsResponse> {
        let caller = session::caller(&request)?.actor.id;
        let wire = request.into_inner();
        let page = self.page_tokens.validate(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire, caller)?;
        let found = self.lists.page(filter, &page, |total| {
            let (db, page) = (&self.db, &page);
            db.read(move |connection| rows::list(connection, filter, page, total))
        });
        let reply: ListReply<Event> = self.page_tokens.reply(&wire, caller, found.await?);
        Ok(Response::new(ListEventsResponse {
            events: reply.records,
            next_page_token: reply.next_page_token,
            total_size: reply.total_size,
            total_size_is_lower_bound: reply.total_size_is_lower_bound,
        }))
    }

    async fn get_event(&self, request: Request<GetEventRequest>) -> Reply<GetEventResponse> {
        let id = handler::id(request.get_ref().id)?;
        let row = self.db.read(|connection| rows::get(connection, id)).await?;
        Ok(Response::new(GetEventResponse {
            event: Some(row.into()),
        }))
    }

    async fn create_event(
        &self,
        request: Request<CreateEventRequest>,
    ) -> Reply<CreateEventResponse> {
        let session = session::caller(&request)?.id;
        let digest = RequestDigest::of(request.get_ref());
        let draft: EventDraft = handler::validated(request)?;
        let row = self
            .db
            .write(
                session,
                policy::CREATE_EVENT,
                (draft, digest),
                async |tx, (draft, digest)| {
                    let commercial = rows::lock_contract(tx, draft.contract_id).await?;
                    let permit = tx.permit(commercial, &[])?;
                    rows::insert(tx, &permit, draft, *digest).await
                },
            )
            .await?;
        Ok(Response::new(CreateEventResponse {
            event: Some(row.into()),
        }))
    }

    async fn update_event(
        &self,
        request: Request<UpdateEventRequest>,
    ) -> Reply<UpdateEventResponse> {
        let session = session::caller(&request)?.id;
        let patch: EventPatch = handler::validated(request)?;
        let row = self
            .db
            .write(session, policy::UPDATE_EVENT, patch, async |tx, patch| {
                let (support, version) = rows::lock(tx, patch.id).await?;
                let permit = tx.permit(support, &patch.changed_fields())?;
                version.check_etag(patch.etag)?;
                rows::update(tx, &permit, patch).await
            })
            .await?;
        Ok(Response::new(UpdateEventResponse {
            event: Some(row.into()),
        }))
    }

    async fn assign_support(
        &self,
        request: Request<AssignSupportRequest>,
    ) -> Reply<AssignSupportResponse> {
        let session = session::caller(&request)?.id;
        let assignment: SupportAssignment = handler::validated(request)?;
        let row = self
            .db
            .write(
                session,
                policy::ASSIGN_SUPPORT,
                assignment,
                async |tx, assignment| {
                    let &SupportAssignment {
                        id,
                        etag,
                        support_id,
                    } = assignment;
                    let assignee = match support_id {
                        Some(support_id) => Some(lock_assignee(tx, support_id).await?),
                        None => None,
                    };
                    let (support, version) = rows::lock(tx, id).await?;
                    let permit = tx.permit(support, &[])?;
                    version.check_etag(etag)?;
                    rows::assign(tx, &permit, id, assignee).await
                },
            )
            .await?;
        Ok(Response::new(AssignSupportResponse {
            event: Some(row.into()),
        }))
    }
}
