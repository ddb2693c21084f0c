//! `epic.v1.ClientService`.

pub mod rows;

use epic_events::{
    client::{ClientDraft, ClientPatch, CommercialAssignment},
    policy,
    v1::{
        AssignCommercialRequest, AssignCommercialResponse, Client, CreateClientRequest,
        CreateClientResponse, GetClientRequest, GetClientResponse, ListClientsRequest,
        ListClientsResponse, UpdateClientRequest, UpdateClientResponse,
        client_service_server::ClientService,
    },
    value,
};
use tonic::{Request, Response};

use crate::{
    api::handler::{self, Reply},
    auth::{rows::lock_assignee, session},
    client::rows::{ClientRow, Filter},
    db::{
        Db,
        insert::RequestDigest,
        page::{
            list_cache::ListCache,
            token::{ListReply, PageTokens},
        },
    },
};

/// The handler of `epic.v1.ClientService`.
pub(crate) struct ClientHandler {
    pub(crate) db: Db,
    pub(crate) lists: ListCache<Filter, ClientRow>,
    pub(crate) page_tokens: PageTokens,
}

impl From<ClientRow> for Client {
    fn from(row: ClientRow) -> Self {
        let ClientRow {
            id,
            name,
            email,
            phone,
            company,
            commercial_id,
            commercial_name,
            create_time,
            update_time,
            version,
        } = row;
        Self {
            id,
            name,
            email,
            phone,
            company,
            commercial_id,
            commercial_name,
            create_time: Some(value::wire_time(create_time)),
            update_time: Some(value::wire_time(update_time)),
            etag: value::format_etag(version),
        }
    }
}

fn filter(wire: &ListClientsRequest, caller: i64) -> Filter {
    let &ListClientsRequest {
        page_size: _,
        page_token: _,
        order_by: _,
        query: _,
        mine,
        unassigned,
        commercial_id,
    } = wire;
    Filter {
        mine: mine.then_some(caller),
        commercial: commercial_id,
        unassigned,
    }
}

#[tonic::async_trait]
impl ClientService for ClientHandler {
    async fn list_clients(
        &self,
        request: Request<ListClientsRequest>,
    ) -> Reply<ListClientsResponse> {
        let caller = session::caller(&request)?.actor.id;
        let wire = request.into_inner();
        let page = self.page_tokens.validate(&wire, caller, &rows::ORDERS)?;
        let filter = filter(&wire, caller);
        let found = self.lists.page(filter, &page, |total| {
            let (db, page) = (&self.db, &page);
            db.read(move |connection| rows::list(connection, filter, page, total))
        });
        let reply: ListReply<Client> = self.page_tokens.reply(&wire, caller, found.await?);
        Ok(Response::new(ListClientsResponse {
            clients: reply.records,
            next_page_token: reply.next_page_token,
            total_size: reply.total_size,
            total_size_is_lower_bound: reply.total_size_is_lower_bound,
        }))
    }

    async fn get_client(&self, request: Request<GetClientRequest>) -> Reply<GetClientResponse> {
        let id = handler::id(request.get_ref().id)?;
        let row = self.db.read(|connection| rows::get(connection, id)).await?;
        Ok(Response::new(GetClientResponse {
            client: Some(row.into()),
        }))
    }

    async fn create_client(
        &self,
        request: Request<CreateClientRequest>,
    ) -> Reply<CreateClientResponse> {
        let session = session::caller(&request)?.id;
        let digest = RequestDigest::of(request.get_ref());
        let draft: ClientDraft = handler::validated(request)?;
        let row = self
            .db
            .write(
                session,
                policy::CREATE_CLIENT,
                (draft, digest),
                async |tx, (draft, digest)| {
                    let permit = tx.permit(Some(tx.actor().id), &[])?;
                    rows::insert(tx, &permit, draft, *digest).await
                },
            )
            .await?;
        Ok(Response::new(CreateClientResponse {
            client: Some(row.into()),
        }))
    }

    async fn update_client(
        &self,
        request: Request<UpdateClientRequest>,
    ) -> Reply<UpdateClientResponse> {
        let session = session::caller(&request)?.id;
        let patch: ClientPatch = handler::validated(request)?;
        let row = self
            .db
            .write(session, policy::UPDATE_CLIENT, patch, async |tx, patch| {
                let (commercial, version) = rows::lock(tx, patch.id).await?;
                let permit = tx.permit(commercial, &patch.changed_fields())?;
                version.check_etag(patch.etag)?;
                rows::update(tx, &permit, patch).await
            })
            .await?;
        Ok(Response::new(UpdateClientResponse {
            client: Some(row.into()),
        }))
    }

    async fn assign_commercial(
        &self,
        request: Request<AssignCommercialRequest>,
    ) -> Reply<AssignCommercialResponse> {
        let session = session::caller(&request)?.id;
        let assignment: CommercialAssignment = handler::validated(request)?;
        let row = self
            .db
            .write(
                session,
                policy::ASSIGN_COMMERCIAL,
                assignment,
                async |tx, assignment| {
                    let &CommercialAssignment {
                        id,
                        etag,
                        commercial_id,
                    } = assignment;
                    let assignee = lock_assignee(tx, commercial_id).await?;
                    let (commercial, version) = rows::lock(tx, id).await?;
                    let permit = tx.permit(commercial, &[])?;
                    version.check_etag(etag)?;
                    rows::assign(tx, &permit, id, assignee).await
                },
            )
            .await?;
        Ok(Response::new(AssignCommercialResponse {
            client: Some(row.into()),
        }))
    }
}
